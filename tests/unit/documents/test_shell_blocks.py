"""Every shell block is run by a test or has a reason; bash reads all of them, and our programs their words."""

import argparse
import re
import shlex
import subprocess
from collections.abc import Iterator
from importlib import import_module
from typing import Final

import pytest

from interleaver.cli import make_parser
from interleaver.console.options import read_options
from interleaver.lab.commands.program import COMMANDS
from interleaver.plugin.options import make_parser as make_plugin_parser

from .blocks import ROOT
from .shell_blocks import HELD, Block, find_holders, list_shell_blocks

BLOCKS: Final = list_shell_blocks()
OPERATOR: Final = re.compile(r"[|&;<>()]+")


def test_every_block_is_held_by_a_test_or_has_a_reason() -> None:
    assert len(BLOCKS) > 70
    assert [block for block in BLOCKS if not find_holders(block)] == []


def test_no_entry_is_about_a_block_that_is_gone() -> None:
    held = {(block.page, start) for block in BLOCKS for start in find_holders(block)}
    assert {(page, start) for page, entries in HELD.items() for start in entries} - held == set()


def test_a_test_that_holds_a_block_is_there() -> None:
    named = {how for entries in HELD.values() for how in entries.values() if how.startswith("tests/")}
    assert [name for name in sorted(named) if not (ROOT / name.partition(" ")[0]).exists()] == []


def test_bash_reads_every_block() -> None:
    functions = "\n".join(f"block{number}() {{\n{block.text}\n}}" for number, block in enumerate(BLOCKS))
    done = subprocess.run(["bash", "-n"], input=functions, capture_output=True, text=True, timeout=30, check=False)
    assert done.stderr == ""


def list_calls(block: Block) -> Iterator[list[str]]:
    """The single commands of a block, without what joins them."""
    text = re.sub(r"<\([^)]*\)", "FILE", block.text.replace("\\\n", " "))
    for line in text.splitlines():
        call: list[str] = []
        for word in split(line):
            if OPERATOR.fullmatch(word):
                yield call
                call = []
            else:
                call.append(word)
        yield call


def split(line: str) -> list[str]:
    """The words of a line. Operators are words, comments are none."""
    reader = shlex.shlex(line, posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    return list(reader)


def find_calls(*start: str) -> list[list[str]]:
    """The words after a command of that beginning, wherever pages show it."""
    calls = [call for block in BLOCKS if "case " not in block.text for call in list_calls(block)]
    return [
        call[len(start) :]
        for call in calls
        if [word.removeprefix(".venv/bin/") for word in call[: len(start)]] == list(start)
    ]


@pytest.mark.parametrize("words", [words for words in find_calls("interleaver") if words[0] != "lab"], ids=" ".join)
def test_the_program_takes_the_words_of_a_command(words: list[str]) -> None:
    assert make_parser().parse_args(words)


@pytest.mark.parametrize("words", find_calls("interleaver", "lab"), ids=" ".join)
def test_the_lab_takes_the_words_of_a_command(words: list[str]) -> None:
    if words[0] == "console":
        assert read_options(words[1:])
        return
    module, _ = COMMANDS[words[0]]
    parser = argparse.ArgumentParser()
    import_module(f"interleaver.lab.commands.{module}").add_options(parser)
    assert parser.parse_args(words[1:])


@pytest.mark.parametrize("words", find_calls("kubectl", "interleaver"), ids=" ".join)
def test_the_plugin_takes_the_words_of_a_command(words: list[str]) -> None:
    assert make_plugin_parser().parse_args(words)
