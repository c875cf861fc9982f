"""Sources: the templates that a spec refers to, copied from their objects, or from what keeps the copy by now.

Until a revision is in use its object is read anew every few seconds, so that it can be mended as a template in the spec
can. From then on the copy that its ControllerRevision keeps is what counts: the object may be changed or deleted, and
what runs goes on (decision 46).
"""

from dataclasses import dataclass, field
from typing import Final

from interleaver.api import conditions, names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Referenced
from interleaver.api.references import Origin, fill, fill_owner, find_origin, list_owners
from interleaver.api.revision import canonical, find_pod, list_objects, resolve
from interleaver.api.spec.source import LONGEST_TEMPLATE, Candidate
from interleaver.api.status import Status
from interleaver.controller.cluster.answers import measure, unpack
from interleaver.controller.cluster.children import list_in_use
from interleaver.controller.cluster.experiment_answer import FIX, find_excess
from interleaver.controller.cluster.gateway import Cluster, ClusterError, TooLarge
from interleaver.controller.cluster.ownership import is_ours
from interleaver.controller.cluster.pods import revision_hash
from interleaver.experiment.orders.sources import is_wanted
from interleaver.resources.copied import copy_template, find_template
from interleaver.resources.metadata import revision_object_name
from interleaver.resources.snapshot import parse_snapshot

RECHECK: Final = 60.0  # seconds after which the object of a revision in use is read again; it can only be told of
SOON: Final = 5.0  # seconds, while its template is still to be used, or it has none to give


@dataclass(frozen=True)
class Sight:
    """What was found at an object: its template as JSON, or why there is none to be had."""

    text: bytes | None
    reason: str = ""
    message: str = ""


@dataclass
class Copies:
    """What this process remembers of an experiment's references. As JSON, which takes a tenth of the memory."""

    kept: dict[tuple[str, str], bytes] = field(default_factory=dict)  # templates in use, by name and hash
    sights: dict[tuple[str, Origin], tuple[float, Sight]] = field(default_factory=dict)  # and when

    def recall(self, revision: str, origin: Origin, monotonic: float, is_used: bool) -> Sight | None:
        """What was found at an object, unless that is too long ago. Of what was found for another revision nothing is
        told: whoever gives a new name has changed the object just now."""
        at, sight = self.sights.get((revision, origin), (float("-inf"), Sight(None)))
        return sight if monotonic - at < (RECHECK if is_used and sight.text else SOON) else None


async def fill_references(
    cluster: Cluster, experiment: Experiment, copies: Copies, monotonic: float
) -> tuple[Experiment, dict[str, Referenced]]:
    """The experiment with the templates that its spec refers to, and what became of each reference, by the field of its
    owner. Raises ClusterError when the API server gave no answer."""
    templates, found = dict[str, Manifest](), dict[str, Referenced]()
    for role, owner in list_owners(experiment.spec).items():
        if (origin := find_origin(owner.source)) and is_needed(experiment, role, owner.revision):
            text, found[role] = await find_copy(cluster, experiment, owner, origin, copies, monotonic)
            if text is not None:
                templates[role] = unpack(text)
    if not templates:
        return experiment, found
    return experiment.model_copy(update={"spec": fill(experiment.spec, templates)}), found


def is_needed(experiment: Experiment, role: str, revision: str) -> bool:
    """Whether anybody asks for a template. That of a candidate which has had its verdict may be gone."""
    return find_hash_in_use(experiment.status, revision) is not None or is_wanted(experiment, role)


async def find_copy(
    cluster: Cluster, experiment: Experiment, owner: Candidate, origin: Origin, copies: Copies, monotonic: float
) -> tuple[bytes | None, Referenced]:
    """A revision's template as JSON, if it is to be had, and what is to be told of it."""
    known = find_hash_in_use(experiment.status, owner.revision)
    sight = copies.recall(owner.revision, origin, monotonic, known is not None)
    if sight is None:
        sight = await look_at(cluster, experiment.metadata.namespace, origin)
        copies.sights = {other: one for other, one in copies.sights.items() if monotonic - one[0] < RECHECK}
        copies.sights[owner.revision, origin] = monotonic, sight
    if known is None and sight.text is None:
        known = await find_hash_deployed(cluster, experiment, owner.revision)
    kept = await find_kept(cluster, experiment, owner.revision, known, copies) if known else None
    if kept is None:
        return sight.text, Referenced(sight.reason, sight.message)
    changed = sight.text if sight.text not in (None, kept) else None
    return kept, Referenced(changed=name_copy(owner, changed) if changed else None)


def find_hash_in_use(status: Status, revision: str) -> str | None:
    """The hash of the revision of that name that serves, served, or is in a run; None when none is."""
    return next((one.hash for one in list_in_use(status) if one.revision == revision), None)


async def find_hash_deployed(cluster: Cluster, experiment: Experiment, revision: str) -> str | None:
    """The hash of the revision of that name that was deployed last and serves nobody yet, whose object is gone; None
    when none was."""
    meta = experiment.metadata
    listed = await cluster.list("ControllerRevision", meta.namespace, names.OF_EXPERIMENT + meta.name)
    named = [live for live in listed if live["metadata"].get("labels", {}).get(names.LABEL_REVISION) == revision]
    kept = [live for live in named if is_ours(live, experiment)]
    last = max(kept, key=lambda live: str(live["metadata"].get("creationTimestamp")), default=None)
    return revision_hash(last) if last else None


async def find_kept(
    cluster: Cluster, experiment: Experiment, revision: str, hash_: str, copies: Copies
) -> bytes | None:
    """The template that a revision in use was deployed with. Its ControllerRevision never changes, so it is read once;
    None when somebody has deleted that, or was not made yet."""
    if (revision, hash_) not in copies.kept:
        meta = experiment.metadata
        live = await cluster.get("ControllerRevision", meta.namespace, revision_object_name(meta.name, hash_))
        template = read_template(live, hash_) if live and is_ours(live, experiment) else None
        if template is None:
            return None
        used = {key: text for key, text in copies.kept.items() if find_hash_in_use(experiment.status, key[0]) == key[1]}
        copies.kept = used | {(revision, hash_): canonical(template)}
    return copies.kept[revision, hash_]


def read_template(live: Manifest, hash_: str) -> Manifest | None:
    """The template that a ControllerRevision keeps; None when somebody has tampered with it."""
    try:
        kept = parse_snapshot(live)
    except (ValueError, KeyError):
        return None
    return kept.template if kept.hash == hash_ else None


def name_copy(owner: Candidate, text: bytes) -> str | None:
    """The hash of the revision that an owner would mean with another template."""
    revision = resolve(fill_owner(owner, unpack(text)))
    return revision.hash if revision else None


async def look_at(cluster: Cluster, namespace: str, origin: Origin) -> Sight:
    """What an object has to give. Raises ClusterError when the API server gave no answer."""
    try:
        live = await cluster.get(origin.kind, namespace, origin.name)
    except TooLarge as error:
        return Sight(None, conditions.SOURCE_NOT_USABLE, f"{error.message}: {FIX}")
    except ClusterError as error:
        if error.code != 403:
            raise
        words = f"the operator may not read it ({error.message}): apply the operator's role of this version"
        return Sight(None, conditions.SOURCE_NOT_USABLE, words)
    if live is None:
        words = f"there is none of that name in the namespace {namespace!r}: create it, or name another one"
        return Sight(None, conditions.SOURCE_NOT_FOUND, words)
    if obstacle := find_obstacle(find_template(live)):
        return Sight(None, conditions.SOURCE_NOT_USABLE, obstacle)
    return Sight(canonical(copy_template(live)))


def find_obstacle(template: Manifest) -> str:
    """Why a template cannot be copied, with what to do about it; empty when nothing stands in the way."""
    pod = find_pod(template)
    if any(one.get("name") == names.ROUTER_CONTAINER for one in list_objects(pod.get("initContainers"))):
        return "an experiment made it, and it has a router of its own: name the object that it was made from"
    if (size := len(canonical(template))) > LONGEST_TEMPLATE:
        return f"its template is {measure(size)} long, more than {measure(LONGEST_TEMPLATE)}: {FIX}"
    if excess := find_excess(template):
        return f"its template {excess}: {FIX}"
    return ""
