"""JSON lines and Parquet: whatever a suite holds, both forms of it are the same suite."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite
from interleaver.lab.suites.writing import write_suite

from .folders import JUDGMENTS, QUERIES, RANKING, make_ranking

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ID = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
NUMBER = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**30), 10**30)
SCALAR = TEXT | st.booleans() | NUMBER
JSON = st.recursive(st.none() | SCALAR, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=6)
ITEM = TEXT | st.booleans() | NUMBER
GAIN = st.floats(0, 4)
ATTRIBUTES = st.dictionaries(st.sampled_from(["gender", "age group", "a.b"]), SCALAR | st.none())


@st.composite
def suites(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Queries with everything that they may have, and judgments of some of them."""
    ids = draw(st.lists(ID, min_size=1, max_size=4, unique=True))
    queries = [
        {"query": name, "source": draw(ID), "request": draw(JSON.filter(lambda body: body is not None))} for name in ids
    ]
    for query in queries:
        query |= {"attributes": draw(ATTRIBUTES)} if draw(st.booleans()) else {}
        query |= {"unit": draw(TEXT | st.none())} if draw(st.booleans()) else {}
        query |= {"weight": draw(st.floats(0.5, 2))} if draw(st.booleans()) else {}
    judged = draw(st.lists(st.tuples(st.sampled_from(ids), ITEM, GAIN), max_size=6))
    unique = {(name, type(item) is bool, type(item) is str, item): (name, item, gain) for name, item, gain in judged}
    judgments = [{"query": name, "item": item, "gain": gain} for name, item, gain in unique.values()]
    return {"queries": queries, "judgments": judgments}


def show(suite: Suite) -> Any:
    """All that a suite says, in values that compare."""
    cases, judgments = suite.cases, suite.judgments
    assert judgments is not None
    assert cases.weights is not None
    return (
        (list(cases.ids), cases.units.tolist(), list(cases.unit_names), cases.weights.tolist()),
        [(labels.codes.tolist(), labels.names) for labels in (cases.sources, *cases.attributes.values())],
        (list(cases.attributes), [(request.body, dict(request.headers)) for request in cases.requests]),
        (judgments.lists.starts.tolist(), judgments.lists.items.tolist(), judgments.gains.tolist()),
        (judgments.vocabulary, suite.items, suite.digest),
    )


@settings(max_examples=25, deadline=None)
@given(suites())
def test_both_forms_are_the_same_suite(tables: dict[str, list[dict[str, Any]]]) -> None:
    with TemporaryDirectory() as folder:
        lines, parquet, again = Path(folder, "lines"), Path(folder, "parquet"), Path(folder, "again")
        write_suite(lines, RANKING, tables, "jsonl")
        write_suite(parquet, RANKING, tables, "parquet")
        flat = {name: pq.ParquetFile(parquet / f"{name}.parquet").read() for name in tables}
        write_suite(again, RANKING, flat, "jsonl")
        shown = show(read_suite(lines))
        assert show(read_suite(parquet)) == shown
        assert show(read_suite(again)) == shown


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("queries", {"query": "q0"}),
        ("queries", {"unit": "u2"}),
        ("queries", {"request": {"user": 1, "k": 1}}),
        ("queries", {"request": {"k": 1.5, "user": 1}}),
        ("queries", {"source": "corner"}),
        ("queries", {"headers": {"X-Shop": "at"}}),
        ("queries", {"attributes": {"gender": "f", "age": 31}}),
        ("queries", {"weight": 2}),
        ("judgments", {"gain": 2}),
        ("judgments", {"item": 2}),
    ],
)
def test_any_other_content_has_another_digest(table: str, change: Any, tmp_path: Path) -> None:
    rows: Any = {"queries": QUERIES, "judgments": JUDGMENTS}[table]
    changed = [rows[0] | change, *rows[1:]]
    if change == {"query": "q0"}:
        other = [row | {"query": row["query"].replace("q1", "q0")} for row in JUDGMENTS]
        folder = make_ranking(tmp_path, queries=changed, judgments=other)
    else:
        changes: dict[str, Any] = {table: changed}
        folder = make_ranking(tmp_path, **changes)
    assert read_suite(folder).digest != read_suite(make_ranking(tmp_path)).digest


def test_what_is_missing_is_as_good_as_not_there(tmp_path: Path) -> None:
    said = [
        {key: value for key, value in row.items() if value is not None}
        | {"weight": 1, "attributes": row["attributes"] | {"new": None, "empty": ""}}
        for row in QUERIES
    ]
    suite = read_suite(make_ranking(tmp_path, queries=said))
    assert suite.digest == read_suite(make_ranking(tmp_path)).digest
    assert list(suite.cases.attributes) == ["age", "gender"]


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_every_kind_of_text_in_parquet_is_text(kind: Any, tmp_path: Path) -> None:
    folder = make_ranking(tmp_path, "parquet")
    digest = read_suite(folder).digest
    for name in ("queries", "judgments"):
        table = pq.ParquetFile(folder / f"{name}.parquet").read()
        texts = [field.name for field in table.schema if field.type in (pa.string(), pa.large_string())]
        cast = {
            field.name: table[field.name].cast(kind if field.name in texts else field.type) for field in table.schema
        }
        pq.write_table(pa.table(cast), folder / f"{name}.parquet", row_group_size=2)
    assert read_suite(folder).digest == digest


@pytest.mark.parametrize("values", [[30, None, None], [30.0, float("nan"), None]])
def test_numbers_of_attributes_are_groups_by_their_decimal_text(values: list[Any], tmp_path: Path) -> None:
    folder = make_ranking(tmp_path, "parquet")
    digest = read_suite(folder).digest
    table = pq.ParquetFile(folder / "queries.parquet").read().drop_columns(["attributes.age"])
    pq.write_table(table.append_column("attributes.age", pa.array(values)), folder / "queries.parquet")
    assert read_suite(folder).digest == digest


def test_headers_in_parquet_may_be_a_map_or_their_text(tmp_path: Path) -> None:
    folder = make_ranking(tmp_path, "parquet")
    digest = read_suite(folder).digest
    table = pq.ParquetFile(folder / "queries.parquet").read().drop_columns(["headers"])
    maps = pa.array([[("X-Shop", "de")], None, None], pa.map_(pa.string(), pa.string()))
    pq.write_table(table.append_column("headers", maps), folder / "queries.parquet")
    assert read_suite(folder).digest == digest
