"""What may come next in a command that is being typed. kubectl asks `kubectl_complete-interleaver`, and shells may too.

It answers by the protocol of cobra, kubectl's library: one suggestion to a line, with words about it behind a tab, and
at last a colon with a number. Names are asked of kubectl, which has the right cluster and starts faster than Python.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.plugin.options import make_parser

FILES, NO_FILES = 0, 4  # whether the shell may go on with files (ShellCompDirective)
SECONDS: Final = 5  # for kubectl, while somebody waits with a finger on a key
EXPERIMENTS: Final = ("get", f"{names.PLURAL}.{names.GROUP}", "--output=name")
ASKED: Final[dict[str, tuple[str, ...]]] = {
    "namespace": ("get", "namespaces", "--output=name"),
    "context": ("config", "get-contexts", "--output=name"),
}
OF_FILES: Final = ("kubeconfig", "files", "answer", "request", "file")
PLACE: Final = ("namespace", "context", "kubeconfig")

Ask = Callable[[Sequence[str]], list[str]]


class Suggestions(NamedTuple):
    """Words that may come next, and whether files may as well."""

    words: list[str]
    directive: int = NO_FILES

    def __str__(self) -> str:
        return "".join(f"{word}\n" for word in self.words) + f":{self.directive}\n"


class Typed(NamedTuple):
    """What was typed before the word that is being completed."""

    parser: argparse.ArgumentParser
    given: dict[str, str]
    """Flags with a value that say where, by their names."""
    pending: argparse.Action | None
    """The flag whose value comes next."""
    loose: int
    """How many words were no flags and no values of flags."""


def main() -> int:
    """The entry point: the words after `kubectl interleaver`, of which the last is being typed."""
    words = sys.argv[1:] or [""]
    sys.stdout.write(str(suggest(words, ask_kubectl)))
    return 0


def ask_kubectl(words: Sequence[str]) -> list[str]:
    """The names that kubectl prints, without their kind; none when it cannot tell."""
    command = ["kubectl", "--request-timeout=3s", *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line.rpartition("/")[2] for line in done.stdout.splitlines()] if done.returncode == 0 else []


def suggest(words: Sequence[str], ask: Ask) -> Suggestions:
    """What may come in the place of the last word."""
    typed, current = read_typed(words[:-1]), words[-1]
    if typed.pending:
        return suggest_value(typed, typed.pending, ask)
    if current.startswith("-"):
        flags = [flag for action in typed.parser._actions for flag in action.option_strings if len(flag) > 2]
        return Suggestions([flag for flag in flags if flag.startswith(current)])
    return suggest_word(typed, current, ask)


def read_typed(words: Sequence[str]) -> Typed:
    """Go through what was typed, from flag to flag."""
    parser, given, loose = make_parser(), dict[str, str](), 0
    pending: argparse.Action | None = None
    for word in words:
        commands = find_commands(parser)
        if pending:
            given[pending.dest], pending = word, None
        elif word.startswith("-"):
            pending = find_pending(parser, word)
        elif commands and word in commands.choices:  # type: ignore[operator]
            parser = commands.choices[word]  # type: ignore[index]
        else:
            loose += 1
    return Typed(parser, given, pending, loose)


def find_commands(parser: argparse.ArgumentParser) -> argparse.Action | None:
    """What chooses a command; None inside of one."""
    return next((action for action in parser._actions if isinstance(action.choices, dict)), None)


def find_pending(parser: argparse.ArgumentParser, word: str) -> argparse.Action | None:
    """The flag, if its value comes as the next word."""
    action = next((one for one in parser._actions if word in one.option_strings), None)
    return action if action and action.nargs is None else None


def suggest_value(typed: Typed, flag: argparse.Action, ask: Ask) -> Suggestions:
    """Values of a flag."""
    if flag.choices:
        return Suggestions([str(choice) for choice in flag.choices])
    if flag.dest in ASKED:
        return Suggestions(ask([*ASKED[flag.dest], *name_place(typed, ("kubeconfig", "context"))]))
    return Suggestions([], FILES if flag.dest in OF_FILES else NO_FILES)


def suggest_word(typed: Typed, current: str, ask: Ask) -> Suggestions:
    """A command, or what it is about."""
    if commands := find_commands(typed.parser):
        found = [f"{one.dest}\t{one.help}" for one in commands._choices_actions]  # type: ignore[attr-defined]
        return Suggestions([words for words in found if words.startswith(current)])
    positional = next((one for one in typed.parser._actions if not one.option_strings), None)
    if positional is None or (typed.loose and positional.nargs is None):
        return Suggestions([])
    if positional.dest in OF_FILES:
        return Suggestions([], FILES)
    if positional.choices:
        return Suggestions([str(choice) for choice in positional.choices])
    return Suggestions([name for name in ask([*EXPERIMENTS, *name_place(typed, PLACE)]) if name.startswith(current)])


def name_place(typed: Typed, flags: Sequence[str]) -> list[str]:
    """The flags that say where, as kubectl takes them."""
    return [f"--{flag}={typed.given[flag]}" for flag in flags if flag in typed.given]
