"""The page about both commands types what they accept, and tells of every option."""

from pathlib import Path

import pytest

from interleaver.cli import make_parser
from interleaver.simulate.arguments import read_scenario
from interleaver.simulate.options import FAULTS, PLAN, TRUTH
from tests.unit.documents.blocks import ROOT, find_commands

PAGE = ROOT / "docs" / "how-to" / "simulate.md"
COMMANDS = [command.removeprefix("interleaver ") for command in find_commands(PAGE)]


def test_the_page_has_both_commands() -> None:
    assert {command.split()[0] for command in COMMANDS} == {"simulate", "plan"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_is_accepted(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    options = make_parser().parse_args(command.split())
    if command.startswith("simulate") or options.votes_per_day:
        assert read_scenario(options)


@pytest.mark.parametrize("name", [name for name, *_ in (*TRUTH, *FAULTS)])
def test_every_option_about_what_is_odd_is_on_the_page(name: str) -> None:
    assert f"`--{name}`" in Path(PAGE).read_text()


@pytest.mark.parametrize("name", [name for name, *_ in PLAN])
def test_every_option_of_the_plan_has_the_default_of_the_api_in_its_help(name: str) -> None:
    from interleaver.api.v1alpha1 import Analysis

    (text,) = [text for option, _, text in PLAN if option == name]
    assert text.endswith(f"({getattr(Analysis(), name.replace('-', '_'))})")
