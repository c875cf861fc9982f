"""Finding and replacing the list in any JSON document, without touching another byte."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.interleaving.ranking import Identity
from interleaver.router.rankings.members import Step, locate
from interleaver.router.rankings.ranked import ListReader, Unusable, split_pointer

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


def render(value: Any, spaces: Any) -> str:
    """JSON with white space wherever it may stand."""

    def gap() -> str:
        return str(spaces.draw(st.sampled_from(["", " ", "\n", "\t\r\n "])))

    if isinstance(value, dict):
        members = (
            f"{gap()}{json.dumps(key)}{gap()}:{gap()}{render(each, spaces)}{gap()}" for key, each in value.items()
        )
        return "{" + (",".join(members) or gap()) + "}"
    if isinstance(value, list):
        return "[" + (",".join(f"{gap()}{render(each, spaces)}{gap()}" for each in value) or gap()) + "]"
    return json.dumps(value)


@given(st.dictionaries(st.text(), values), st.text(), st.lists(st.integers(), unique=True), st.data())
def test_the_list_is_found_wherever_it_stands(around: dict[str, Any], name: str, ids: list[int], data: Any) -> None:
    members = list({**around, name: [{"id": each} for each in ids]}.items())
    inner = dict(data.draw(st.permutations(members)))
    body = render({"outer": [0, inner], "items": []}, data).encode("utf-8", "surrogatepass")
    pointer = "/outer/1/" + name.replace("~", "~0").replace("/", "~1")
    start, end = locate(body, [Step(token) for token in split_pointer(pointer)])
    assert json.loads(body[start:end]) == [{"id": each} for each in ids]
    ranked = ListReader(pointer, "/id").read(body)
    assert list(ranked.items) == ids
    spliced = ranked.splice(body, reversed(ranked.items.values()))
    assert spliced.startswith(body[:start])
    assert spliced.endswith(body[end:])
    assert json.loads(spliced)["outer"][1] == {**inner, name: [{"id": each} for each in reversed(ids)]}


@given(st.binary() | st.text().map(str.encode) | values.map(lambda value: json.dumps(value).encode()))
def test_any_other_answer_is_unusable_and_nothing_worse(body: bytes) -> None:
    reader = ListReader("/items", "/id")
    try:
        ranked = reader.read(body)
    except Unusable:
        return
    assert isinstance(json.loads(body)["items"], list)
    assert json.loads(body[ranked.start : ranked.end]) == json.loads(body)["items"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": [1], "items": [1]}',
        b'{"items": [1], "a": 0, "items": [1]}',
        b'{"a": 12, "items": [1], "a": 1}',
        b'{"a": 1, "a": 12, "items": [1]}',
        b'{"a": {"items": [1]}}',
        b'{"items": {"0": 1}}',
        b'{"items": null}',
        b'{"items": [1]} trailing',
        b'{"items": [1]',
        b'{"items": [[1]]}',
        b'{"items": [1e999]}',
        b'\xef\xbb\xbf{"items": [1]}',
        b"[" * 100_000,
        b"",
    ],
)
def test_an_answer_that_can_be_read_in_two_ways_or_in_none_is_unusable(body: bytes) -> None:
    with pytest.raises(Unusable):
        ListReader("/items", "").read(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"by": "x", "items": [1], "items": [1]}',
        b'{"by": "x", "items": [1], "by": "x"}',
        b'{"by": 1, "by": "x", "items": [1]}',
        b'{"by": "x", "other": [1], "items": [1]}',
        b'{"items": [1], "by": "x"}',
        b'{"by":"x","items":[1]}',
        b' {"by": "x", "items": [1]} ',
        b'{"by": "", "items": [", "items": [1]]}',
        b'{"by": {"items": [2]}, "items": [1]}',
        b'{"by": "x", "items": 1}',
        b'{"by": "x", "items": [1]}x',
        b'{"bx": "x", "items": [1, 2]}',
    ],
)
def test_an_answer_is_read_the_same_whatever_was_read_before(body: bytes) -> None:
    reader = ListReader("/items", "")
    assert reader.read(b'{"by": "y", "items": [3, 4]}').start == 21
    assert read_or_refuse(reader, b'{"by": "yes", "items": [3, 4]}') == (23, 29, [(3, b"3"), (4, b"4")])
    assert read_or_refuse(reader, body) == read_or_refuse(ListReader("/items", ""), body)


@given(st.lists(st.permutations([("a", 1), ("b", "]"), ("items", [5])]).map(dict), min_size=2, max_size=4), st.data())
def test_answers_of_several_shapes_do_not_disturb_each_other(documents: list[Any], data: Any) -> None:
    reader = ListReader("/items", "")
    for document in documents * 2:
        body = render(document, data).encode()
        found = read_or_refuse(reader, body)
        assert found == read_or_refuse(ListReader("/items", ""), body)
        assert found is not None


def read_or_refuse(reader: ListReader, body: bytes) -> tuple[int, int, list[tuple[Identity, bytes]]] | None:
    try:
        found = reader.read(body)
    except Unusable:
        return None
    return found.start, found.end, [(item, bytes(text)) for item, text in found.items.items()]


def test_ids_are_read_at_numbers_and_names_alike() -> None:
    body = b'[{"1": ["x"]}, {"1": [2.0]}, {"1": [true]}]'
    assert [str(item) for item in ListReader("", "/1/0").read(body).items] == ["x", "2", "Truth.TRUE"]


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (b'[["a", 0.5], [true, 1], [1.0], [1]]', ["a", "Truth.TRUE", "1"]),
        (b'[{"0": "a"}, {"0": 1.0}]', ["a", "1"]),
        (b'[{"0": "a"}, {"0": {}}]', None),
        (b'[{"0": "a"}, {"0": [1]}]', None),
        (b'[{"0": "a"}, {"0": null}]', None),
        (b'[{"0": "a", "x": 1e999}]', None),
    ],
)
def test_a_number_alone_leads_to_ids_like_any_other_pointer(body: bytes, ids: list[str] | None, plain: bool) -> None:
    ranked = read_or_refuse(ListReader("", "/0", plain), body)
    assert (ranked and [str(item) for item, _ in ranked[2]]) == ids
