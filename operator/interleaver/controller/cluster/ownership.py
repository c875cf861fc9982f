"""Whose an object is: a name is no proof of ownership, nor is a label that only names an experiment.

An experiment's own objects have an owner reference with its uid. One without any owner, as an adopted Service is, has
the uid as a label. Everything else is somebody else's, and is neither read, nor changed, nor deleted.
"""

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Clash


def is_ours(live: Manifest, experiment: Experiment) -> bool:
    """Whether the object is this very experiment's, and of nobody else's beside."""
    owners = live["metadata"].get("ownerReferences") or []
    if not owners:
        return is_adopted_by(live, experiment)
    controllers = {one["uid"] for one in owners if one.get("controller")}
    uid = experiment.metadata.uid
    return controllers <= {uid} and any(one["uid"] == uid for one in owners)


def is_made_for(live: Manifest, experiment: Experiment) -> bool:
    """Whether the object says in every label that it was made for this very experiment."""
    labels = live["metadata"].get("labels") or {}
    return is_adopted_by(live, experiment) and labels.get(names.LABEL_MANAGED_BY) == names.FIELD_MANAGER


def is_adopted_by(live: Manifest, experiment: Experiment) -> bool:
    """Whether the labels say whose it is. Who made an adopted Service may have claimed since to manage it."""
    labels, meta = live["metadata"].get("labels") or {}, experiment.metadata
    return (labels.get(names.LABEL_EXPERIMENT), labels.get(names.LABEL_EXPERIMENT_UID)) == (meta.name, meta.uid)


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
    return Clash(kind, live["metadata"]["name"], is_going(live, experiment))
