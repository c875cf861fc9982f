"""Arguments of a command line as rows of a page, from the parser itself.

Not as `--help` prints them: its form follows the terminal and the version of Python.
"""

import argparse
from collections.abc import Collection
from typing import Any


def list_arguments(parser: argparse.ArgumentParser, left_out: Collection[str] = ("help",)) -> str:
    """A table of a command's arguments; empty where it takes none."""
    actions = [action for action in parser._actions if action.dest not in left_out]
    rows = "".join(f"| {show_argument(action)} | {escape(explain(action))} |\n" for action in actions)
    return f"| argument | meaning |\n| --- | --- |\n{rows}" if rows else ""


def list_commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands of a program by their names."""
    (found,) = [action for action in parser._actions if isinstance(action.choices, dict)]
    choices: Any = found.choices
    return dict(choices)


def show_argument(action: argparse.Action) -> str:
    """How an argument is typed."""
    value = action.metavar or "|".join(map(str, action.choices or ())) or action.dest.upper()
    if not action.option_strings:
        return f"`{escape(str(action.metavar or action.dest))}`"
    shown = "" if action.nargs == 0 else f" {value}"
    return ", ".join(f"`{flag}{escape(shown)}`" for flag in action.option_strings)


def explain(action: argparse.Action) -> str:
    """The words of an argument, with its default where they name it."""
    return (action.help or "") % {"default": action.default, "prog": "interleaver"}


def escape(text: str) -> str:
    """A text as it stands in a cell."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
