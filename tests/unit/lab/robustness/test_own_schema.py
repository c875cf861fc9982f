"""The published schema of stress.yaml and its reader take the same files."""

from typing import Any, Final

import pytest
import yaml
from hack.generate import render
from jsonschema import Draft202012Validator

from interleaver.lab.robustness.own_rows import check_rows
from interleaver.lab.robustness.own_schema import stress_schema
from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.terms.written import Written
from tests.unit.documents.blocks import ROOT, list_blocks

from .bad_cases import BAD

# What a schema cannot say, or what only the drawn requests and the suite's task do.
BEYOND: Final = {"has a name twice", "watches no item of a ranking", "names what no request has"}
PAGE: Final = (ROOT / "docs/how-to/stress-a-model.md").read_text()
ODD: Final = [
    {"name": "a", "swap": "/a", "values": [None]},
    {"name": "a", "swap": "/a", "values": [1], "remove": None},
    {"name": "a", "swap": "/a", "values": [1], "value": 1},
    {"name": "a", "add": "/a", "value": None},
    {"name": "a", "add": "/a", "item": 3},
    {"name": "a", "increase": "/a", "by": [0]},
    {"name": "a", "remove": "/a~2"},
    {"name": "a", "remove": "/a~1b", "overlap": 0},
    {"name": "a", "remove": "/a", "direction": "never"},
    {"name": "", "remove": "/a"},
    {"name": "a", "set": {}},
    {"name": "a", "set": {"/a": 1, "b": 2}},
    {"name": "a", "set": {"/a": 1}, "mayBeRefused": True},
    {"name": "a", "set": {"/a": 1}, "may_be_refused": True},
    {"name": "a", "increase": "/a", "by": [1], "overlap": None},
]


def allows(document: Any) -> bool:
    return bool(Draft202012Validator(stress_schema()).is_valid(document))


def test_it_is_a_schema_and_is_published() -> None:
    Draft202012Validator.check_schema(stress_schema())
    assert stress_schema()["title"].startswith("A team's own cases")
    path = "docs/reference/schemas/stress.schema.json"
    assert (ROOT / path).read_text() == render({})[path]


def test_the_pages_example_is_allowed() -> None:
    (example,) = [block for block in list_blocks(PAGE, "yaml") if block.startswith("cases:")]
    assert allows(yaml.safe_load(example))


@pytest.mark.parametrize("wrong", [name for name, (_, text) in BAD.items() if name not in {*BEYOND, "is no YAML"}])
def test_what_the_reader_refuses_is_refused(wrong: str) -> None:
    assert not allows(yaml.safe_load(BAD[wrong][1]))


@pytest.mark.parametrize("case", ODD)
def test_a_case_is_allowed_just_when_the_reader_takes_it(case: dict[str, Any]) -> None:
    try:
        check_rows(Written("stress.yaml", {"cases": [case]}, {}))
        taken = True
    except Unusable:
        taken = False
    assert allows({"cases": [case]}) == taken
