"""Comparing: now and then everything is listed, and the store is told of what no watch told it."""

import logging
from dataclasses import dataclass

from interleaver.api import names
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.store import WATCHED, Place, Store
from interleaver.controller.visits.visit import Key

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Comparison:
    """Compares the store with the API server."""

    cluster: Cluster
    store: Store
    scopes: tuple[str | None, ...]  # namespaces, or None for all

    async def compare(self) -> set[Key]:
        """Whose objects it had news of. Raises ClusterError."""
        found = set[Key]()
        for kind in WATCHED:
            for scope in self.scopes:
                changed = await self._compare(kind, scope)
                if changed:
                    log.warning("no watch had told kind=%s experiments=%d", kind, len(changed))
                found |= {Key(*owner) for owner in changed}
        return found

    async def _compare(self, kind: str, scope: str | None) -> set[Place]:
        """The same of one kind. What is not yet told for the first time is a watch's affair."""
        labels = None if kind == kinds.EXPERIMENT else names.LABEL_EXPERIMENT
        if scope not in self.store.shelves[kind].told:
            return set()
        listing = self.store.start_listing(kind, scope)
        try:
            async for page, version in self.cluster.read_heads(kind, scope, labels):
                listing.add(page, version)
            return listing.finish()
        finally:
            listing.give_up()
