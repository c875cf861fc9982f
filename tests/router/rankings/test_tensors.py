"""Rankings in the tensors of Open Inference Protocol v2: rows go together, whatever form the answers have."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.interleaving.coins import GivenCoins
from interleaver.interleaving.team_draft import Team
from interleaver.router.rankings.merge import Merged, merge
from interleaver.router.rankings.ranked import Unusable
from interleaver.router.rankings.tensor import TensorReader
from tests.router.tensor_texts import IDS, SORTS, Slow, Sort, TensorWriter, blank, measure_slowly, read_slowly

SHARED = TensorReader(IDS)  # one for all examples, for it remembers the shapes that it has seen

seeds = st.integers(0, 2**64)
spellings = st.sampled_from(['"a"', '"b"', '"\\u0061"', "1", "1.0", "2", "-3", "true", '"1"', '"c,"', '"]"', "2.5"])
rankings = st.lists(spellings, max_size=9)
kinds = st.sets(st.sampled_from(SORTS)).map(sorted)


@given(kinds, rankings, rankings, st.integers(1, 8), seeds)
def test_every_row_comes_whole_from_the_model_that_owns_its_slot(
    sorts: list[Sort], ours: list[str], theirs: list[str], depth: int, seed: int
) -> None:
    text = TensorWriter(seed, "champion").write_answer(ours, sorts)
    other = TensorWriter(seed + 1, "candidate").write_answer(theirs, sorts)
    champion, candidate = SHARED.read(text.encode()), SHARED.read(other.encode())
    dice = Random(seed)
    merged = merge(text.encode(), champion, candidate, depth, GivenCoins(dice.random() < 0.5 for _ in range(50)))
    names = {IDS, *(sort.name for sort in sorts)}
    sent = merged.body.decode()
    assert blank(sent, names) == blank(text, names)
    for name in names:
        expect_rows(name, merged, read_slowly(text), read_slowly(other))


def expect_rows(name: str, merged: Merged, ours: Slow, theirs: Slow) -> None:
    """In each slot, what the slow reader finds in the owner's first row of the item; in the champion's form."""
    shown = [*merged.items, *merged.tail]
    teams = [*merged.teams, *(Team.CHAMPION for _ in merged.tail)]
    owners = [
        theirs if team is Team.CANDIDATE or item not in ours.ids else ours
        for item, team in zip(shown, teams, strict=True)
    ]
    sent, own = read_slowly(merged.body.decode()), ours.outputs[name]
    rows = [owner.cut(name)[owner.ids.index(item)] for item, owner in zip(shown, owners, strict=True)]
    assert sent.cut(name) == rows
    shape = list(own["shape"])
    if len(shown) != len(ours.ids):
        shape[shape.index(str(len(ours.ids)))] = str(len(shown))
    assert sent.outputs[name]["shape"] == shape
    nested, as_sent = measure_slowly(own["data"]), measure_slowly(sent.outputs[name]["data"])
    assert as_sent == (shape[: len(as_sent)] if len(nested) > 1 else [str(sum(map(len, rows)))])


def write(ids: str = '["a", "b"]', scores: str = "[1, 2]", **changes: str) -> bytes:
    """A small answer; what is given stands in it as it is."""
    shape = changes.get("shape", "[2]")
    outputs = [
        f'{{"name": "ids", "datatype": "BYTES", "shape": {changes.get("shape_of_ids", shape)}, "data": {ids}}}',
        f'{{"name": "score", "datatype": "{changes.get("datatype", "FP32")}", "shape": {shape}, "data": {scores}}}',
    ]
    return f'{{"outputs": [{", ".join(outputs)}{changes.get("more", "")}]}}'.encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"outputs": {}}',
        b'{"outputs": []}',
        b'{"outputs": [{"name": "ids", "datatype": "BYTES", "shape": [2]}]}',
        b'{"outputs": [{"name": "score", "datatype": "FP32", "shape": [1], "data": [1]}]}',
        write() + b"\x01\x00\x00\x00a",
        write(more=', {"name": "ids", "datatype": "BYTES", "shape": [2], "data": ["x", "y"]}'),
        write(ids='["a"]'),
        write(ids='["a", null]'),
        write(ids='["a", ["b"]]'),
        write(ids='[["a", "b"]]'),
        write(shape_of_ids="[]", ids='"a"'),
        write(shape_of_ids="[-2]"),
        write(shape_of_ids="[2, 2]", ids='["a", "b", "c", "d"]'),
        write(shape_of_ids="[1, 1, 1, 1, 1, 1, 1, 1, 2]"),
        write(scores="[1, 2, 3]"),
        write(scores="[1]"),
        write(shape="[2, 2]", shape_of_ids="[2]", scores="[[1, 2], [3]]"),
        write(shape="[2, 2]", shape_of_ids="[2]", scores="[[1, 2], 3]"),
        write(shape="[2, 2000000000]", shape_of_ids="[2]", scores="[]"),
        write(shape="[10001]", ids=str([*range(10_001)]), scores=str([0] * 10_001)),
        write(more="".join(f', {{"name": "{n}", "datatype": "", "shape": [1], "data": [1]}}' for n in range(63))),
    ],
)
def test_an_answer_whose_rows_cannot_be_told_is_unusable(body: bytes) -> None:
    with pytest.raises(Unusable):
        TensorReader(IDS).read(body)


@pytest.mark.parametrize(
    ("shape", "ids"), [("[2]", '["a", "b"]'), ("[1,2]", '["a","b"]'), ("[2, 1]", '[["a"], ["b"]]')]
)
def test_ids_may_stand_in_a_row_a_column_or_a_batch_of_one(shape: str, ids: str) -> None:
    ranking = TensorReader(IDS).read(write(ids, shape_of_ids=shape))
    assert list(ranking.items) == ["a", "b"]
    assert ranking.form == (("ids", "BYTES", ()), ("score", "FP32", ()))


@pytest.mark.parametrize(
    "changes",
    [
        {"datatype": "FP64"},
        {"shape": "[2, 2]", "shape_of_ids": "[2]", "scores": "[1, 2, 3, 4]"},
        {"shape": "[3]", "shape_of_ids": "[2]", "scores": "[1, 2, 3]"},
        {"more": ', {"name": "x", "datatype": "FP32", "shape": [2], "data": [1, 2]}'},
    ],
    ids=["another datatype", "wider rows", "no longer a column", "a column more"],
)
def test_rows_of_another_form_do_not_fit(changes: dict[str, str]) -> None:
    assert TensorReader(IDS).read(write(**changes)).form != TensorReader(IDS).read(write()).form


def test_an_answer_of_the_greatest_size_is_read() -> None:
    more = "".join(f', {{"name": "{n}", "datatype": "", "shape": [1], "data": [1]}}' for n in range(62))
    body = write(shape="[10000]", ids=str([*range(10_000)]), scores=str([0] * 10_000), more=more)
    assert len(TensorReader(IDS).read(body).items) == 10_000


def test_columns_that_are_named_are_the_only_ones() -> None:
    lone = write('["a"]', "[1]", shape="[1]", more=', {"name": "took", "datatype": "FP32", "shape": [1], "data": [5]}')
    form: Any = TensorReader(IDS).read(lone).form
    assert [name for name, _, _ in form] == ["ids", "score", "took"]
    reader = TensorReader(IDS, ["score"])
    assert reader.read(lone).form == reader.read(write()).form
    for body in (write(shape="[3]", shape_of_ids="[2]", scores="[1, 2, 3]"), write().replace(b"score", b"worth")):
        with pytest.raises(Unusable):
            reader.read(body)


@given(seeds, st.integers(0, 1000), st.integers(0, 3), st.binary(max_size=2))
def test_a_damaged_answer_is_unusable_or_reads_as_json(seed: int, start: int, length: int, fresh: bytes) -> None:
    body = TensorWriter(seed, "champion").write_answer(['"a"', '"b"', "3"], list(SORTS)).encode()
    start = len(body) * start // 1000
    body = body[:start] + fresh + body[start + length :]
    try:
        ranking = SHARED.read(body)
    except Unusable:
        return
    sent = ranking.splice(body, reversed(ranking.items.values()))
    json.loads(sent.decode("utf-8", "replace"))  # what is not read, such as a parameter, is passed on as it is
