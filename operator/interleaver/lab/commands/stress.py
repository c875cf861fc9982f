"""`interleaver lab stress`: disturb what running models are asked, and say what does not hold any more."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from interleaver.api.v1alpha1 import Contract
from interleaver.lab.asking.answers import Answers
from interleaver.lab.asking.before import check_before
from interleaver.lab.asking.options import Options
from interleaver.lab.report.robustness import write_page
from interleaver.lab.robustness.curves import Curve, check_falls, measure_curves
from interleaver.lab.robustness.document import find_exit, write_document
from interleaver.lab.robustness.judging import Checked, judge
from interleaver.lab.robustness.own_cases import read_own
from interleaver.lab.robustness.plan import Plan
from interleaver.lab.robustness.ranking import plan_bursts, plan_ranking
from interleaver.lab.robustness.scoring import plan_scoring
from interleaver.lab.robustness.selecting import calm, select_answers
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable

from .evaluate import add_asking
from .exits import DONE, GATE_FAILED, PARTIAL, UNUSABLE
from .results import add_results, add_suite
from .robust_models import Models, ask_models, judged_of, make_options, quicken, take_models, warn_same
from .robust_words import print_stress
from .tracking import add_tracking, check_tracking, track_robust
from .words import make_console
from .writing import spell

QUERIES: Final = 20
SAMPLES: Final = 200
"""A sample costs forty requests, and a figure of fewer says little."""
SETTINGS: Final = ("requests", "burst", "overlap", "within", "most_fall", "up_to", "seed")
EXITS: Final = {"held": DONE, "broken": GATE_FAILED, "partial": PARTIAL}


@dataclass(frozen=True)
class Stressed:
    """What each model did, case by case."""

    checked: Mapping[str, Sequence[Checked]]
    partial: Mapping[str, bool]
    curves: Mapping[str, Sequence[Curve]]


def run(options: argparse.Namespace) -> int:
    """What can be refused is refused before the first request."""
    now = datetime.now(UTC)
    check_numbers(options)
    models, suite = take_models(options), read_suite(options.suite)
    plan = make_plan(suite, options)
    check_tracking(options)
    stressed = stress(suite, plan, models, options)
    document = write_document(
        suite, models, stressed.checked, stressed.partial, warn_same(models), judged_of(models), stressed.curves
    )
    document["settings"] = write_settings(options)
    write_all(options.output, document, now)
    if options.json:
        print(spell(document))
    else:
        print_stress(make_console(), document)
        print(f"report: {options.output / 'stress.html'}")
    tracked = track_robust(document, options, "stress", now)
    return max(EXITS[find_exit(document)], DONE if tracked else UNUSABLE)


def make_plan(suite: Suite, options: argparse.Namespace) -> Plan:
    """What is asked of each model."""
    own = read_own(suite.folder, options.disturb, suite.task)
    if suite.task is Task.RANKING:
        return plan_ranking(suite, options.requests or QUERIES, options.overlap, options.seed, own)
    return plan_scoring(suite, options.requests or SAMPLES, options.seed, own)


def stress(suite: Suite, plan: Plan, models: Models, options: argparse.Namespace) -> Stressed:
    """Ask every model everything, and then many at once."""
    asking: Options = make_options(options)
    for url in models.values():
        check_before(plan.suite, url, asking)
    answers = ask_models(plan.suite, models, asking)
    bursts = plan_bursts(suite, plan, options.burst)
    crowded = ask_models(bursts.suite, models, quicken(asking, options.burst), " in a burst")
    for name in models:
        crowded[name] = calm(crowded[name], bursts.bases, select_answers(answers[name], plan.bases, models[name]))
    depth = suite.contract.depth if isinstance(suite.contract, Contract) else 1
    partial = {name: is_partial(plan, answers[name], crowded[name]) for name in models}
    scores = suite.task is Task.SCORING
    curves = {
        name: measure_curves(suite, plan, answers[name], options.seed) if scores and not partial[name] else []
        for name in models
    }
    most = options.most_fall
    checked = {
        name: [
            *judge(plan, answers[name], depth, options.within),
            *judge(bursts, crowded[name], depth, options.within),
            *([] if most is None else check_falls(curves[name], most, options.up_to)),
        ]
        for name in models
    }
    return Stressed(checked, partial, curves)


def is_partial(plan: Plan, answers: Answers, crowded: Answers) -> bool:
    """Whether a server failed where nothing was disturbed, or was left alone: then nothing is known of it."""
    undisturbed = answers.states[list(plan.bases)]
    return bool(answers.stopped or crowded.stopped or (undisturbed == 2).any())


def check_numbers(options: argparse.Namespace) -> None:
    """Raises Unusable for numbers with which nothing can be asked."""
    for option, found, least, most in (
        ("--requests", QUERIES if options.requests is None else options.requests, 1, 10_000),
        ("--most-fall", 0 if options.most_fall is None else options.most_fall, 0, 1),
        ("--up-to", options.up_to, 1, 5),
        ("--burst", options.burst, 1, 1_000),
        ("--overlap", options.overlap, 0, 1),
        ("--within", options.within, 0.001, 3_600),
        ("--seed", options.seed, 0, 2**63 - 1),
    ):
        if not least <= found <= most:
            raise Unusable(option, f"is {found}", f"{least} to {most} can be used")


def write_settings(options: argparse.Namespace) -> dict[str, Any]:
    """What the figures depend on beside suite and models."""
    return {name: getattr(options, name) for name in SETTINGS}


def write_all(folder: Path, document: Mapping[str, Any], now: datetime) -> None:
    """The document for programs, and the page for people."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stress.json").write_text(spell(document) + "\n", encoding="utf-8", errors="replace")
    write_page("stress.html", document, folder, now)


def add_options(parser: argparse.ArgumentParser) -> None:
    add_suite(parser)
    add_models(parser, "stress")
    group = parser.add_argument_group("what is asked, and what must hold")
    for name, kind, default, metavar, words in (
        ("burst", int, 64, "N", "requests in flight in a burst"),
        ("overlap", float, 0.5, "SHARE", "least rank-biased overlap where a list may differ a little"),
        ("within", float, 1.0, "SECONDS", "that an answer may take, as a router's championTimeout"),
        ("up-to", int, 3, "STRENGTH", "of five, that --most-fall is about"),
        ("seed", int, 0, "N", "of all that is drawn"),
    ):
        words = f"{words} (default: {default:g})"
        group.add_argument(f"--{name}", type=kind, default=default, metavar=metavar, help=words)
    words = f"cases that are drawn and disturbed (default: {QUERIES} queries, or {SAMPLES} samples)"
    group.add_argument("--requests", type=int, default=None, metavar="N", help=words)
    words = "YAML or Python file with cases of your own, beside stress.yaml in the suite's folder; may be repeated"
    group.add_argument("--disturb", type=Path, action="append", default=[], metavar="FILE", help=words)
    words = "that the AUC may fall by under any corruption (default: it is shown, and decides nothing)"
    group.add_argument("--most-fall", type=float, default=None, metavar="SHARE", help=words)
    add_asking(parser, Options(retries=0, concurrency=8))
    add_tracking(parser.add_argument_group("where it is shown"))


def add_models(parser: argparse.ArgumentParser, folder: str) -> None:
    """The models and where it is written."""
    parser.add_argument("--champion", metavar="URL", help="base URL of the model in production")
    words = "the same of a new model; may be repeated"
    parser.add_argument("--candidate", metavar="URL", action="append", default=[], help=words)
    add_results(parser, folder, "document and page")
