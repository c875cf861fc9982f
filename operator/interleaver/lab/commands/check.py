"""`interleaver lab check SUITE`: is a suite sound, and what should a person know of it?"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from interleaver.lab.commands.exits import DONE
from interleaver.lab.commands.lengths import take_length
from interleaver.lab.suites.checking.checking import check_suite
from interleaver.lab.suites.checking.finding import Finding
from interleaver.lab.suites.corner import read_corners
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite

from .results import add_suite


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which suite, and how old it may be."""
    add_suite(parser)
    parser.add_argument(
        "--max-age", type=take_length, metavar="LENGTH", help="age from which on it is too old: 60d, 8w, 36h"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    """Print what was found. A suite that can be used is no failure, whatever is doubtful about it."""
    suite = read_suite(options.suite)
    read_corners(suite)  # refuses what cannot be asked of any model
    findings = check_suite(suite, datetime.now(UTC), options.max_age)
    if options.json:
        print(json.dumps(build_document(suite, findings), ensure_ascii=False, indent=2))
    else:
        print("\n".join(list_lines(suite, findings)))
    return DONE


def build_document(suite: Suite, findings: Sequence[Finding]) -> dict[str, Any]:
    """The findings for programs."""
    return {
        "suite": suite.name,
        "task": suite.task.value,
        "cases": len(suite.cases),
        "digest": suite.digest,
        "findings": [asdict(finding) for finding in findings],
    }


def list_lines(suite: Suite, findings: Sequence[Finding]) -> list[str]:
    """The findings for people: one block each, the examples below it."""
    lines = [f"{suite.name}: a sound {suite.task.value} suite of {len(suite.cases)} cases, {suite.digest[:12]}"]
    for finding in findings:
        lines += ["", f"{finding.weight.upper():5}  {finding.kind}: {finding.words}"]
        lines += [f"         {example}" for example in finding.examples]
        if finding.examples and finding.count > len(finding.examples):
            lines.append(f"         … {finding.count - len(finding.examples)} more")
    return lines if findings else [*lines, "", "nothing doubtful was found"]
