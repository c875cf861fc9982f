"""The ways to a store: to one server, to the node of a cluster that holds a run, or past Sentinels to the primary.

A way is kept for as long as the URL stays, and remembers what it found out; a route is what it opens, and is given up
after any failure.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from interleaver.api.store_form import ALONE, CLUSTER, take_apart
from interleaver.api.store_url import find_store_fault

from .cluster import ClusterWay
from .link import Command, connect
from .sentinels import SentinelWay


class Route(Protocol):
    """Where commands go."""

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """The replies to commands. Raises StoreAway."""

    async def close(self) -> None:
        """Close it, without waiting for the other side."""


class Way(Protocol):
    """What a URL leads to."""

    async def open(self) -> Route:
        """Open a route. Raises StoreAway."""


class PlainWay:
    """One server, or no usable URL."""

    def __init__(self, url: str | None) -> None:
        self.url = url

    async def open(self) -> Route:
        return await connect(self.url)


def find_way(url: str | None) -> Way:
    """The way by this URL."""
    form = take_apart(url) if url is not None else None
    if url is None or form is None or form.kind == ALONE:
        return PlainWay(url)
    if find_store_fault(url):
        return PlainWay(None)
    if form.kind == CLUSTER:
        return ClusterWay(form.servers)
    return SentinelWay(form.sentinels, form.primary, form.servers[0])
