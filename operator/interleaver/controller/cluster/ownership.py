"""Whose an object is: a name is no proof of ownership, nor is a label that only names an experiment.

What goes with an experiment has an owner reference with its uid. One without any owner, as what serves and an adopted
Service are, has the uid as a label. Everything else is somebody else's, and is neither read, nor changed, nor deleted.

What an experiment that is gone has kept is nobody's, until one of its name takes it over (decision 44).
"""

from collections.abc import Iterable

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Clash
from interleaver.resources.metadata import list_shared_names, revision_object_name


def is_ours(live: Manifest, experiment: Experiment) -> bool:
    """Whether the object is this very experiment's, and of nobody else's beside."""
    owners = live["metadata"].get("ownerReferences") or []
    controllers = {one["uid"] for one in owners if one.get("controller")}
    if is_owned_by(live, experiment):
        return controllers <= {experiment.metadata.uid}
    # Who has taken the labels away from what serves, or made another its owner beside us, does not have it for that.
    kept = is_kept(live) and read_keeper(live) == experiment.metadata.uid
    return (kept and not controllers) or (not owners and is_adopted_by(live, experiment))


def is_owned_by(live: Manifest | None, experiment: Experiment) -> bool:
    """Whether the object goes with the experiment."""
    owners = (live["metadata"].get("ownerReferences") or []) if live else []
    return any(one["uid"] == experiment.metadata.uid for one in owners)


def is_made_for(live: Manifest, experiment: Experiment) -> bool:
    """Whether the object says in every label that it was made for this very experiment."""
    labels = live["metadata"].get("labels") or {}
    return is_adopted_by(live, experiment) and labels.get(names.LABEL_MANAGED_BY) == names.FIELD_MANAGER


def is_adopted_by(live: Manifest, experiment: Experiment) -> bool:
    """Whether the labels say whose it is. Who made an adopted Service may have claimed since to manage it."""
    labels, meta = live["metadata"].get("labels") or {}, experiment.metadata
    return (labels.get(names.LABEL_EXPERIMENT), labels.get(names.LABEL_EXPERIMENT_UID)) == (meta.name, meta.uid)


def is_marked(live: Manifest) -> bool:
    """Whether the object says that it was adopted."""
    return names.ANNOTATION_ADOPTED in (live["metadata"].get("annotations") or {})


def find_adopted(live: Iterable[Manifest]) -> tuple[Manifest, ...]:
    """The Services that say so."""
    return tuple(one for one in live if one["kind"] == "Service" and is_marked(one))


def is_kept(live: Manifest) -> bool:
    """Whether the object says that it outlives its experiment, and no experiment owns it."""
    meta = live["metadata"]
    owned = any(one.get("kind") == names.KIND for one in meta.get("ownerReferences") or [])
    return bool(read_keeper(live)) and not owned


def read_keeper(live: Manifest) -> str | None:
    """The uid of the experiment that has kept the object, as its annotation says; None without one."""
    found: str | None = (live["metadata"].get("annotations") or {}).get(names.ANNOTATION_KEPT)
    return found


def find_left(live: Iterable[Manifest]) -> list[Manifest]:
    """What experiments have left behind without an owner: what says that it was kept, and what was beside it.

    A backup tool restores what is tied to an experiment without the reference, and it says nothing of itself; what was
    kept of the same experiment vouches for it.
    """
    found = [one for one in live if read_maker(one) is not None]
    vouched = {read_maker(one) for one in found if is_kept(one)}
    return [one for one in found if read_maker(one) in vouched]


def find_left_for(experiment: Experiment, live: Iterable[Manifest]) -> list[Manifest]:
    """What an experiment of this name left behind before this one."""
    return [one for one in find_left(live) if is_of_former(one, experiment)]


def read_maker(live: Manifest) -> tuple[str, str, str] | None:
    """Namespace, name and uid of the experiment that an object without an owner was made for, as all its labels and its
    own name say; None when they do not."""
    meta, labels = live["metadata"], live["metadata"].get("labels") or {}
    name, uid = labels.get(names.LABEL_EXPERIMENT), labels.get(names.LABEL_EXPERIMENT_UID)
    managed = is_marked(live) or labels.get(names.LABEL_MANAGED_BY) == names.FIELD_MANAGER
    if meta.get("ownerReferences") or not (name and uid and managed):
        return None
    return (meta["namespace"], name, uid) if is_named_as(live["kind"], meta["name"], name, labels) else None


def is_named_as(kind: str, name: str, experiment: str, labels: Manifest) -> bool:
    """Whether an object has the name under which an experiment makes one of its kind."""
    hash_, run = labels.get(names.LABEL_HASH), labels.get(names.LABEL_RUN)
    if kind == "ConfigMap" and run:
        return name.startswith(f"{experiment}-{run}")
    if kind in ("ConfigMap", "Secret"):
        return name in list_shared_names(experiment)
    # The entry Service alone has a name that people choose.
    return name == revision_object_name(experiment, hash_) if hash_ else kind == "Service"


def is_inherited(live: Manifest, experiment: Experiment) -> bool:
    """Whether a former experiment of this name has kept the object for this one: there are never two of one name."""
    return is_kept(live) and is_of_former(live, experiment)


def is_of_former(live: Manifest, experiment: Experiment) -> bool:
    """Whether an object without an owner was made for an experiment of this name before this one."""
    maker, meta = read_maker(live), experiment.metadata
    return maker is not None and maker[:2] == (meta.namespace, meta.name) and maker[2] != meta.uid


def is_going(live: Manifest, experiment: Experiment) -> bool:
    """Whether it is of an experiment of this name that is gone, so that the garbage collector is about to take it."""
    controllers = [one for one in live["metadata"].get("ownerReferences") or [] if one.get("controller")]
    return any(
        one.get("kind") == names.KIND
        and one.get("apiVersion", "").startswith(f"{names.GROUP}/")
        and one.get("name") == experiment.metadata.name
        and one["uid"] != experiment.metadata.uid
        for one in controllers
    )


def describe_clash(live: Manifest, kind: str, experiment: Experiment) -> Clash:
    """What is to be told of an object that is in the way."""
    return Clash(
        kind, live["metadata"]["name"], is_going(live, experiment), is_inherited(live | {"kind": kind}, experiment)
    )
