"""Items are looked up in lists of the same row, in two ways that agree."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.measures import joining
from interleaver.lab.measures.joining import Codes, encode, find, head, keep
from interleaver.lab.terms.lists import gather

rows = st.lists(st.tuples(*[st.lists(st.integers(0, 9), unique=True, max_size=6)] * 2), max_size=8)


@pytest.mark.parametrize("least", [0, 10**9])
@given(data=rows)
def test_every_item_is_found_in_its_own_row_and_no_other(least: int, data: list[tuple[list[int], list[int]]]) -> None:
    asked, table = gather([row for row, _ in data]), gather([row for _, row in data])
    with patch.object(joining, "LEAST_ROWS", least), patch.object(joining, "CELLS", 20):
        found = find(asked, table, 10)
    wanted = []
    for row, (items, known) in enumerate(data):
        wanted += [int(table.starts[row]) + known.index(item) if item in known else -1 for item in items]
    assert found.tolist() == wanted


@given(rows, st.integers(1, 7))
def test_heads_are_the_first_places(data: list[tuple[list[int], list[int]]], depth: int) -> None:
    found = head(gather([row for row, _ in data]), depth)
    assert found.tolist() == [(row + [-1] * depth)[:depth] for row, _ in data]


@given(st.lists(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=6), max_size=6))
def test_what_is_not_kept_makes_room(data: list[list[tuple[int, bool]]]) -> None:
    lists = gather([[item for item, _ in row] for row in data])
    kept = keep(lists, np.array([wanted for row in data for _, wanted in row], dtype=bool))
    assert [kept.row(row).tolist() for row in range(len(kept))] == [[item for item, ok in row if ok] for row in data]


def test_items_that_are_spelt_apart_are_apart() -> None:
    codes = Codes()
    lists = encode([["1", '"1"'], [], ["1", "2"]], codes)
    assert [lists.row(row).tolist() for row in range(3)] == [[0, 1], [], [0, 2]]
