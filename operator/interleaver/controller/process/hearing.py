"""Hearing: what lists and watches tell goes into the store, and whoever is concerned gets a visit."""

from collections.abc import Callable
from dataclasses import dataclass, field

from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.answers import Heads, Metadata
from interleaver.controller.cluster.passing import Passing
from interleaver.controller.cluster.store import Listing, Place, Store
from interleaver.controller.visits.visit import Key

# Of these no visit is needed: a ReplicaSet changes with its pods, which tell of themselves.
SILENT = ("ReplicaSet",)


@dataclass
class Ear:
    """Hears for the store. A `scope` is a namespace, or None for all."""

    store: Store
    add: Callable[[Key], None]
    shrink: Callable[[], None]  # let lists come in smaller pages
    passing: Passing = field(default_factory=Passing)
    listings: dict[tuple[str, str | None], Listing] = field(default_factory=dict)  # that go on

    def hear_page(self, kind: str, scope: str | None, page: Heads, is_first: bool) -> None:
        """A page of a list. One that is not the first of any list we know of is left alone: the next list comes."""
        subject = kind, scope
        if is_first:
            if former := self.listings.pop(subject, None):
                former.give_up()
            self.listings[subject] = self.store.start_listing(kind, scope)
        if (listing := self.listings.get(subject)) is None:
            return
        listing.add((head.metadata for head in page.items or ()), page.metadata.resource_version)
        if not page.metadata.more:
            del self.listings[subject]
            self._call(kind, listing.finish())

    def hear_event(self, kind: str, event: str, head: Metadata) -> None:
        """An event of a watch."""
        if kind == kinds.EXPERIMENT and event != "DELETED":
            self.passing.hear(head)
        self._call(kind, self.store.tell(kind, event, head))

    def _call(self, kind: str, owners: set[Place]) -> None:
        """Ask for visits of those experiments."""
        if kind not in SILENT:
            for owner in sorted(owners):
                self.add(Key(*owner))
