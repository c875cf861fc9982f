"""`interleaver lab balance SUITE`: a suite of a stated mix."""

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from interleaver.lab.commands.exits import DONE
from interleaver.lab.suites.balancing.balancing import draw, weigh
from interleaver.lab.suites.balancing.cells import find_cells
from interleaver.lab.suites.balancing.mix import UNIFORM, state_mix, take_mix
from interleaver.lab.suites.balancing.raking import fit
from interleaver.lab.suites.balancing.saving import save_balanced
from interleaver.lab.suites.balancing.telling import describe_balance
from interleaver.lab.suites.reading import read_suite

from .results import add_suite

SHOWN = 10


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which suite, by what, and to which mix."""
    add_suite(parser)
    parser.add_argument("--by", required=True, metavar="NAMES", help="attributes, as in gender,age_group")
    mix = parser.add_mutually_exclusive_group()
    mix.add_argument(
        "--to",
        action="append",
        metavar="MIX",
        help="uniform over the combinations that occur (the default), gender:f=0.5,m=0.5, or a file of YAML with such "
        "shares; once for each attribute",
    )
    mix.add_argument("--like", metavar="SOURCE", help="the mix that a source has, such as production")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder of the new suite")
    parser.add_argument("--subsample", action="store_true", help="leave cases out instead of weighing them")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which cases are left out (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: argparse.Namespace) -> int:
    """Write the balanced suite, and print the mix before and after."""
    suite = read_suite(options.suite)
    cells = find_cells(suite.cases, options.by.split(","))
    mix = take_mix(suite.cases, cells, options.like) if options.like else state_mix(options.to or [UNIFORM], cells)
    before = suite.cases.counting
    fitted = fit(cells, mix, cells.sum(np.ones(len(before)) if options.subsample else before))
    balance = draw(cells, fitted, before, options.seed) if options.subsample else weigh(cells, fitted, before)
    save_balanced(suite, balance.after, options.output, subsample=options.subsample)
    told = describe_balance(cells, mix, balance)
    print(json.dumps(told, ensure_ascii=False, indent=2) if options.json else "\n".join(list_lines(told)))
    return DONE


def list_lines(told: Mapping[str, Any]) -> Iterator[str]:
    """The document for people."""
    yield f"{told['kept']} of {told['cases']} cases, worth {told['worth']:g} of equal weight; weights " + (
        f"{told['weights']['least']:.3g} to {told['weights']['most']:.3g}"
    )
    for name, values in told["attributes"].items():
        width = max(len(name), *(len(entry["value"]) for entry in values))
        yield f"\n{name:{width}}   before   stated    after"
        for entry in values:
            shares = "".join(f"{entry[when]:>9.1%}" for when in ("before", "stated", "after"))
            yield f"{entry['value']:{width}}{shares}"
    if told["absent"]:
        yield "\nnever together: " + "; ".join(told["absent"][:SHOWN]) + (" …" if len(told["absent"]) > SHOWN else "")
    yield from ("", *told["words"]) if told["words"] else ()
