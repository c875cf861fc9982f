"""What all kinds that make a suite are told, and how the suite gets into its folder."""

import argparse
import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from interleaver.lab.importing.draft import Draft
from interleaver.lab.suites.description import check_description, read_file
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite
from interleaver.lab.suites.writing import Form, write_suite
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable

LONGEST: Final = 4096  # characters of a suite's description


def add_suite_options(parser: argparse.ArgumentParser) -> None:
    """Options of all kinds that make a suite."""
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder of the suite, made anew")
    parser.add_argument(
        "--contract",
        type=Path,
        required=True,
        metavar="FILE",
        help="YAML: how models are asked; of a ranking suite as in the experiment's spec, or the experiment itself",
    )
    parser.add_argument("--collected-at", metavar="DAY", help="when its newest data are of, for a gate's maxAge")
    parser.add_argument("--name", help="name of the suite; that of its folder where it is not given")
    parser.add_argument("--form", choices=("parquet", "jsonl"), default="parquet", help="form of the tables")
    parser.add_argument("--encoding", default="utf-8", help="how text files are encoded, for example latin-1")


def add_ranking_options(parser: argparse.ArgumentParser) -> None:
    """The option that all kinds of rankings have."""
    parser.add_argument(
        "--unjudged",
        choices=("unknown", "unwanted"),
        default="unknown",
        help="what items are that nobody judged: unknown, so that a verdict that depends on them is withheld; or "
        "unwanted, where people took what they wanted",
    )


def add_request_option(parser: argparse.ArgumentParser, names: Sequence[str], example: str) -> None:
    """The option that says what is asked."""
    said = ", ".join(f"{{{name}}}" for name in names)
    parser.add_argument(
        "--request",
        required=True,
        metavar="JSON",
        help=f"what is asked: JSON in which {said} stand for what differs, such as '{example}', or a JSON pointer",
    )


def add_columns_option(parser: argparse.ArgumentParser, roles: Sequence[str]) -> None:
    """The options that say how a table is read."""
    parser.add_argument(
        "--columns",
        default="",
        metavar="NAMES",
        help=f"role=column,… for columns that are not called as is customary ({', '.join(roles)}), or the names of all "
        "columns in their order, for a file without a header",
    )
    parser.add_argument(
        "--separator",
        choices=("comma", "tab", "semicolon", "pipe", "double-colon"),
        help="what separates fields, where the file is no .csv, .tsv or .parquet",
    )


def read_columns(text: str, option: str = "--columns") -> tuple[dict[str, str], list[str]]:
    """Columns by role, or the names of all columns: only one of the two is given. Raises Unusable."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    named = dict(part.split("=", 1) for part in parts if "=" in part)
    if named and len(named) < len(parts):
        raise Unusable(option, repr(text), "either role=column for each, or names alone")
    return (named, []) if named else ({}, parts)


def read_top(text: str) -> float:
    """The greatest rating or grade there can be, as an argparse type."""
    top = float(text)
    if not (math.isfinite(top) and top > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0")
    return top


def read_contract(path: Path) -> dict[str, Any]:
    """The contract that a file holds: on its own, or in an InterleavingExperiment. Raises Unusable."""
    document = read_file(path).content
    if isinstance(document, dict) and document.get("kind") == "InterleavingExperiment":
        spec = document.get("spec")
        document = spec.get("contract") if isinstance(spec, dict) else None
    if not isinstance(document, dict):
        raise Unusable(str(path), "no contract", "keys such as path, unit and items, or an InterleavingExperiment")
    return document


def write_checked(
    folder: Path,
    description: Mapping[str, Any],
    tables: Mapping[str, Any],
    form: Form,
    add_files: Callable[[Path], None] = lambda folder: None,
) -> Suite:
    """Write a suite, and read it as everybody will. Raises Unusable, and leaves nothing then."""
    fresh = not folder.exists()
    try:
        write_suite(folder, description, tables, form)
        add_files(folder)
        return read_suite(folder)
    except BaseException as error:
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise Unusable(str(folder), f"cannot be written: {error.strerror}", "name another folder") from None
        raise


def save(
    options: argparse.Namespace, draft: Draft, origin: Path, add_files: Callable[[Path], None] = lambda folder: None
) -> list[str]:
    """Write a suite, read it as everybody will, and say what it is. Raises Unusable, and leaves nothing then."""
    folder: Path = options.output
    description = describe(options, draft, origin)
    # The file in which people would mend it.
    check_description(
        {"task": draft.task.value, "name": "suite", "contract": description["contract"]}, options.contract
    )
    tables = {"queries" if draft.task is Task.RANKING else "samples": draft.cases}
    tables |= {} if draft.judgments is None else {"judgments": draft.judgments}
    tables |= {} if draft.items is None else {"items": draft.items}
    suite = write_checked(folder, description, tables, options.form, add_files)
    noun = "queries" if draft.judgments is not None else "samples"
    judged = "" if draft.judgments is None else f", {draft.judgments.num_rows} judgments"
    return [f"{folder}: {len(suite.cases)} {noun}{judged}", *draft.told, *missing_grade(draft)]


def describe(options: argparse.Namespace, draft: Draft, origin: Path) -> dict[str, Any]:
    """suite.yaml, in which the rules stand that the suite was made by."""
    said = "; ".join(draft.told)
    told = f"Imported from {origin.name}" + (f": {said}" if said else "")
    description = {
        "task": draft.task.value,
        "name": options.name or options.output.name,
        "description": told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…",
        "collectedAt": options.collected_at,
        "contract": read_contract(options.contract),
        "maximumGrade": draft.maximum_grade,
    }
    if draft.task is Task.RANKING and options.unjudged != "unknown":
        description["unjudged"] = options.unjudged
    return {key: value for key, value in description.items() if value is not None}


def missing_grade(draft: Draft) -> list[str]:
    """What is said where ERR cannot be told."""
    if draft.judgments is None or draft.maximum_grade is not None:
        return []
    return ["the greatest grade was not said, so ERR is not told; --maximum-grade or --scale says it"]
