"""Small suites on disk, whole and sound but for what a test changes."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite
from interleaver.lab.suites.writing import Form, write_suite

CONTRACT: dict[str, Any] = {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items", "itemId": "/id"}
RANKING: dict[str, Any] = {"task": "ranking", "name": "films", "maximumGrade": 4, "contract": CONTRACT}
SCORING: dict[str, Any] = {
    "task": "scoring",
    "name": "faces",
    "threshold": 0.5,
    "contract": {"path": "/score", "input": "/input", "score": "/score"},
}
QUERIES: list[dict[str, Any]] = [
    {
        "query": "q1",
        "unit": "u1",
        "request": {"user": 1, "k": 1.5},
        "headers": {"X-Shop": "de"},
        "source": "production",
        "attributes": {"gender": "f", "age": 30},
    },
    {"query": "q2", "request": {"user": 2}, "source": "production", "attributes": {"gender": None}},
    {"query": "q3", "unit": "u1", "request": {"user": 3}, "source": "benchmark", "attributes": {"gender": "m"}},
]
JUDGMENTS: list[dict[str, Any]] = [
    {"query": "q3", "item": "1", "gain": 1},
    {"query": "q1", "item": 1, "gain": 2.5},
    {"query": "q1", "item": "1", "gain": 0},
    {"query": "q1", "item": "é", "gain": 4},
]
ITEMS: list[dict[str, Any]] = [{"item": 1, "title": "Alien", "year": 1979}, {"item": "1", "genres": ["a", "b"]}]
SAMPLES: list[dict[str, Any]] = [
    {"sample": "a", "unit": "p1", "input": [0.1, 0.2], "label": 1, "source": "production"},
    {"sample": "b", "input": {"text": "hi"}, "label": 0, "source": "corner", "attack": "print"},
]


def make_ranking(folder: Path, form: Form = "jsonl", description: Mapping[str, Any] = RANKING, **tables: Any) -> Path:
    """A folder with a ranking suite; a table that is given takes the place of the sound one."""
    whole = {"queries": QUERIES, "judgments": JUDGMENTS, "items": ITEMS} | tables
    return make(folder, form, description, whole)


def make_scoring(folder: Path, form: Form = "jsonl", description: Mapping[str, Any] = SCORING, **tables: Any) -> Path:
    """A folder with a scoring suite."""
    return make(folder, form, description, {"samples": SAMPLES} | tables)


def make(folder: Path, form: Form, description: Mapping[str, Any], tables: Mapping[str, Any]) -> Path:
    """A suite in a folder of its own below."""
    place = folder / f"suite{len(list(folder.iterdir()))}"
    write_suite(place, description, tables, form)
    return place


def write_lines(path: Path, rows: Sequence[Any]) -> None:
    """Rows as they are, sound or not: texts stand as they are, all else as JSON."""
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))


def read(folder: Path) -> Suite:
    """The suite in a folder."""
    return read_suite(folder)
