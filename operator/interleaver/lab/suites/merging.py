"""Adds judgments to a suite that is there: checked as a whole, and written at once or not at all."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from interleaver.lab.suites.suite import Suite
from interleaver.lab.suites.tables import find_tables
from interleaver.lab.suites.writing import write_parquet
from interleaver.lab.terms.nearest import nearest
from interleaver.lab.terms.unusable import Place, Unusable


@dataclass(frozen=True)
class Judged:
    """One pair that somebody judged, and where that is written."""

    place: Place
    query: str
    item: str
    """In JSON spelling."""
    gain: float


def merge_judgments(suite: Suite, judged: Sequence[Judged]) -> int:
    """Add what is new to the suite's table, and say how many that is; what it says already is left out.

    Raises Unusable, and changes nothing, for a query that is none, a gain that cannot be one, and a pair that has
    another gain.
    """
    new = [*choose(suite, judged)]
    path = find_tables(suite.folder, suite.task)["judgments"]
    fresh = path.with_name(f".{path.name}.new")
    try:
        if new:
            append = append_parquet if path.suffix == ".parquet" else append_lines
            append(path, fresh, new)
            os.replace(fresh, path)
    except OSError as error:
        raise Unusable(str(path), f"cannot be written: {error.strerror}") from None
    return len(new)


def choose(suite: Suite, judged: Sequence[Judged]) -> Sequence[Judged]:
    """The judgments that the suite does not have yet, each once. Raises Unusable."""
    assert suite.judgments is not None
    rows = {query: row for row, query in enumerate(suite.cases.ids)}
    known: dict[tuple[str, str], float] = {}
    for query in {each.query for each in judged} & rows.keys():
        known |= {(query, item): gain for item, gain in suite.judgments.gains_of(rows[query]).items()}
    new = []
    for each in judged:
        if each.query not in rows:
            raise refuse(each, "query", f"{each.query!r} is no query of the suite", nearest(each.query, rows))
        if suite.maximum_grade is not None and each.gain > suite.maximum_grade:
            wanted = f"the suite's maximumGrade is {suite.maximum_grade:g}"
            raise refuse(each, "gain", f"found {each.gain:g}", wanted)
        before = known.get((each.query, each.item))
        if before is not None and before != each.gain:
            found = f"{each.item} is judged {before:g} for query {each.query!r} already, and here {each.gain:g}"
            raise refuse(each, "gain", found, "change it in the suite's own table, if it is wrong there")
        if before is None:
            new.append(each)
        known[each.query, each.item] = each.gain
    return new


def refuse(each: Judged, field: str, found: str, wanted: str) -> Unusable:
    """The error about one field of a judged pair."""
    return Unusable(replace(each.place, field=field), found, wanted)


def append_lines(path: Path, fresh: Path, new: Sequence[Judged]) -> None:
    """The table with more lines, in another file."""
    data = path.read_bytes()
    with fresh.open("wb") as file:
        file.write(data if not data or data.endswith(b"\n") else data + b"\n")
        for each in new:
            row = {"query": each.query, "item": json.loads(each.item), "gain": each.gain}
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def append_parquet(path: Path, fresh: Path, new: Sequence[Judged]) -> None:
    """The table with more rows, in another file. Its columns keep their types, and those we do not know stay empty."""
    table = pq.read_table(path)
    columns = {
        "query": pa.array([each.query for each in new]),
        "item": pa.array([each.item for each in new]),
        "gain": pa.array([each.gain for each in new]),
    }
    more = [columns.get(field.name, pa.nulls(len(new))).cast(field.type) for field in table.schema]
    write_parquet(pa.concat_tables([table, pa.table(more, schema=table.schema)]), fresh)
