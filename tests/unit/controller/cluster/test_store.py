"""The store: whatever lists, watches and breaks come in whatever order, it ends with what the server has."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api import names
from interleaver.controller.cluster import store as module
from interleaver.controller.cluster.answers import Metadata, read_label
from interleaver.controller.cluster.store import Listing, Place, Store

KIND = "Deployment"


def make_head(name: str, version: int, owner: str = "feed", uid: str = "u", namespace: str = "shop") -> Metadata:
    labels = {names.LABEL_EXPERIMENT: owner} if owner else {}
    meta = {"name": name, "namespace": namespace, "uid": uid, "resourceVersion": str(version), "labels": labels}
    return msgspec.convert(meta, Metadata)


@dataclass
class Server:
    """An API server: its objects, and all that has happened. Writes come from us and from others alike."""

    objects: dict[str, Metadata] = field(default_factory=dict)
    events: list[tuple[int, str, Metadata]] = field(default_factory=list)
    version: int = 1

    def write(self, name: str, owner: str) -> None:
        self.version += 1
        former = self.objects.get(name)
        uid = former.uid if former else f"u{self.version}"
        head = self.objects[name] = make_head(name, self.version, owner, uid)
        self.events.append((self.version, "MODIFIED" if former else "ADDED", head))

    def delete(self, name: str) -> None:
        if name in self.objects:
            self.version += 1
            gone = msgspec.structs.replace(self.objects.pop(name), resource_version=str(self.version))
            self.events.append((self.version, "DELETED", gone))

    def watch(self, since: int) -> Iterator[tuple[str, Metadata]]:
        return ((event, head) for version, event, head in self.events if version > since)


@dataclass
class Wire:
    """One watch of the store: it lists in pages, watches on, breaks, and begins again where it was, or long before."""

    server: Server
    store: Store
    since: int = 0
    listing: Listing | None = None
    pages: list[list[Metadata]] = field(default_factory=list)
    compared: Listing | None = None  # a comparison that goes on beside the watch
    others: list[list[Metadata]] = field(default_factory=list)

    def start_list(self) -> None:
        if self.listing:
            self.listing.give_up()
        self.listing, self.since = self.store.start_listing(KIND, None), self.server.version
        self.pages = self.cut()

    def cut(self) -> list[list[Metadata]]:
        heads = list(self.server.objects.values())
        return [heads[start : start + 2] for start in range(0, len(heads), 2)] or [[]]

    def read_page(self) -> None:
        if self.listing:
            self.listing.add(self.pages.pop(0), str(self.since))
            if not self.pages:
                self.listing.finish()
                self.listing = None

    def start_comparison(self) -> None:
        if self.compared:
            self.compared.give_up()
        self.compared, self.others = self.store.start_listing(KIND, None), self.cut()
        self.compared.version = str(self.server.version)

    def read_comparison(self) -> None:
        if self.compared:
            self.compared.add(self.others.pop(0), "")
            if not self.others:
                self.compared.finish()
                self.compared = None

    def hear(self, number: int) -> None:
        if self.listing is None:
            for event, head in list(self.server.watch(self.since))[:number]:
                self.store.tell(KIND, event, head)
                self.since = int(head.resource_version)

    def go_back(self, steps: int) -> None:
        """The connection broke, and what was told is told again."""
        self.since = max(0, self.since - steps)

    def end(self) -> None:
        """In the end every list is whole and every event arrives."""
        while self.listing:
            self.read_page()
        while self.compared:
            self.read_comparison()
        self.hear(1 << 20)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from("abcde"), st.sampled_from(["feed", "home", ""])),
        st.tuples(st.just("delete"), st.sampled_from("abcde")),
        st.tuples(st.sampled_from(["start_list", "read_page", "start_comparison", "read_comparison"])),
        st.tuples(st.just("hear"), st.integers(1, 3)),
        st.tuples(st.just("go_back"), st.integers(1, 4)),
    ),
    max_size=40,
)


@given(steps=STEPS)
def test_any_order_of_lists_events_breaks_and_writes_ends_with_what_the_server_has(
    steps: list[tuple[str, *tuple[object, ...]]],
) -> None:
    server, store = Server(), Store()
    wire = Wire(server, store)
    wire.start_list()
    for step, *arguments in steps:
        target = server if step in ("write", "delete") else wire
        getattr(target, step)(*arguments)
    wire.end()
    shelf = store.shelves[KIND]
    assert {place.name: head for place, head in shelf.heads.items()} == server.objects
    assert store.is_told(KIND, "shop")
    for owner in ("feed", "home"):
        labelled = [head for head in server.objects.values() if read_label(head, names.LABEL_EXPERIMENT) == owner]
        assert store.select(KIND, "shop", owner) == sorted(labelled, key=lambda head: head.name)
    assert shelf.counts.get("shop", 0) == len(server.objects)
    assert shelf.listings == []


def test_nothing_is_told_before_a_list_is_whole() -> None:
    store = Store()
    listing = store.start_listing(KIND, "shop")
    listing.add([make_head("a", 5)], "9")
    assert not store.is_told(KIND, "shop")
    listing.finish()
    assert store.is_told(KIND, "shop")
    assert not store.is_told(KIND, "other")
    assert not store.is_told("Secret", "shop")


def test_a_list_tells_whose_objects_are_new_changed_and_gone_and_of_no_others() -> None:
    store = Store()
    for name, owner in {"same": "a", "changed": "b", "moved": "c", "gone": "d"}.items():
        store.tell(KIND, "ADDED", make_head(name, 2, owner))
    listing = store.start_listing(KIND, None)
    heads = [
        make_head("same", 2, "a"),
        make_head("changed", 3, "b"),
        make_head("moved", 4, "e"),
        make_head("new", 5, "f"),
    ]
    listing.add(heads, "9")
    assert listing.finish() == {Place("shop", owner) for owner in "bcdef"}


def test_what_came_after_a_list_was_made_outlives_it() -> None:
    store = Store()
    listing = store.start_listing(KIND, None)
    store.tell(KIND, "ADDED", make_head("late", 12))
    listing.add([], "9")
    listing.finish()
    assert store.find(KIND, "shop", "late")


def test_what_was_deleted_while_a_list_was_read_does_not_come_back_with_it() -> None:
    store = Store()
    store.tell(KIND, "ADDED", make_head("a", 5))
    listing = store.start_listing(KIND, None)
    store.tell(KIND, "DELETED", make_head("a", 12))
    listing.add([make_head("a", 5)], "9")
    listing.finish()
    assert store.find(KIND, "shop", "a") is None


def test_an_event_that_is_told_again_is_no_news() -> None:
    store = Store()
    assert store.tell(KIND, "ADDED", make_head("a", 5)) == {Place("shop", "feed")}
    assert store.tell(KIND, "ADDED", make_head("a", 5)) == set()
    assert store.tell(KIND, "MODIFIED", make_head("a", 6)) == {Place("shop", "feed")}
    assert store.tell(KIND, "DELETED", make_head("a", 5)) == set()
    assert store.find(KIND, "shop", "a") == make_head("a", 6)


def test_a_list_of_one_namespace_says_nothing_of_others() -> None:
    store = Store()
    store.tell(KIND, "ADDED", make_head("a", 2, namespace="other"))
    listing = store.start_listing(KIND, "shop")
    listing.add([], "9")
    assert listing.finish() == set()
    assert store.find(KIND, "other", "a")


def test_an_experiment_is_told_of_by_its_own_name_whatever_its_labels_say() -> None:
    assert Store().tell(names.KIND, "ADDED", make_head("home", 2, owner="feed")) == {Place("shop", "home")}


def test_what_is_hoarded_is_not_kept_and_is_asked_for_until_it_is_listed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    store = Store()
    store.start_listing(KIND, None).finish()
    store.tell(KIND, "ADDED", make_head("a", 2, namespace="honest"))
    for number in range(10):
        store.tell(KIND, "ADDED", make_head(f"x{number}", 3 + number))
    assert not store.is_told(KIND, "shop")
    assert store.is_told(KIND, "honest")
    assert len(store.shelves[KIND].heads) == 1
    listing = store.start_listing(KIND, None)
    listing.add([make_head("a", 2, namespace="honest"), make_head("x0", 3)], "99")
    listing.finish()
    assert store.is_told(KIND, "shop")


def test_of_a_namespace_that_was_hoarded_nothing_is_told_until_a_list_of_it_is_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    store = Store()
    store.start_listing(KIND, None).finish()
    early = store.start_listing(KIND, None)
    store.tell(KIND, "ADDED", make_head("a", 2))
    store.tell(KIND, "ADDED", make_head("b", 3))
    late = store.start_listing(KIND, "shop")
    assert not store.is_told(KIND, "shop"), "nothing of it is kept as yet"
    early.add([make_head("b", 3)], "9")
    early.finish()
    assert not store.is_told(KIND, "shop"), "what this list had before was given up"
    late.give_up()
    assert not store.is_told(KIND, "shop")
    last = store.start_listing(KIND, "shop")
    last.add([make_head("b", 3)], "9")
    last.finish()
    assert store.is_told(KIND, "shop")
    assert store.select(KIND, "shop", "feed") == [make_head("b", 3)]
