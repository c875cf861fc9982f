"""The page of suites: its examples are read, and no key or column is left out."""

import json
from pathlib import Path
from typing import Final

from interleaver.lab.suites.checking.drift import CHANCE, FAR
from interleaver.lab.suites.checking.looks import FAR as BITS
from interleaver.lab.suites.checking.looks import SHADE, SIDE
from interleaver.lab.suites.checking.shingles import BANDS, LENGTH, LIKE, ROWS
from interleaver.lab.suites.description import KINDS, check_description
from interleaver.lab.suites.rows import ROWS as TABLES
from interleaver.lab.terms.written import read_written
from tests.unit.documents.blocks import ROOT, find_blocks

PAGE: Final = ROOT / "docs/reference/lab-suite.md"


def test_its_descriptions_are_descriptions() -> None:
    blocks = [block for block in find_blocks(PAGE, "yaml") if block.startswith("task:")]
    read = [check_description(read_written("suite.yaml", block).content, Path("suite.yaml")) for block in blocks]
    assert [description.task for description in read] == ["ranking", "scoring"]


def test_its_rows_are_rows() -> None:
    (block,) = find_blocks(PAGE, "json")
    query, judgment = map(json.loads, block.splitlines())
    TABLES["queries"].model_validate(query)
    TABLES["judgments"].model_validate(judgment)


def test_every_key_and_every_column_stands_on_it() -> None:
    text = PAGE.read_text()
    keys = {field.alias or name for kind in KINDS.values() for name, field in kind.model_fields.items()}
    columns = {name for row in TABLES.values() for name in row.model_fields}
    assert [name for name in keys if f"\n{name}:" not in text] == []
    assert [name for name in columns if f"`{name}`" not in text] == []


def test_its_numbers_are_those_of_the_code() -> None:
    text = " ".join(PAGE.read_text().split())
    assert (
        f"differs in at most {BITS} of 64 bits, and thumbnails of {SIDE} x {SIDE} by less than {SHADE:g} of 255" in text
    )
    assert f"share {LIKE:.0%}".replace("%", " %") + f" of their pieces of {LENGTH} characters" in text
    assert f"in {BANDS} bands of {ROWS} ({1 - (1 - LIKE**ROWS) ** BANDS:.4f} of" in text
    assert f"is {FAR:g} or more, and twice what chance" in text
    assert CHANCE == 2
