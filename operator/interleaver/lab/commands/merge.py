"""`interleaver lab merge`: one evaluation from the parts of a suite that several pods asked.

What is merged is not figures but what every model answered to every case. So a mean, an interval, a slice or a plot is
computed as of one run, by the same code over the same rows in the same order, and comes out the same to the last digit.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from interleaver.lab.asking.answer_file import read_answers
from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.asking.parts import find_parts, join

from .asking import CORNERS
from .evaluate import add_measuring, add_showing, tell, weigh
from .exits import PARTIAL
from .plan import Plan, make_plan
from .results import add_results, add_suite
from .tracking import check_tracking
from .writing import clear


def run(options: argparse.Namespace) -> int:
    """A part that is missing, or that ended before its end, is named, and nothing is told without it."""
    now = datetime.now(UTC)
    parts = find_parts(options.parts)
    if parts.missing:
        return name_missing(parts.missing)
    files = {name: join(files, options.output / "answers" / f"{name}.jsonl") for name, files in parts.files.items()}
    names = [name for name in files if not name.endswith(CORNERS)]
    options.champion = next((str(files[name]) for name in names if name == "champion"), None)
    options.candidate = [str(files[name]) for name in names if name != "champion"]
    plan = make_plan(options, now)
    check_tracking(options, has_gate=plan.gate is not None)
    answers = [plan.kept[name] for name, _ in plan.models]
    corners = read_corners(plan, files)
    if unasked := list_unasked(plan, answers, corners, parts.count):
        return name_missing(unasked)
    clear(options.output)
    broken_off = any(each.partial for each in corners)
    return tell(plan, weigh(plan, answers, corners, broken_off=broken_off), options, now)


def read_corners(plan: Plan, files: dict[str, Path]) -> list[Answers]:
    """What the models answered to the corner cases; nothing where the suite has none, or a part did not ask them."""
    wanted = [files.get(name + CORNERS) for name, _ in plan.models]
    suite = plan.corners.suite if plan.corners is not None else None
    return [read_answers(file, suite) for file in wanted if file is not None and suite is not None]


def list_unasked(plan: Plan, answers: list[Answers], corners: list[Answers], count: int) -> list[str]:
    """Parts that lack cases, in words. Corner cases that no part has asked are lacking in all of them."""
    found = {}
    for each in [*answers, *corners]:
        rows = np.flatnonzero(np.equal(each.states, State.NOT_ASKED)) % count
        for index in np.unique(rows).tolist():
            found[index] = f"part {index}/{count} of {each.model} lacks {int((rows == index).sum()):,} cases"
    if plan.corners is not None and len(corners) < len(plan.models):
        found[count] = "no part has asked every model the corner cases"
    return [found[index] for index in sorted(found)]


def name_missing(words: Sequence[str]) -> int:
    """Say which parts are to be asked again; the exit code."""
    for each in words:
        print(f"interleaver lab merge: {each}", file=sys.stderr)
    print("ask these parts alone again, by the same command: what they have is kept", file=sys.stderr)
    return PARTIAL


def add_options(parser: argparse.ArgumentParser) -> None:
    add_suite(parser)
    parser.add_argument(
        "parts", type=Path, nargs="+", metavar="DIR", help="--output of each part, or of all where they share a volume"
    )
    add_results(parser, "evaluation", "answers, report and verdicts")
    add_measuring(parser)
    add_showing(parser)
