"""The reference page of gates: its examples are gates, and its table has the words that the gate says."""

import re
from typing import Final

import pytest

from interleaver.lab.gate.reading import parse_gate
from interleaver.lab.gate.rules import GateFile, Rule, SuiteBounds, key_names
from tests.unit.lab.gate.gates import judge_rule, make_figure

from .blocks import ROOT, find_blocks, find_section

PAGE: Final = ROOT / "docs/reference/lab-gate.md"
ROW: Final = re.compile(r"\| `(\w+: [^`]+)` \| (value|difference) (\S+), from (\S+) to (\S+) \| ([a-z ]+) \| (.*) \|")
ROWS: Final = ROW.findall(find_section(PAGE, "What the words look like"))


@pytest.mark.parametrize("block", find_blocks(PAGE, "yaml"))
def test_every_example_is_a_gate(block: str) -> None:
    assert parse_gate("gate.yaml", block.encode()).rules


def test_every_key_has_a_row() -> None:
    section = find_section(PAGE, "Keys")
    named = set(re.findall(r"`(?:rules\[\]\.|suite\.)?(\w+)`", section))
    assert {*key_names(GateFile), *key_names(Rule), *key_names(SuiteBounds)} - {"suite"} <= named


def test_there_are_fifteen_points() -> None:
    section = find_section(PAGE, "Fifteen points")
    assert re.findall(r"^(\d+)\. \*\*", section, re.MULTILINE) == [str(number) for number in range(1, 16)]


def test_the_table_of_words_is_read() -> None:
    assert len(ROWS) == 6


@pytest.mark.parametrize(("bound", "subject", "value", "low", "high", "outcome", "words"), ROWS)
def test_the_gate_says_what_the_table_has(
    bound: str, subject: str, value: str, low: str, high: str, outcome: str, words: str
) -> None:
    ends = (float(value), float(low), float(high))
    figure = make_figure(value=ends) if subject == "value" else make_figure(difference=ends)
    said = judge_rule(f"{{metric: nDCG@10, {bound}}}", figure)
    assert (said.outcome, said.words) == (outcome, words)
