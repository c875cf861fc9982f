"""`interleaver lab show SUITE`: what a suite consists of."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from interleaver.lab.commands.exits import DONE
from interleaver.lab.suites.corner import read_corners
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.showing import describe_suite

from .results import add_suite


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which suite, and how many of its rows."""
    add_suite(parser)
    parser.add_argument("--rows", type=int, default=3, metavar="N", help="cases that are drawn and shown (3)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which ones are drawn (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    """Print counts, mix, and some rows."""
    suite = read_suite(options.suite)
    corners = read_corners(suite)
    shown = describe_suite(suite, max(0, options.rows), options.seed)
    shown["corners"] = len(corners.cases) if corners else 0
    print(json.dumps(shown, ensure_ascii=False, indent=2) if options.json else "\n".join(list_lines(shown)))
    return DONE


def list_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    """The document for people."""
    yield f"{shown['suite']}: {shown['task']}, {shown['cases']} cases of {shown['units']} units, {shown['digest'][:12]}"
    yield f"collected {shown['collectedAt'] or 'on a day that is not said'}"
    if shown["corners"]:
        yield f"corners    {shown['corners']} cases in corners.yaml"
    if "judgments" in shown:
        yield from list_judgments(shown["judgments"])
    if "labels" in shown:
        yield "labels     " + ", ".join(f"{label}: {count}" for label, count in shown["labels"].items())
    if shown["weights"]:
        weights = shown["weights"]
        yield f"weights    {weights['least']:g} to {weights['most']:g}, worth {weights['worth']:g} equal cases"
    for name in ("sources", "attacks"):
        if name in shown:
            yield from list_mix(name, shown[name], shown["cases"])
    for name, mix in shown["attributes"].items():
        yield from list_mix(name, mix, shown["cases"])
    for row in shown["rows"]:
        yield from list_row(row)


def list_judgments(known: Mapping[str, Any]) -> Iterator[str]:
    """Judgments in a few lines."""
    yield f"judgments  {known['count']} of {known['items']} items, {known['unjudged']} queries without any"
    if "perQuery" in known:
        per = known["perQuery"]
        yield f"           {per['least']} to {per['most']} a query, {per['median']:g} in the middle"
    yield "gains      " + ", ".join(f"{gain}: {count}" for gain, count in known["gains"].items())


def list_mix(name: str, mix: Sequence[Mapping[str, Any]], cases: int) -> Iterator[str]:
    """The values of an attribute, one a line, with a bar as long as their share."""
    yield f"\n{name}"
    width = max(len(str(entry["value"] or "(missing)")) for entry in mix)
    for entry in mix:
        value = "(missing)" if entry["value"] is None else entry["value"]
        share = entry["count"] / cases
        yield f"  {value:{width}}  {entry['count']:>8}  {share:>6.1%}  {'#' * round(40 * share)}".rstrip()


def list_row(row: Mapping[str, Any]) -> Iterator[str]:
    """One case."""
    attributes = ", ".join(f"{name}={value}" for name, value in row["attributes"].items())
    yield f"\n{row['id']}  ({row['source']}; unit {row['unit']}" + (f"; {attributes})" if attributes else ")")
    yield f"  {row.get('picture') or row['request']}" + (f"  label {row['label']}" if "label" in row else "")
    for judged in row.get("judged", ()):
        title = f"  {judged['title']}" if judged["title"] else ""
        yield f"  {judged['gain']:g}  {judged['item']}{title}"
