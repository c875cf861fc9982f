"""The store: the heads of all that the watches told of, by kind, and by the experiment that the label names.

It says what the watches said, and never more: what the operator has written itself is in it once a watch has told of
that. A watch may lag or lie, so that nothing is written by what stands here alone (cluster/kept.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.answers import Metadata, read_label

# What is watched. Secrets are not: the operator may not list them.
CHILDREN: Final = ("Pod", "Deployment", "Service", "ConfigMap", "ControllerRevision", "ReplicaSet")
WATCHED: Final = (kinds.EXPERIMENT, *CHILDREN)
MOST: Final = 20_000  # objects of a kind in one namespace; what somebody hoards beyond that is asked for, as before


class Place(NamedTuple):
    """Where an object is: its namespace and its name."""

    namespace: str
    name: str


def number(version: str) -> int:
    """A resource version as a number: a later one is greater, in all kinds. One that is no number is the latest."""
    return int(version) if version.isascii() and version.isdecimal() else 1 << 64


@dataclass
class Shelf:
    """What is known of one kind. A `scope` is a namespace, or None for all, as lists and watches are asked for."""

    kind: str
    heads: dict[Place, Metadata] = field(default_factory=dict)
    members: dict[Place, set[str]] = field(default_factory=dict)  # names, by the experiment whose they are
    counts: dict[str, int] = field(default_factory=dict)  # objects, by namespace
    told: set[str | None] = field(default_factory=set)  # scopes of which everything has been told once
    hoards: set[str] = field(default_factory=set)  # namespaces that have more than is kept
    partial: set[str] = field(default_factory=set)  # these, and such as have not been listed whole since they were
    listings: list["Listing"] = field(default_factory=list)  # that go on

    def put(self, head: Metadata) -> None:
        """Keep a head in place of the former one."""
        place = Place(head.namespace, head.name)
        self.drop(place)
        if head.namespace in self.hoards:
            return
        self.heads[place] = head
        self.counts[head.namespace] = self.counts.get(head.namespace, 0) + 1
        for owner in self.find_owners(head):
            self.members.setdefault(owner, set()).add(head.name)
        if self.counts[head.namespace] > MOST:
            self._give_up(head.namespace)

    def drop(self, place: Place) -> Metadata | None:
        """Keep it no more; returns what was kept."""
        head = self.heads.pop(place, None)
        if head is None:
            return None
        self.counts[place.namespace] -= 1
        for owner in self.find_owners(head):
            self.members[owner].discard(place.name)
            if not self.members[owner]:
                del self.members[owner]
        return head

    def is_news(self, head: Metadata) -> bool:
        """Whether it is later than what is known: a watch that was taken up again tells old events once more."""
        former = self.heads.get(Place(head.namespace, head.name))
        return former is None or number(former.resource_version) < number(head.resource_version)

    def find_owners(self, *heads: Metadata | None) -> set[Place]:
        """The experiments that these objects are, or belong to as their labels say."""
        key, is_own = names.LABEL_EXPERIMENT, self.kind == kinds.EXPERIMENT
        found = {Place(one.namespace, one.name if is_own else read_label(one, key)) for one in heads if one}
        return {owner for owner in found if owner.name}

    def _give_up(self, namespace: str) -> None:
        """Keep nothing of that namespace until it is listed anew."""
        self.hoards.add(namespace)
        self.partial.add(namespace)
        for listing in self.listings:
            listing.lacking.add(namespace)
        for place in [one for one in self.heads if one.namespace == namespace]:
            self.drop(place)


@dataclass
class Listing:
    """A list that is being read, page by page, while events may arrive."""

    shelf: Shelf
    scope: str | None
    seen: set[Place] = field(default_factory=set)
    deleted: dict[Place, int] = field(default_factory=dict)  # as events told meanwhile: the version, by place
    changed: set[Place] = field(default_factory=set)  # experiments, or owners of children, that it had news of
    lacking: set[str] = field(default_factory=set)  # namespaces of which some was given up since it began
    version: str = ""

    def add(self, page: Iterable[Metadata], version: str) -> None:
        """One page; `version` is as of when the whole list is."""
        self.version = self.version or version
        for head in page:
            place = Place(head.namespace, head.name)
            self.seen.add(place)
            if self.deleted.get(place, -1) < number(head.resource_version) and self.shelf.is_news(head):
                self.changed |= self.shelf.find_owners(self.shelf.heads.get(place), head)
                self.shelf.put(head)

    def finish(self) -> set[Place]:
        """It is whole: what it does not have is gone, unless it came since. Returns whose objects it had news of."""
        end = number(self.version)
        for place in [one for one in self.shelf.heads if self.scope in (None, one.namespace)]:
            head = self.shelf.heads[place]
            if place not in self.seen and number(head.resource_version) <= end:
                self.changed |= self.shelf.find_owners(self.shelf.drop(place))
        self.shelf.told.add(self.scope)
        self.shelf.partial -= {one for one in self.shelf.partial - self.lacking if self.scope in (None, one)}
        self.give_up()
        return self.changed

    def give_up(self) -> None:
        """It will not go on, or is over."""
        if self in self.shelf.listings:
            self.shelf.listings.remove(self)


@dataclass
class Store:
    """What the watches told, in heads."""

    shelves: dict[str, Shelf] = field(default_factory=lambda: {kind: Shelf(kind) for kind in WATCHED})

    def start_listing(self, kind: str, scope: str | None) -> Listing:
        """Begin to read a list."""
        shelf = self.shelves[kind]
        shelf.hoards = {one for one in shelf.hoards if scope not in (None, one)}
        listing = Listing(shelf, scope)
        shelf.listings.append(listing)
        return listing

    def tell(self, kind: str, event: str, head: Metadata) -> set[Place]:
        """An event of a watch; returns whose object it was news of."""
        shelf, place = self.shelves[kind], Place(head.namespace, head.name)
        former = shelf.heads.get(place)
        if event == "DELETED":
            for listing in shelf.listings:
                listing.deleted[place] = number(head.resource_version)
            if former and number(former.resource_version) > number(head.resource_version):
                return set()  # an old event that is told again; there is another one of that name by now
            return shelf.find_owners(shelf.drop(place), head)
        if not shelf.is_news(head):
            return set()
        shelf.put(head)
        return shelf.find_owners(former, head)

    def is_told(self, kind: str, namespace: str) -> bool:
        """Whether all objects of a kind in a namespace are known."""
        shelf = self.shelves.get(kind)
        return shelf is not None and bool({None, namespace} & shelf.told) and namespace not in shelf.partial

    def is_whole(self, scopes: Iterable[str | None]) -> bool:
        """Whether everything has been told of all kinds in these scopes."""
        return all(set(scopes) <= shelf.told for shelf in self.shelves.values())

    def find(self, kind: str, namespace: str, name: str) -> Metadata | None:
        """The head of the object of that name."""
        return self.shelves[kind].heads.get(Place(namespace, name))

    def select(self, kind: str, namespace: str, experiment: str) -> list[Metadata]:
        """The heads of what carries the experiment's label, in the order of their names."""
        shelf = self.shelves[kind]
        found = sorted(shelf.members.get(Place(namespace, experiment), ()))
        return [shelf.heads[Place(namespace, name)] for name in found]
