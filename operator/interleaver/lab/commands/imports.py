"""`interleaver lab import`: suites, and answers of models, out of public formats."""

import argparse
from importlib import import_module
from typing import Any, Final

from interleaver.lab.commands.exits import DONE

KINDS: Final = {
    "letor": "queries with features: LETOR, SVMrank",
    "pictures": "a table of pictures with labels",
    "ratings": "user, item, rating: MovieLens and its like",
    "trec": "qrels, and topics",
    "trec-run": "a run, as a model's answers to a suite",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """A parser for each kind."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for kind, said in KINDS.items():
        find_module(kind).add_options(kinds.add_parser(kind, help=said, description=said))


def run(options: argparse.Namespace) -> int:
    """Import, and say what was made of what."""
    for line in find_module(options.kind).make(options):
        print(line)
    return DONE


def find_module(kind: str) -> Any:
    """The module of a kind."""
    return import_module(f"interleaver.lab.commands.importers.{kind.replace('-', '_')}")
