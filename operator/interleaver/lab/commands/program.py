"""`interleaver lab`: which commands there are. Each is a module with `HELP`, `add_options` and `run`."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from interleaver.lab.measures.identities import ViolatedIdentity
from interleaver.lab.terms.unusable import Unusable

from .exits import CONTRADICTED, INTERRUPTED, UNREAD, UNUSABLE

# Word on the command line to the module in this folder, and what the list of commands says of it. The modules are
# loaded when they are named, because what they load takes seconds.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "attack": ("attack", "try to cheat running models within a bound of requests, and say how often it works"),
    "balance": ("balance", "a suite to a stated mix of its attributes, by weights or by leaving cases out"),
    "build": ("build", "a suite from what routers wrote of live traffic, weighted by known propensities"),
    "check": ("check", "a suite for copies, leaks between sources, labels in doubt, age and drift"),
    "compare": ("compare", "two models side by side, from MLflow or from output folders"),
    "evaluate": ("evaluate", "ask running models what a suite asks, and say what can be told of them"),
    "import": ("imports", "a suite from ratings, LETOR files, TREC or pictures; answers from a run"),
    "merge": ("merge", "the parts that several pods asked of a suite, to the figures of one evaluation"),
    "power": ("power", "what a suite can show of a gate's rules, before any model is asked"),
    "show": ("show", "what a suite consists of: counts, mix, some rows"),
    "stress": ("stress", "disturb what running models are asked, and say what does not hold any more"),
    "tojudge": ("tojudge", "the pairs whose judgment would decide most, and their judgments back"),
}
# What `interleaver lab` has beside them: packages above this one, which it only names.
BESIDE: Final = {
    "console": "pages in a browser: play with models, look at scores, slices, attacks, runs and experiments"
}


def main(words: Sequence[str]) -> int:
    """Run one command; returns the exit code. Input that cannot be used is told on standard error."""
    overview = argparse.ArgumentParser(
        prog="interleaver lab",
        description="Is a model worth a live trial?",
        epilog="\n".join(f"  {name:10} {said}" for name, said in list_words()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    overview.add_argument(
        "command", choices=COMMANDS, metavar="COMMAND", help="one of those below; COMMAND --help says more"
    )
    name = overview.parse_args(words[:1]).command
    return run(name, words[1:])


def list_words() -> list[tuple[str, str]]:
    """All commands with what is said of them, in order."""
    return sorted([*((name, said) for name, (_, said) in COMMANDS.items()), *BESIDE.items()])


def run(name: str, words: Sequence[str]) -> int:
    """Run the command of this name with its arguments."""
    try:
        return start(name, words)
    except KeyboardInterrupt:
        print(f"interleaver lab {name}: ended by Ctrl-C", file=sys.stderr)
        return INTERRUPTED


def start(name: str, words: Sequence[str]) -> int:
    """Load the command and run it; what it raises for people becomes words and an exit code."""
    module, said = COMMANDS[name]
    command = import_module(f"interleaver.lab.commands.{module}")
    parser = argparse.ArgumentParser(prog=f"interleaver lab {name}", description=said)
    command.add_options(parser)
    try:
        code: int = command.run(parser.parse_args(words))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains of it when it ends
        return UNREAD
    except Unusable as problem:
        print(f"interleaver lab {name}: {problem}", file=sys.stderr)
        return UNUSABLE
    except ViolatedIdentity as problem:
        print(f"interleaver lab {name}: figures contradict each other, so none is told: {problem}", file=sys.stderr)
        return CONTRADICTED
    return code
