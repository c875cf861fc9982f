"""Whatever stands in a file, it is a suite or it is refused in words: nothing else ever comes out of reading."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from interleaver.lab.suites.checking.normal import key_of
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.rows import ROWS
from interleaver.lab.terms.unusable import Unusable

from .folders import RANKING, SCORING, make_ranking, make_scoring

NUMBERS = st.integers() | st.sampled_from([10**400, -(10**20), 1e308, -0.0, 0.5]) | st.floats()
TEXTS = st.text(max_size=4) | st.sampled_from(
    ["q1", "\ud800", "", "../x", "a\\b", "\x00", "suite.yaml", "é", "1", "{}"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
TABLES = st.sampled_from(["queries", "judgments", "items", "samples"])
CELLS = [
    [1, None],
    [1.5, float("nan")],
    [True, None],
    ["a", "q1"],
    ["1", None],
    [b"\xff", b"a"],
    [["a"], []],
    [{"a": 1}, None],
    [Decimal("1.50"), Decimal("2.00")],
    [date(2026, 1, 1), None],
    [None, None],
]


def read(folder: Path) -> None:
    """Read it; being refused is as good as being a suite."""
    words = refuse(folder)
    assert words is None or (str(folder) in words and "\n" not in words)


def refuse(folder: Path) -> str | None:
    """The words with which it is refused; None where it is a suite."""
    try:
        read_suite(folder)
    except Unusable as problem:
        return str(problem)
    return None


def make(folder: str, table: str) -> tuple[Path, Path]:
    """A sound suite, and the file of one of its tables."""
    place = make_scoring(Path(folder)) if table == "samples" else make_ranking(Path(folder))
    return place, place / f"{table}.jsonl"


@settings(max_examples=30, deadline=None)
@given(TABLES, st.data())
def test_json_lines_with_any_value_anywhere(table: str, data: st.DataObject) -> None:
    columns = st.sampled_from([*ROWS[table].model_fields, "other"])
    changes = data.draw(st.dictionaries(columns, VALUES, min_size=1, max_size=3))
    with TemporaryDirectory() as folder:
        place, file = make(folder, table)
        lines = file.read_text().splitlines()
        changed = json.dumps(json.loads(lines[0]) | changes)
        file.write_text("\n".join([changed, *lines[1:]]))
        read(place)


@settings(max_examples=30, deadline=None)
@given(TABLES, st.data())
def test_parquet_with_columns_of_any_type(table: str, data: st.DataObject) -> None:
    names = st.sampled_from([*ROWS[table].model_fields, "other", "attributes.a"])
    changes = data.draw(st.dictionaries(names, st.sampled_from(CELLS), min_size=1, max_size=3))
    with TemporaryDirectory() as folder:
        place, file = make(folder, table)
        rows = [json.loads(line) for line in file.read_text().splitlines()][:2]
        texts = {
            name: [json.dumps(row.get(name)) for row in rows] for name in ROWS[table].model_fields if name in rows[0]
        }
        file.unlink()
        pq.write_table(pa.table({**texts, **changes}), file.with_suffix(".parquet"))
        read(place)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([RANKING, SCORING]), st.data())
def test_descriptions_with_any_value_anywhere(description: dict[str, Any], data: st.DataObject) -> None:
    keys = st.sampled_from(
        ["task", "name", "contract", "threshold", "maximumGrade", "collectedAt", "description", "other"]
    )
    changes = data.draw(st.dictionaries(keys, VALUES, min_size=1, max_size=2))
    parts = st.sampled_from(["path", "unit", "items", "itemId", "tensor", "exclude", "page", "input", "score"])
    contract = data.draw(st.just({}) | st.dictionaries(parts, VALUES, max_size=2))
    changed = description | changes | ({"contract": description["contract"] | contract} if contract else {})
    with TemporaryDirectory() as folder:
        place = make_ranking(Path(folder)) if description is RANKING else make_scoring(Path(folder))
        (place / "suite.yaml").write_text(json.dumps(changed))
        read(place)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["suite.yaml", "queries.jsonl", "judgments.jsonl", "items.jsonl"]), st.binary(max_size=6), st.data()
)
def test_any_bytes_anywhere(name: str, noise: bytes, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        place = make_ranking(Path(folder))
        sound = (place / name).read_bytes()
        at, gone = data.draw(st.integers(0, len(sound))), data.draw(st.integers(0, 8))
        (place / name).write_bytes(sound[:at] + noise + sound[at + gone :])
        read(place)


def test_a_request_nested_hundreds_deep_is_compared_as_it_stands() -> None:
    deep = b"[" * 900 + b"]" * 900
    assert key_of(deep, {}) == key_of(deep, {})
