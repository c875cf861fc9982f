"""The command line of the lab: which commands there are, and how they end."""

import argparse
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from interleaver.lab.asking.options import Options
from interleaver.lab.commands import evaluate
from interleaver.lab.commands.exits import UNUSABLE
from interleaver.lab.commands.program import COMMANDS, main
from interleaver.lab.evaluation.evaluation import Settings


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([name, "--help"])
    assert COMMANDS[name][1] in " ".join(capsys.readouterr().out.split())


def test_commands_stand_in_order() -> None:
    assert list(COMMANDS) == sorted(COMMANDS)
    assert all(import_module(f"interleaver.lab.commands.{module}") for module, _ in COMMANDS.values())


def test_a_suite_that_is_not_there_is_told_without_asking_anybody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none"
    assert main(["evaluate", str(missing), "--champion", "http://127.0.0.1:9"]) == UNUSABLE
    assert str(missing) in capsys.readouterr().err


def test_no_model_at_all_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "suite"]) == UNUSABLE
    assert "at least one model" in capsys.readouterr().err


@pytest.mark.parametrize("depths", ["0", "5,x", "", "-1"])
def test_depths_are_whole_numbers(depths: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["evaluate", "suite", "--at", depths])
    assert "5,10" in capsys.readouterr().err


def test_the_command_asks_and_measures_as_the_lab_does_by_itself() -> None:
    parser = argparse.ArgumentParser()
    evaluate.add_options(parser)
    given = parser.parse_args(["suite"])
    asked = (given.concurrency, given.timeout, given.retries, given.seed)
    assert asked == (Options().concurrency, Options().timeout, Options().retries, Options().seed)
    assert (given.at, given.resamples, given.seed) == (Settings().depths, Settings().resamples, Settings().seed)
    words = parser.format_help()
    assert f"requests in flight at once (default: {Options().concurrency})" in words
    assert f"for one answer (default: {Options().timeout:g})" in words


def test_nothing_of_the_lab_is_loaded_by_other_commands() -> None:
    words = "import sys; from interleaver.cli import make_parser; make_parser()"
    show = "print([name for name in sys.modules if '.lab' in name])"
    done = subprocess.run([sys.executable, "-c", f"{words}; {show}"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
