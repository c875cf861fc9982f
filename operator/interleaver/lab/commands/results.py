"""What commands have in common on their command lines: the suite, and where what was found goes."""

import argparse
from pathlib import Path


def add_suite(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("suite", type=Path, metavar="SUITE", help="folder with suite.yaml and its tables")


def add_results(parser: argparse.ArgumentParser, folder: str, what: str) -> None:
    """Where `what` is found goes, to this folder unless another is named, and in which form it is printed."""
    words = f"where {what} go (default: {folder})"
    parser.add_argument("--output", type=Path, default=Path(folder), metavar="DIR", help=words)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of tables")
