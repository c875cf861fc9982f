"""Cleaning: what experiments that are gone have kept is found, and removed when a person says so.

What a live experiment of that name could take over is not touched, and an object that changes meanwhile is looked at
anew before it is deleted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.controller.acting.applying import identity
from interleaver.controller.acting.giving_back import give_back_one
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.ownership import find_left, read_maker
from interleaver.resources.metadata import list_shared_names

# In the order in which they go: nobody is led to pods that are gone, and pods have their mounts to the end.
KINDS: Final = ("Service", "Deployment", "ControllerRevision", "ConfigMap", "Secret")
ATTEMPTS: Final = 5  # at an object that changes under the hand, as a Deployment does whose pods end
FORBIDDEN: Final = 403


@dataclass(frozen=True)
class Remains:
    """What one experiment that is gone has kept, without its content."""

    namespace: str
    experiment: str
    objects: tuple[Manifest, ...]


async def find_remains(cluster: Cluster, namespace: str | None, name: str | None) -> list[Remains]:
    """What there is, of one experiment or of all, in one namespace or in all. Raises ClusterError."""
    selector = names.OF_EXPERIMENT + name if name else names.LABEL_EXPERIMENT
    found = [one for kind in KINDS[:-1] for one in await cluster.list(kind, namespace, selector)]
    makers = {maker[:2] for one in found if (maker := read_maker(one))}
    found += await find_secrets(cluster, namespace, selector, makers)
    left = find_left(found)
    # After the objects: an experiment that is made meanwhile is among these.
    live = {
        (one["metadata"]["namespace"], one["metadata"]["name"])
        for one in await cluster.list(kinds.EXPERIMENT, namespace)
    }
    makers = {maker[:2] for one in left if (maker := read_maker(one))} - live
    return [Remains(*maker, tuple(one for one in left if is_of(one, maker))) for maker in sorted(makers)]


async def find_secrets(
    cluster: Cluster, namespace: str | None, selector: str, makers: Iterable[tuple[str, str]]
) -> list[Manifest]:
    """The Secrets, listed or, for whoever may not list any, by the names that they must have. Raises ClusterError."""
    try:
        return await cluster.list("Secret", namespace, selector)
    except ClusterError as error:
        if error.code != FORBIDDEN:
            raise
    wanted = [(place, secret) for place, name in makers for secret in list_shared_names(name)]
    found = [await cluster.get_metadata("Secret", place, name) for place, name in wanted]
    return [one for one in found if one is not None]


def is_of(live: Manifest, maker: tuple[str, str]) -> bool:
    """Whether an object was made for an experiment of that namespace and name."""
    found = read_maker(live)
    return found is not None and found[:2] == maker


async def remove(cluster: Cluster, remains: Remains) -> list[Manifest]:
    """Remove what one experiment has kept; returns what stayed, for somebody has it by now. Raises ClusterError."""
    stayed = []
    for live in remains.objects:
        is_back = await cluster.get_metadata(kinds.EXPERIMENT, remains.namespace, remains.experiment) is not None
        if is_back or not await remove_one(cluster, live):
            stayed.append(live)
    return stayed


async def remove_one(cluster: Cluster, live: Manifest) -> bool:
    """Whether the object is gone, or was given back. One that is somebody else's by now stays. Raises ClusterError."""
    maker = read_maker(live)
    for attempt in range(1, ATTEMPTS + 1):
        now = await cluster.get_metadata(*identity(live))
        if now is None:
            return True
        if read_maker(now) != maker:
            return False
        try:
            await take_away(cluster, now)
        except ClusterError as error:
            if error.code != 409 or attempt == ATTEMPTS:
                raise
            continue
        return True
    return False


async def take_away(cluster: Cluster, head: Manifest) -> None:
    """Delete an object, or give it back if it was adopted; code 409 when it has changed meanwhile. Raises
    ClusterError."""
    if await give_back_one(cluster, head) is None:
        await cluster.delete(head, unchanged=True)
