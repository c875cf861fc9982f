"""Claiming: an object is applied if it is ours or is not there, and never over somebody else's.

What was read may be another object by the time that it is applied, so the API server is told which one is meant.
"""

from dataclasses import dataclass
from typing import Any, Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Clash
from interleaver.controller.cluster.containment import holds_on
from interleaver.controller.cluster.denial import explain_denial, is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.ownership import describe_clash, is_ours

# No object has this resource version, for the store counts from 2. Server-side apply with it creates what is not there,
# and is a conflict (409) with whatever is.
ABSENT: Final = {"resourceVersion": "1"}


@dataclass(frozen=True)
class Refused:
    """What could not be applied."""

    denied: tuple[str, ...] = ()  # the API server's words
    clashes: tuple[Clash, ...] = ()  # what is in the way

    def __add__(self, other: "Refused") -> "Refused":
        return Refused(self.denied + other.denied, self.clashes + other.clashes)


NOTHING: Final = Refused()


async def try_claim(
    cluster: Cluster, experiment: Experiment, wanted: Manifest, live: Manifest | None
) -> Manifest | Refused:
    """The object as it was stored, or why it was not. Raises ClusterError for every failure that may pass."""
    try:
        stored = await claim(cluster, experiment, wanted, live)
    except ClusterError as error:
        if not is_denied(error):
            raise
        return Refused(denied=(explain_denial(wanted, error),))
    return Refused(clashes=(stored,)) if isinstance(stored, Clash) else stored


async def claim(cluster: Cluster, experiment: Experiment, wanted: Manifest, live: Manifest | None) -> Manifest | Clash:
    """The object as it was stored, or what is in the way. `live` is our object as it was read, None when there is none.

    Raises ClusterError.
    """
    stored = await apply(cluster, experiment, wanted, live)
    if isinstance(stored, Clash) or not is_ours(stored, experiment) or not holds_on(stored, wanted):
        return stored
    return await set_free(cluster, experiment, stored)


async def apply(cluster: Cluster, experiment: Experiment, wanted: Manifest, live: Manifest | None) -> Manifest | Clash:
    """The same, but that an owner may have stayed. Raises ClusterError."""
    if live is not None:
        return await cluster.apply(guard(wanted, **name_version(live)))
    try:
        return await cluster.apply(guard(wanted, **ABSENT))
    except ClusterError as error:
        if error.code != 409:
            raise
        found = await cluster.get_metadata(wanted["kind"], wanted["metadata"]["namespace"], wanted["metadata"]["name"])
        if found is None:  # it came and went; the next visit begins anew
            raise
    if is_record(wanted) or not is_ours(found, experiment):
        return describe_clash(found, wanted["kind"], experiment)
    return await cluster.apply(guard(wanted, **name_version(found)))


async def set_free(cluster: Cluster, experiment: Experiment, stored: Manifest) -> Manifest:
    """Take our owner reference away where an apply does not, for somebody else has named it as well: a restore, say.
    Returns the object without it. Raises ClusterError."""
    owners = [one for one in stored["metadata"]["ownerReferences"] if one["uid"] != experiment.metadata.uid]
    await cluster.patch(stored, {"metadata": {"ownerReferences": owners}})
    metadata = {key: value for key, value in stored["metadata"].items() if key != "ownerReferences"}
    return stored | {"metadata": metadata | ({"ownerReferences": owners} if owners else {})}


def name_version(live: Manifest) -> Manifest:
    """What ties an apply to an object: its uid and, of what routers and clients go by, that nobody wrote since it was
    read. Deployments change with every pod; what is wrong about them an event tells at once."""
    kept = ("uid",) if live["kind"] == "Deployment" else ("uid", "resourceVersion")
    return {key: live["metadata"][key] for key in kept if key in live["metadata"]}


def is_record(wanted: Manifest) -> bool:
    """Whether it is the record of a run, which is written once: what is there is it already, or is none of ours."""
    return names.LABEL_RUN in wanted["metadata"].get("labels", {})


def guard(manifest: Manifest, **metadata: Any) -> Manifest:
    """The manifest, to be applied to that very object alone. A guard that it has already is a stricter one."""
    return manifest | {"metadata": metadata | manifest["metadata"]}
