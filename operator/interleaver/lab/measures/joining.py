"""Where the items of one list stand in another list of the same query: all queries at once."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.terms.lists import Lists


class Codes(dict[str, int]):
    """A code for each item, in the order in which items are met; an item that was not met before gets the next one."""

    def __missing__(self, item: str) -> int:
        self[item] = code = len(self)
        return code


def encode(rankings: Sequence[Sequence[str]], codes: Codes) -> Lists:
    """Lists of codes out of lists of ids; `codes` learns what is new to it."""
    lengths = np.fromiter(map(len, rankings), dtype=np.int64, count=len(rankings))
    starts = np.concatenate(([0], np.cumsum(lengths)))
    items = map(codes.__getitem__, chain.from_iterable(rankings))
    return Lists(starts, np.fromiter(items, dtype=np.int32, count=int(starts[-1])))


def choose(lists: Lists, rows: NDArray[np.int64]) -> Lists:
    """The lists of these rows, in this order."""
    lengths = lists.lengths[rows]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    return Lists(starts, lists.items[spread(lists.starts[rows], lengths)])


def keep(lists: Lists, kept: NDArray[np.bool_]) -> Lists:
    """The lists without the items that are not `kept`, (items,); the others move up."""
    return Lists(count_before(kept)[lists.starts].astype(np.int64), lists.items[kept])


def spread(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The indices of runs one after another: those from each start on, as many as its length."""
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.repeat(starts - before, lengths) + np.arange(int(lengths.sum())), dtype=np.int64)


def places(lists: Lists) -> NDArray[np.int64]:
    """The place of each item in its list, from 0, (items,)."""
    return spread(np.zeros(len(lists), dtype=np.int64), lists.lengths)


def rows(lists: Lists) -> NDArray[np.int64]:
    """The row of the list that each item belongs to, (items,)."""
    return np.repeat(np.arange(len(lists)), lists.lengths)


CELLS: Final = 1 << 22
"""Cells of the table that items are looked up in: 16 MB, which the processor's caches can hold a good part of."""

LEAST_ROWS: Final = 16
"""With so many items that the table has room for fewer rows, lists are sorted and searched instead."""


def find(asked: Lists, table: Lists, size: int) -> NDArray[np.int64]:
    """For each item of `asked`, its index in `table.items` within the list of the same row; -1 where it is not there.

    Both have as many lists, of codes below `size`; an item stands at most once in a list of the table.
    """
    rows_at_once = CELLS // max(size, 1)
    if rows_at_once < LEAST_ROWS:
        return find_sorted(asked, table, size)
    found = np.empty(len(asked.items), dtype=np.int64)
    cells = np.full(rows_at_once * size, -1, dtype=np.int32 if len(table.items) < 2**31 else np.int64)
    for start in range(0, len(asked), rows_at_once):
        end = min(start + rows_at_once, len(asked))
        there, known = keys(table, start, end, size)
        wanted, asking = keys(asked, start, end, size)
        cells[known] = np.arange(there.start, there.stop)
        found[wanted] = cells[asking]
        cells[known] = -1
    return found


def keys(lists: Lists, start: int, end: int, size: int) -> tuple[slice, NDArray[np.int64]]:
    """Where the items of these rows stand, and a number for each that differs from those of all other rows and
    items."""
    part = slice(int(lists.starts[start]), int(lists.starts[end]))
    offsets = np.repeat(np.arange(end - start) * size, np.diff(lists.starts[start : end + 1]))
    return part, offsets + lists.items[part]


def find_sorted(asked: Lists, table: Lists, size: int) -> NDArray[np.int64]:
    """The same by sorting, for catalogues of millions."""
    if not len(table.items):
        return np.full(len(asked.items), -1, dtype=np.int64)
    _, known = keys(table, 0, len(table), size)
    order = np.argsort(known)
    ordered = known[order]
    _, wanted = keys(asked, 0, len(asked), size)
    found = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.where(ordered[found] == wanted, order[found], -1)


def head(lists: Lists, depth: int) -> NDArray[np.int32]:
    """The first `depth` places of every list, (lists, depth), -1 behind a list's end."""
    if not len(lists.items):
        return np.full((len(lists), depth), -1, dtype=np.int32)
    place = np.arange(depth)
    at = np.minimum(lists.starts[:-1, None] + place, len(lists.items) - 1)
    return np.where(place < lists.lengths[:, None], lists.items[at], np.int32(-1))


def count_per_row(lists: Lists, counted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many items of each list are `counted`, (items,)."""
    return np.asarray(np.diff(count_before(counted)[lists.starts]), dtype=np.int64)


def count_before(counted: NDArray[np.bool_]) -> NDArray[np.integer]:
    """How many are `counted` before each item, and before the end, (items + 1,)."""
    before: NDArray[np.integer] = np.zeros(len(counted) + 1, dtype=np.int32 if len(counted) < 2**31 else np.int64)
    np.cumsum(counted, out=before[1:])
    return before


def collect(items: Iterable[str]) -> Codes:
    """Codes of a vocabulary, in its order."""
    return Codes((item, code) for code, item in enumerate(items))
