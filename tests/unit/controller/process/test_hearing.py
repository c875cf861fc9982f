"""What lists and watches tell reaches the store, and whoever is concerned gets a visit."""

from typing import Any

import msgspec
import pytest

from interleaver.api import names
from interleaver.controller.cluster.answers import Annotations, Heads
from interleaver.controller.cluster.store import Place, Store
from interleaver.controller.process.hearing import Ear
from interleaver.controller.visits.visit import Key
from tests.unit.controller.cluster.test_store import make_head


class Scene:
    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.store = Store()
        self.ear = Ear(self.store, self.keys.append, lambda: None)

    def hear_page(self, *heads: Any, more: str = "", is_first: bool = True, kind: str = "Pod") -> None:
        page: Any = {"items": [{"metadata": msgspec.to_builtins(head)} for head in heads]}
        page["metadata"] = {"resourceVersion": "9", "continue": more}
        self.ear.hear_page(kind, None, msgspec.convert(page, Heads), is_first)


def test_a_list_is_heard_when_it_is_whole() -> None:
    scene = Scene()
    scene.hear_page(make_head("a", 2), more="x")
    assert (scene.keys, scene.store.is_told("Pod", "shop")) == ([], False)
    scene.hear_page(make_head("b", 3, owner="home"), is_first=False)
    assert scene.keys == [Key("shop", "feed"), Key("shop", "home")]
    assert scene.store.is_told("Pod", "shop")


def test_a_list_that_broke_off_is_begun_anew_and_half_of_it_removes_nothing() -> None:
    scene = Scene()
    scene.hear_page(make_head("a", 2), make_head("b", 3))
    scene.hear_page(make_head("a", 2), more="x")
    scene.hear_page(make_head("a", 2), make_head("b", 3))
    assert scene.store.find("Pod", "shop", "b")
    assert scene.store.shelves["Pod"].listings == []


def test_a_page_of_no_list_that_is_known_is_left_alone() -> None:
    scene = Scene()
    scene.hear_page(make_head("a", 2), is_first=False)
    assert scene.keys == []
    assert not scene.store.is_told("Pod", "shop")


@pytest.mark.parametrize("event", ["ADDED", "MODIFIED", "DELETED"])
def test_an_event_asks_for_a_visit_of_the_experiment_that_the_label_names(event: str) -> None:
    scene = Scene()
    scene.ear.hear_event("Pod", event, make_head("a", 2))
    assert scene.keys == [Key("shop", "feed")]


def test_a_command_is_heard_and_nothing_of_an_experiment_that_goes() -> None:
    scene = Scene()
    head = make_head("feed", 2)
    given = msgspec.convert({names.ANNOTATION_ABORT: "v42-1"}, Annotations)
    scene.ear.hear_event(names.KIND, "MODIFIED", msgspec.structs.replace(head, annotations=given))
    assert list(scene.ear.passing.words) == [Place("shop", "feed")]
    scene = Scene()
    scene.ear.hear_event(names.KIND, "DELETED", msgspec.structs.replace(head, annotations=given))
    assert scene.ear.passing.words == {}


def test_an_event_of_an_experiment_asks_for_its_visit() -> None:
    scene = Scene()
    scene.ear.hear_event(names.KIND, "ADDED", make_head("home", 2, owner=""))
    assert scene.keys == [Key("shop", "home")]


def test_what_belongs_to_nobody_asks_for_no_visit() -> None:
    scene = Scene()
    scene.ear.hear_event("Pod", "ADDED", make_head("a", 2, owner=""))
    assert scene.keys == []


def test_a_replica_set_is_known_and_asks_for_no_visit() -> None:
    scene = Scene()
    scene.ear.hear_event("ReplicaSet", "ADDED", make_head("a", 2))
    assert scene.store.find("ReplicaSet", "shop", "a")
    assert scene.keys == []
