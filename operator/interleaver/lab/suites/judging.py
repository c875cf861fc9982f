"""The judgments of a ranking suite out of their table, in the order of its queries."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from interleaver.lab.suites.coding import take_codes
from interleaver.lab.suites.columns import find_repeated, first, take_numbers
from interleaver.lab.suites.suite import Judgments
from interleaver.lab.suites.tables import Table
from interleaver.lab.suites.wording import shorten
from interleaver.lab.terms.labels import Labels
from interleaver.lab.terms.lists import Lists
from interleaver.lab.terms.nearest import nearest

NEAR: Final = 5_000


def take_judgments(table: Table, maximum: float | None) -> dict[str, Any]:
    """The checked columns of `judgments`; none of them is empty. Raises Unusable with row and column."""
    columns = {name: take_codes(table, name, required=True) for name in ("query", "item")}
    return columns | {"gain": take_gains(table, maximum)}


def take_gains(table: Table, maximum: float | None) -> NDArray[np.float64]:
    """What each judged item is worth."""
    gains, missing = take_numbers(table, "gain")
    wrong = missing | ~(np.isfinite(gains) & (gains >= 0))
    if wrong.any():
        row = first(wrong)
        found = "is missing" if missing[row] else f"found {gains[row]:g}"
        raise table.refuse(row, "gain", found, "a finite number of 0 or more is wanted")
    if maximum is not None and len(gains) and gains.max() > maximum:
        row = first(gains > maximum)
        wanted = f"the suite's maximumGrade is {maximum:g}: raise it, or mend the gain"
        raise table.refuse(row, "gain", f"found {gains[row]:g}", wanted)
    return gains + 0.0  # -0.0 is 0


def make_judgments(table: Table, columns: dict[str, Any], ids: Any) -> Judgments:
    """Judgments in the order of the queries' `ids`. Raises Unusable for unknown queries and items given twice."""
    queries = find_queries(table, columns["query"], ids)
    items: Labels = columns["item"]
    check_pairs(table, queries, items, ids)
    # A table that is in order already, as most are, need not be sorted.
    order = np.argsort(queries, kind="stable") if np.any(queries[1:] < queries[:-1]) else np.arange(len(queries))
    starts = np.searchsorted(queries[order], np.arange(len(ids) + 1)).astype(np.int64)
    return Judgments(Lists(starts, items.codes[order]), columns["gain"][order], items.names)


def find_queries(table: Table, named: Labels, ids: Any) -> NDArray[np.int64]:
    """The row of its query for each judgment."""
    places = pc.fill_null(pc.index_in(pa.array(named.names, ids.type), ids), -1).to_numpy(zero_copy_only=False)
    if len(places) and places.min() < 0:
        unknown = first(places < 0)
        near = nearest(named.names[unknown], ids.slice(0, NEAR).to_pylist())
        wanted = near if near.startswith("did you mean") else "add it there, or leave the judgment out"
        found = f"{shorten(named.names[unknown])} is no query of the table queries"
        raise table.refuse(first(named.codes == unknown), "query", found, wanted)
    return places.astype(np.int64)[named.codes] if len(places) else np.empty(0, dtype=np.int64)


def check_pairs(table: Table, queries: NDArray[np.int64], items: Labels, ids: Any) -> None:
    """Raises Unusable where an item is judged twice for a query."""
    again = find_repeated(queries * len(items.names) + items.codes)
    if again is None:
        return
    row, before = again
    line = table.place(before)
    query, item = ids[int(queries[row])].as_py(), items.names[items.codes[row]]
    found = f"{item} is judged for query {shorten(query)} in {line} already"
    raise table.refuse(row, "item", found, "keep one of them")
