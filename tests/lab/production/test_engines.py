"""DuckDB and a real Spark make the same suite of the same logs, to the last bit."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from interleaver.lab.production.building import Built, build
from interleaver.lab.production.engines import DuckEngine, Engine, find_logs, open_engine
from interleaver.lab.production.settings import Settings, Weigh
from tests.packages import install
from tests.unit.lab.production.lines import save, write_conversion, write_impression
from tests.unit.lab.production.shop import Shop
from tests.unit.lab.production.test_building import make_lines

# Spark's Python leaves sockets to the garbage collector.
pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]
ODD = [
    '{"line": 1, "kind": "impression", "impr',
    "[1]",
    '"text"',
    "7",
    "null",
    "",
    '{"line": "1", "kind": "impression", "impression": 3, "query": "q", "body": "{}", "slots": 7}',
    '{"line": 1, "kind": "impression", "impression": "x", "query": "q", "body": "{}", "slots": []}',
    '{"line": 1, "kind": "impression", "impression": "y", "query": "q", "body": "{}", "slots": [{}, null]}',
    '{"line": 1, "kind": "impression", "impression": "z", "query": "z", "body": "{}", "at": null, "slots": '
    '[{"item": "\\"ü\\"", "rank": 1, "other": null, "propensity": 0.5}]}',
    '{"line": 2, "kind": "impression"}',
    '{"line": 1, "kind": "conversion", "impression": "z", "item": "\\"ü\\""}',
]
NAMES = ["a", "B", "ä", "Z", "ﬀ", "😀", "1", "10", "9", " "]


@pytest.fixture(scope="module")
def engines() -> Iterator[dict[str, Engine]]:
    """One of each for all tests: Spark takes its time to start."""
    install("Java", "java=openjdk-17-jre-headless", seconds=400)
    engines = {"duckdb": DuckEngine(), "spark": open_engine("local[1]")}
    yield engines
    for engine in engines.values():
        engine.close()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a router wrote, what was made up, and what is no line of ours at all."""
    file = tmp_path_factory.mktemp("logs") / "a.jsonl"
    lines = [*make_lines(7, 200), *ODD]
    lines += [write_impression(f"n{n}", name, [(f'"{name}"', 1, 1)]) for n, name in enumerate(NAMES)]
    lines += [write_conversion(f"n{n}", f'"{name}"') for n, name in enumerate(NAMES)]
    save(file, lines)
    file.write_bytes(file.read_bytes() + b"".join(Shop(impressions=40).write()))
    (file.parent / "again.jsonl.gz").write_bytes(gzip.compress(file.read_bytes()))
    return file.parent


@pytest.fixture(scope="module")
def built(engines: dict[str, Engine], log: Path) -> dict[str, Built]:
    """The same logs by both; each is given twice."""
    settings = Settings(cap=3.0, minimum_looks=2.0, keep_unconverted=True, weigh=Weigh.TRAFFIC)
    return {name: build(engine, find_logs([str(log)]), settings) for name, engine in engines.items()}


def rows(table: pa.Table) -> list[tuple[tuple[str, object], ...]]:
    return [tuple(row.items()) for row in table.to_pylist()]


def test_both_engines_make_the_same_judgments_row_by_row(built: dict[str, Built]) -> None:
    duck, spark = rows(built["duckdb"].judgments), rows(built["spark"].judgments)
    assert duck == spark
    assert len(duck) > 100


def test_both_engines_make_the_same_queries_in_one_order(built: dict[str, Built]) -> None:
    duck, spark = rows(built["duckdb"].queries), rows(built["spark"].queries)
    assert duck == spark
    names = [dict(row)["query"] for row in duck]
    assert names == sorted(names, key=lambda name: str(name).encode()), "by their bytes, whatever the language"
    assert set(names) >= set(NAMES)


def test_both_engines_find_the_same_curve_and_count_the_same(built: dict[str, Built]) -> None:
    assert built["duckdb"].curve == built["spark"].curve
    assert built["duckdb"].curve.words.startswith("estimated")
    assert built["duckdb"].counts == built["spark"].counts
    assert built["duckdb"].counts["lines"] > built["duckdb"].counts["ours"], "some lines are none of ours"
