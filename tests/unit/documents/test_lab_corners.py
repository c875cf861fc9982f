"""The page on suites shows corner cases that can be read, and has every key of them."""

import re
from pathlib import Path
from typing import Final

import pytest
from hack.generate import render

from interleaver.lab.suites.corner import read_corners
from interleaver.lab.suites.corner_rows import RankingCorner, ScoringCorner, Stand
from tests.unit.lab.builders import make_suite

from .blocks import ROOT, find_section, list_blocks

SECTION: Final = find_section(ROOT / "docs/reference/lab-suite.md", "Corner cases")
BLOCKS: Final = list_blocks(SECTION, "yaml")


@pytest.mark.parametrize(("block", "scoring"), [(BLOCKS[0], False), (BLOCKS[1], True)])
def test_every_example_can_be_asked(block: str, scoring: bool, tmp_path: Path) -> None:
    (tmp_path / "corners.yaml").write_text(block)
    (tmp_path / "corners").mkdir()
    for name in re.findall(r"picture: (\S+)", block):
        (tmp_path / name).write_bytes(b"")
    corners = read_corners(make_suite(folder=tmp_path, scoring=scoring))
    assert corners is not None
    assert len(list(corners.suite.cases.requests)) == len(corners.cases) == block.count("name:")


def test_every_key_has_a_row() -> None:
    fields = [*RankingCorner.model_fields.items(), *ScoringCorner.model_fields.items(), *Stand.model_fields.items()]
    named = set(re.findall(r"`(\w+)`", SECTION))
    assert {field.alias or name for name, field in fields} <= named


def test_the_schema_is_published() -> None:
    path = "docs/reference/schemas/corners.schema.json"
    assert (ROOT / path).read_text() == render({})[path]
