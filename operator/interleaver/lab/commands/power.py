"""`interleaver lab power`: what a suite can show of a gate's rules, before any model is asked."""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from interleaver.lab.asking.answer_file import read_answers
from interleaver.lab.evaluation.corner import FAILURES
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.whole import evaluate
from interleaver.lab.gate.checking import check_gate
from interleaver.lab.gate.prospects import print_prospects, show_prospects
from interleaver.lab.gate.reaching import find_reaching
from interleaver.lab.gate.reading import Gate, read_gate, wanted
from interleaver.lab.gate.showing import show_power
from interleaver.lab.gate.spread import Key, Spread, expect_champion, expect_worst
from interleaver.lab.measures.custom_files import Customs, read_customs
from interleaver.lab.measures.names import parse
from interleaver.lab.suites.corner import read_corners
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite

from .exits import DONE
from .results import add_suite
from .writing import spell


def add_options(parser: argparse.ArgumentParser) -> None:
    add_suite(parser)
    parser.add_argument("gate", type=Path, metavar="GATE", help="gate.yaml")
    parser.add_argument(
        "--answers",
        type=Path,
        metavar="FILE",
        help="the champion's answers, whose spread is taken; without them the worst case of metrics between bounds is",
    )
    parser.add_argument(
        "--correlation",
        type=read_correlation,
        default=0.0,
        metavar="R",
        help="of champion's and candidate's values over units, from 0 (default, cautious) to below 1",
    )
    parser.add_argument(
        "--metrics", type=Path, action="append", default=[], metavar="FILE", help="Python file with metrics of your own"
    )
    words = f"bootstrap resamples (default: {Settings.resamples})"
    parser.add_argument("--resamples", type=int, default=Settings.resamples, help=words)
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")


def run(options: argparse.Namespace) -> int:
    """Says what can be told; that it is little is no failure."""
    suite, gate = read_suite(options.suite), read_gate(options.gate)
    customs = read_customs(options.metrics)
    own = [custom.metric for custom in customs.of(suite.task)]
    check_gate(gate, suite, datetime.now(UTC), own)
    metrics = {rule.metric: parse(rule.metric, suite.task, own).metric for rule in gate.rules}
    showings = list(show_power(gate, suite, metrics, expect(options, suite, gate, customs)))
    if options.json:
        print(spell(show_prospects(gate, showings)))
    else:
        print("\n".join(print_prospects(gate, showings)))
    return DONE


def expect(options: argparse.Namespace, suite: Suite, gate: Gate, customs: Customs) -> Mapping[Key, Spread]:
    """The errors to expect: out of answers, where they are given."""
    reachings = {rule.metric: find_reaching(rule.metric, suite) for rule in gate.rules}
    if FAILURES.name in reachings and (corners := read_corners(suite)) is not None:
        reachings[FAILURES.name] = replace(reachings[FAILURES.name], apart=len(corners.cases))
    if options.answers is None:
        return expect_worst(gate, suite, reachings)
    metrics, cuts = wanted(gate)
    named = tuple(name for name in metrics if name != FAILURES.name)  # which is counted apart, of corner cases
    settings = Settings(confidence=gate.confidence, resamples=options.resamples, metrics=named, cuts=cuts)
    alone = evaluate(suite, None, [read_answers(options.answers, suite)], settings, customs)
    return expect_champion(gate, suite, reachings, alone.trials[0], options.correlation)


def read_correlation(text: str) -> float:
    """A correlation, as an argparse type."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from 0 to below 1")
    return value
