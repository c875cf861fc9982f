"""What a console shows: the words of its command line. Whatever is not there, the console says, and shows the rest."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from interleaver.lab.commands.asking import read_header

HELP: Final = "pages in a browser: play with models, look at scores, slices, attacks, runs and live experiments"
HOST: Final = "127.0.0.1"
"""Whoever reaches the console may have models asked, and sees requests and pictures of people: this machine alone."""
PORT: Final = 8501
"""Streamlit's own."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """All of them may be left out."""
    parser.add_argument("suite", nargs="?", type=Path, metavar="SUITE", help="folder with suite.yaml and its tables")
    parser.add_argument("--champion", metavar="URL", help="base URL of the model in production, for the playground")
    words = "the same of a new model; may be repeated"
    parser.add_argument("--candidate", metavar="URL", action="append", default=[], help=words)
    parser.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS", help="for one answer (default: 30)")
    words = "send this with every request to a model, such as a token; may be repeated"
    parser.add_argument("--header", type=read_header, action="append", default=[], metavar="'NAME: VALUE'", help=words)
    for command in ("evaluation", "stress", "attack"):
        words = f"output folder of `interleaver lab {RUN_BY.get(command, command)}` (default: {command})"
        parser.add_argument(f"--{command}", type=Path, default=Path(command), metavar="DIR", help=words)
    words = "MLflow whose runs are compared (default: the one in the folder of the evaluation, if there is one)"
    parser.add_argument("--tracking", metavar="URI", help=words)
    add_cluster(parser)
    add_server(parser)


def add_cluster(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where live experiments are read, as kubectl has it")
    group.add_argument("--kubeconfig", metavar="FILE", help="file with the credentials")
    group.add_argument("--context", metavar="NAME", help="of the kubeconfig")
    group.add_argument("-n", "--namespace", metavar="NS", help="of the experiments (default: that of the context)")


def add_server(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where the pages are")
    words = f"address that the console listens on (default: {HOST}: nobody but this machine)"
    group.add_argument("--host", default=HOST, metavar="ADDRESS", help=words)
    group.add_argument("--port", type=int, default=PORT, help=f"port that it listens on (default: {PORT})")


RUN_BY: Final[Mapping[str, str]] = {"evaluation": "evaluate"}


def make_parser() -> argparse.ArgumentParser:
    said = HELP[0].upper() + HELP[1:] + "."
    parser = argparse.ArgumentParser(prog="interleaver lab console", description=said)
    add_options(parser)
    return parser


def read_options(words: Sequence[str]) -> argparse.Namespace:
    """What the command line says. A wrong word exits with 2."""
    return make_parser().parse_args(words)
