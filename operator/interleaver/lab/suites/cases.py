"""The cases of a suite out of their table: queries of a ranking suite, samples of a scoring one."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from interleaver.lab.suites.attributes import take_attributes
from interleaver.lab.suites.coding import take_codes
from interleaver.lab.suites.columns import first, take_numbers, take_text, take_unique
from interleaver.lab.suites.headers import check_headers
from interleaver.lab.suites.pictures import check_pictures
from interleaver.lab.suites.requests import QueryRequests, SampleRequests, make_envelope
from interleaver.lab.suites.suite import Cases
from interleaver.lab.suites.tables import PREFIX, Table
from interleaver.lab.suites.weights import take_weights
from interleaver.lab.terms.labels import Labels

Columns = dict[str, Any]


def take_queries(table: Table) -> Columns:
    """The checked columns of `queries`. Raises Unusable with row and column."""
    columns = take_common(table, "query")
    columns["request"] = take_text(table, "request", required=True)
    columns["headers"] = take_text(table, "headers")
    check_headers(table, columns["headers"])
    return columns


def take_samples(table: Table) -> Columns:
    """The checked columns of `samples`. Raises Unusable with row and column."""
    columns = take_common(table, "sample")
    columns["input"], columns["picture"] = take_text(table, "input"), take_text(table, "picture")
    check_one_input(table, columns["input"], columns["picture"])
    check_pictures(table, columns["picture"])
    columns["label"] = take_labels(table)
    columns["attack"] = take_codes(table, "attack")
    return columns


def take_common(table: Table, name: str) -> Columns:
    """The columns that queries and samples have in common; `name` is that of the ids."""
    if not table.rows:
        raise table.refuse(None, None, "has no rows", "a suite asks something")
    columns: Columns = {name: take_unique(table, name), "unit": take_codes(table, "unit")}
    columns["source"] = take_codes(table, "source", required=True)
    columns["weight"] = take_weights(table)
    return columns | {PREFIX + attribute: column for attribute, column in take_attributes(table).items()}


def take_labels(table: Table) -> NDArray[np.int8]:
    """The label of each sample."""
    numbers, missing = take_numbers(table, "label")
    wrong = missing | ~np.isin(numbers, (0.0, 1.0))
    if wrong.any():
        row = first(wrong)
        raise table.refuse(row, "label", "is missing" if missing[row] else f"found {numbers[row]:g}", "write 0 or 1")
    return numbers.astype(np.int8)


def check_one_input(table: Table, inputs: Any, pictures: Any) -> None:
    """Raises Unusable unless each row has one thing to send."""
    both = pc.equal(pc.is_null(inputs), pc.is_null(pictures)).to_numpy(zero_copy_only=False)
    if both.any():
        row = first(both)
        found = "has neither input nor picture" if not inputs[row].is_valid else "has both input and picture"
        raise table.refuse(row, None, found, "give exactly one")


def make_query_cases(columns: Columns) -> Cases:
    """Queries as the other rooms work with them."""
    return make_cases(columns, "query", requests=QueryRequests(columns["request"], columns["headers"]))


def make_sample_cases(columns: Columns, folder: Path, pointer: str) -> Cases:
    """Samples as the other rooms work with them. `pointer` is where the input stands in a request."""
    requests = SampleRequests(folder, make_envelope(pointer), columns["input"], columns["picture"])
    more = {"labels": columns["label"], "attacks": columns["attack"]}
    return make_cases(columns, "sample", requests=requests, pictures=columns["picture"].to_pylist(), **more)


def make_cases(columns: Columns, name: str, **more: Any) -> Cases:
    """Cases of what both kinds have, and more."""
    ids = columns[name].to_pylist()
    codes, names = give_units(columns["unit"], ids)
    attributes = {key.removeprefix(PREFIX): columns[key] for key in columns if key.startswith(PREFIX)}
    return Cases(ids, codes, names, columns["source"], attributes, weights=columns["weight"], **more)


def give_units(units: Labels, ids: list[str]) -> tuple[NDArray[np.int64], list[str]]:
    """The unit of each case; a case without one has a code of its own, under its own name."""
    codes = units.codes.astype(np.int64)
    alone = np.flatnonzero(codes < 0)
    codes[alone] = len(units.names) + np.arange(len(alone))
    return codes, [*units.names, *(ids[row] for row in alone)]
