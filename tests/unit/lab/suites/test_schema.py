"""The published schema says of rows what the readers say."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from interleaver.lab.suites.rows import OPEN, ROWS
from interleaver.lab.suites.schema import suite_schema

from .bad import LINES
from .breaking import Bad
from .folders import ITEMS, JUDGMENTS, QUERIES, SAMPLES

SOUND: dict[str, list[dict[str, Any]]] = {
    "queries": QUERIES,
    "judgments": JUDGMENTS,
    "items": ITEMS,
    "samples": SAMPLES,
}
# What no schema of one row can say: what other rows, other files and the bytes of the file have to do with it.
BEYOND = (
    "has a query twice",
    "judges an unknown query",
    "judges an item twice",
    "has a gain above the maximum grade",
    "has a header of the lab's",
    "has half a character",
)
ROWED = [bad for bad in LINES if bad.wrong not in BEYOND and not {"line", "picture", "link"} & set(bad.wrong.split())]


@pytest.mark.parametrize("table", SOUND)
def test_sound_rows_are_rows_of_the_schema(table: str) -> None:
    for row in SOUND[table]:
        ROWS[table].model_validate(row)


@pytest.mark.parametrize("bad", ROWED, ids=lambda bad: f"{bad.file} {bad.wrong}")
def test_a_row_that_readers_refuse_is_none_of_the_schema(bad: Bad, tmp_path: Path) -> None:
    file = bad.make(tmp_path) / bad.file
    refused = [line for line in file.read_bytes().splitlines() if not is_row(file.stem, line)]
    assert len(refused) == 1


def is_row(table: str, line: bytes) -> bool:
    """Whether the schema takes a line as a row."""
    try:
        ROWS[table].model_validate_json(line)
    except ValidationError:
        return False
    return True


def test_every_part_of_the_schema_refuses_what_it_does_not_name() -> None:
    parts = suite_schema()["$defs"]
    closed = {name for name, part in parts.items() if part.get("additionalProperties") is False}
    assert closed >= {"Query", "Judgment", "Sample", "Contract", "Scores", "RankingDescription", "ScoringDescription"}
    assert set(SOUND) | {"suite"} <= set(parts)
    assert [name for name in OPEN if parts[ROWS[name].__name__]["additionalProperties"] is not True] == []
