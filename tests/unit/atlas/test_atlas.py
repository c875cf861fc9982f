"""The map shows the layers as the contracts have them and the imports as they are, and nothing on it hides anything."""

from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hack.atlas.drawing import draw_house, pile
from hack.atlas.imports import Floor, House, Place, read_house, read_layers, read_sentence, reduce
from hack.atlas.layout import Box, connect, lay_passages, order, place, stack

CONTRACTS = """
[[tool.importlinter.contracts]]
type = "layers"
layers = ["interleaver.__main__", "interleaver.operator | interleaver.router", "interleaver.api"]
[[tool.importlinter.contracts]]
type = "forbidden"
source_modules = ["interleaver.api"]
[[tool.importlinter.contracts]]
type = "layers"
containers = ["interleaver.router"]
layers = ["process", "votes | client"]
"""


@pytest.fixture(scope="module")
def house() -> House:
    return read_house()


def test_layers_are_those_of_the_contracts() -> None:
    rooms = (("router.process",), ("router.votes", "router.client"))
    assert read_layers(CONTRACTS) == {"": (("operator", "router"), ("api",)), "router": rooms}


def test_an_import_that_a_longer_way_implies_is_no_arrow() -> None:
    assert reduce({("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("a", "d")}) == {("a", "b"), ("b", "c"), ("c", "d")}


def test_a_place_is_told_by_the_first_sentence_of_its_docstring() -> None:
    assert read_sentence("HTTP/1.1 as bytes:\nheads. No I/O.\n\nMore.") == "HTTP/1.1 as bytes: heads"
    assert read_sentence("A `run` (docs/reference/stages.md), and more (no less)") == "A run, and more (no less)"


def test_every_package_and_room_says_what_it_is_for(house: House) -> None:
    assert [name for name, found in house.places.items() if not found.sentence] == []


def test_every_import_goes_down_the_layers(house: House) -> None:
    for floor in (house.packages, *house.rooms.values()):
        level = {name: number for number, row in enumerate(floor.rows) for name in row}
        assert floor.arrows
        assert [(a, b) for a, b in floor.arrows if level[a] >= level[b]] == []


def test_every_place_is_drawn_once_and_the_drawing_is_well_formed(house: House) -> None:
    drawing = ElementTree.fromstring(draw_house(house))
    texts = [each for each in drawing.iter() if each.tag.endswith("text")]
    names = [each.text or "" for each in texts if (each.get("class") or "").startswith("name")]
    assert sorted(names) == sorted(name.rpartition(".")[2] for name in house.places)


def test_packages_without_rooms_share_a_column_beside_those_that_have_some() -> None:
    rows = (("x", "big", "y"), ("low", "lower"))
    places = {name: Place(name, name, ()) for row in rows for name in row}
    floor = Floor(rows, frozenset({("x", "low"), ("y", "low"), ("big", "lower")}))
    piled = pile(House(places, floor, {"big": Floor((), frozenset())}))
    assert piled == Floor((("x/y", "big"), ("low", "lower")), frozenset({("x/y", "low"), ("big", "lower")}))


def test_an_arrow_past_a_layer_has_a_passage_there_and_arrows_to_one_place_share_it() -> None:
    rows, hops = lay_passages((("a", "b"), ("c",), ("d",)), frozenset({("a", "d"), ("b", "d"), ("a", "c")}))
    assert rows == [["a", "b"], ["c", ">d@1"], ["d"]]
    assert hops == [("a", "c"), ("a", ">d@1"), (">d@1", "d"), ("b", ">d@1")]


def test_a_box_stands_below_the_one_that_imports_it() -> None:
    rows = [["a", "b"], ["of b", "of a"]]
    order(rows, [("a", "of a"), ("b", "of b")])
    assert rows == [["a", "b"], ["of a", "of b"]]


def test_boxes_of_a_row_share_its_width_by_their_weights_and_do_not_touch() -> None:
    boxes = place(["a", ">x@1", "b"], 10.0, 500.0, {"b": 3.0})
    assert boxes[0].x == 10.0
    assert boxes[-1].x + boxes[-1].width == pytest.approx(510.0)
    assert boxes[2].width == pytest.approx(3 * boxes[0].width)
    assert all(left.x + left.width < right.x for left, right in pairwise(boxes))


def test_arrows_go_straight_down_where_they_can_and_never_on_top_of_each_other() -> None:
    names = {"wide": Box("wide", 0, 400, 0, 50), "left": Box("left", 0, 100), "right": Box("right", 500, 100)}
    ways, height = connect([("wide", "left"), ("wide", "right"), ("wide", "left")], names, 50.0)
    straight = [way for way in ways if len(way.points) == 2]
    assert len(straight) == 2
    assert all(way.points[0][0] == way.points[1][0] for way in straight)
    assert all(one.points[0][0] != other.points[0][0] for one, other in combinations(ways, 2))
    assert {way.points[-1][1] for way in ways} == {50.0 + height}


def test_sideways_arrows_that_overlap_run_on_different_tracks() -> None:
    assert stack([(0, 10), (5, 20), (7, 7), (11, 12)]) == [1, 2, 0, 1]
