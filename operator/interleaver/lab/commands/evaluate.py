"""`interleaver lab evaluate`: ask the running models what a suite asks, and say what can be told of them."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from interleaver.lab.asking.answers import Answers
from interleaver.lab.asking.options import Options
from interleaver.lab.asking.shard import WHOLE, Shard, read_shard
from interleaver.lab.evaluation.corner import add_corners
from interleaver.lab.evaluation.evaluation import Evaluation, Settings
from interleaver.lab.evaluation.whole import evaluate
from interleaver.lab.gate.deciding import judge
from interleaver.lab.gate.outcome import GateResult

from .asking import Asking, read_header, warn_same_place
from .asking_part import ask_part
from .exits import DONE, PARTIAL, UNUSABLE
from .plan import Plan, make_plan
from .results import add_results, add_suite
from .tracking import add_tracking, check_tracking, track
from .words import make_console, print_evaluation
from .writing import clear, write_all


def run(options: argparse.Namespace) -> int:
    """What can be refused is refused before the first request. A partial evaluation is shown all the same."""
    now = datetime.now(UTC)
    plan = make_plan(options, now)
    if options.shard != WHOLE:
        return ask_part(plan, options)
    check_tracking(options, has_gate=plan.gate is not None)
    return tell(plan, measure(plan, options), options, now)


def tell(plan: Plan, evaluation: Evaluation, options: argparse.Namespace, now: datetime) -> int:
    """Judge an evaluation, write it down and show it; the exit code."""
    gates = [judge(plan.gate, evaluation, trial, now) if plan.gate else None for trial in evaluation.trials]
    document = write_all(options.output, evaluation, gates, plan.customs.plots, now, raw=options.raw)
    if options.json:
        print(document)
    else:
        print_evaluation(make_console(), evaluation, gates)
        print(f"report: {options.output / 'report.html'}")
    tracked = track(document, options, plan.suite.name, now)
    return choose_exit(evaluation, gates, tracked=tracked)


def measure(plan: Plan, options: argparse.Namespace) -> Evaluation:
    """Ask every model the suite and its corner cases."""
    asking = Asking(plan, options)
    asking.check()
    clear(options.output)
    answers = asking.ask_suite()
    corners = asking.ask_corners(plan.corners.suite) if plan.corners is not None else []
    models = plan.models if plan.corners is not None else []
    asked = [each for (name, _), each in zip(models, corners, strict=True) if name not in plan.kept]
    return weigh(plan, answers, corners, broken_off=any(each.partial for each in asked))


def weigh(plan: Plan, answers: Sequence[Answers], corners: Sequence[Answers], *, broken_off: bool) -> Evaluation:
    """What every model's answers come to; `corners` are those to the corner cases, if the suite has any."""
    evaluation = warn_same_place(evaluate(plan.suite, *split(plan, answers), plan.settings, plan.customs))
    if plan.corners is None:
        return evaluation
    return add_corners(replace(evaluation, broken_off=broken_off), plan.corners, *split(plan, corners))


def split(plan: Plan, answers: Sequence[Answers]) -> tuple[Answers | None, Sequence[Answers]]:
    """The champion's answers, if one is compared with, and the candidates'."""
    return (answers[0], answers[1:]) if plan.has_champion else (None, answers)


def choose_exit(evaluation: Evaluation, gates: Sequence[GateResult | None], *, tracked: bool) -> int:
    """The gravest of all candidates. What was not measured has not failed, so that partial comes before failed."""
    codes = [PARTIAL if evaluation.partial else DONE, DONE if tracked else UNUSABLE]
    return max(codes + [gate.exit_code for gate in gates if gate is not None])


def add_options(parser: argparse.ArgumentParser) -> None:
    add_suite(parser)
    parser.add_argument(
        "--champion", metavar="URL", help="base URL of the model in production, or a file of its answers (.jsonl)"
    )
    parser.add_argument(
        "--candidate", metavar="URL", action="append", default=[], help="the same of a new model; may be repeated"
    )
    add_results(parser, "evaluation", "answers, report and verdicts")
    add_measuring(parser)
    add_asking(parser)
    parser.add_argument(
        "--shard",
        type=read_part,
        default=WHOLE,
        metavar="I/N",
        help="ask part I of N alone, from 0 on, and measure nothing: `interleaver lab merge` makes one of the parts",
    )
    add_showing(parser)


def read_part(text: str) -> Shard:
    """A part, as an argparse type that says what is wrong."""
    try:
        return read_shard(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_measuring(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is measured")
    depths = ",".join(map(str, Settings.depths))
    group.add_argument(
        "--at", type=read_depths, default=Settings.depths, metavar="K,K", help=f"depths of rankings (default: {depths})"
    )
    group.add_argument("--gate", type=Path, metavar="FILE", help="rules that the candidate must hold")
    group.add_argument(
        "--metrics",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="Python file with metrics and plots of your own",
    )
    words = f"of all intervals (default: the gate's, or {Settings.confidence})"
    group.add_argument("--confidence", type=float, default=None, help=words)
    words = f"bootstrap resamples (default: {Settings.resamples})"
    group.add_argument("--resamples", type=int, default=Settings.resamples, help=words)
    words = f"of everything drawn at random (default: {Settings.seed})"
    group.add_argument("--seed", type=int, default=Settings.seed, help=words)


def add_asking(parser: argparse.ArgumentParser, usual: Options = Options()) -> None:  # noqa: B008
    group = parser.add_argument_group("how models are asked")
    for name, kind, metavar, words in (
        ("concurrency", int, None, "requests in flight at once"),
        ("timeout", float, "SECONDS", "for one answer"),
        ("retries", int, None, "of what failed without an answer"),
    ):
        default = getattr(usual, name)
        words = f"{words} (default: {default:g})"
        group.add_argument(f"--{name}", type=kind, default=default, metavar=metavar, help=words)
    group.add_argument(
        "--header",
        type=read_header,
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="send this with every request, such as a token; may be repeated, and is written to no file",
    )


def add_showing(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where it is shown")
    group.add_argument(
        "--raw", action="store_true", help="show requests and pictures in the report, which may be of people"
    )
    add_tracking(group)
    group.add_argument(
        "--register",
        metavar="MODEL",
        help="MLflow model whose new version gets the alias `candidate` if the gate passes",
    )


def read_depths(text: str) -> tuple[int, ...]:
    """Depths as `5,10`, as an argparse type."""
    try:
        depths = tuple(sorted({int(word) for word in text.split(",")}))
    except ValueError:
        depths = ()
    if not depths or depths[0] < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: give depths of 1 and more with commas between, as in 5,10")
    return depths
