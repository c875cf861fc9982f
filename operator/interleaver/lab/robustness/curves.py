"""How figures fall with the strength of a corruption, over the whole suite and by slice.

Each strength is measured by what measures a candidate: the undisturbed answers stand in the champion's place, so that
differences are paired, intervals resample units, and verdicts mean what they mean everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.document import make_figure
from interleaver.lab.evaluation.evaluation import Evaluation, Held, Settings
from interleaver.lab.evaluation.whole import evaluate
from interleaver.lab.measures.custom_files import Customs
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.figure import WHOLE, Figure

from .corruptions import CORRUPTIONS, STRENGTHS
from .judging import Checked
from .plan import Plan
from .selecting import select, select_answers

METRICS: Final = ("AUC", "EER", "FPR", "FNR", "flips")
RESAMPLES: Final = 200
"""Forty comparisons are drawn; the ends of their intervals are to be read, not decided by a hair."""
FALLING: Final = "AUC"


@dataclass(frozen=True)
class Curve:
    """The figures of one corruption, strength by strength."""

    corruption: str
    figures: Sequence[Sequence[Figure]]


def measure_curves(suite: Suite, plan: Plan, answers: Answers, seed: int) -> list[Curve]:
    """Every corruption of the pictures of a plan. Samples that are no pictures are left out."""
    spoilt = {case.base_row for case in plan.cases if case.disturbed.kind in CORRUPTIONS}
    if not spoilt:
        return []
    bases = [base for base in plan.bases if base in spoilt]
    rows = {name: row for row, name in enumerate(suite.cases.ids)}
    part = select(suite, [rows[plan.suite.cases.ids[base]] for base in bases])
    whole = measure_all(part, plan, answers, bases, seed)
    found = iter([trial.figures for trial in whole.trials])
    return [Curve(kind, [keep(next(found)) for _ in STRENGTHS]) for kind in CORRUPTIONS]


def measure_all(part: Suite, plan: Plan, answers: Answers, bases: Sequence[int], seed: int) -> Evaluation:
    """One trial for each corruption and strength, in their order."""
    places: dict[tuple[str, str], list[int]] = {}
    for case in plan.cases:
        places.setdefault((case.disturbed.kind, case.disturbed.detail), []).append(case.row)
    spoilt = [
        select_answers(answers, places[kind, f"strength {strength}"], f"{kind} {strength}")
        for kind in CORRUPTIONS
        for strength in STRENGTHS
    ]
    settings = Settings(resamples=RESAMPLES, seed=seed)
    return evaluate(part, select_answers(answers, bases, "undisturbed"), spoilt, settings, Customs())


def keep(figures: Sequence[Figure]) -> list[Figure]:
    """What is shown of all figures."""
    return [figure for figure in figures if figure.metric in METRICS]


def write_curve(curve: Curve) -> dict[str, Any]:
    """A curve as the JSON document has it."""
    return {
        "corruption": curve.corruption,
        "strengths": [
            {"strength": strength, "figures": [write_figure(figure) for figure in figures]}
            for strength, figures in zip(STRENGTHS, curve.figures, strict=True)
        ],
    }


def write_figure(figure: Figure) -> dict[str, Any]:
    """A figure, whose two models are one, before and after."""
    written = make_figure(figure)
    names = {"champion": "undisturbed", "candidate": "disturbed"}
    kept = ("metric", "slice", "n", "units", "champion", "candidate", "difference", "interval", "verdict", "why")
    return {names.get(key, key): written[key] for key in kept}


def check_falls(curves: Sequence[Curve], most: float, up_to: int) -> list[Checked]:
    """Whether the AUC of the whole falls by no more than so much, decided on the low end of the interval as a gate's
    `notWorseBy` is."""
    return [
        check_fall(curve.corruption, strength, figure, most)
        for curve in curves
        for strength, figures in zip(STRENGTHS, curve.figures, strict=True)
        for figure in figures
        if figure.metric == FALLING and figure.slice == WHOLE and strength <= up_to
    ]


def check_fall(corruption: str, strength: int, figure: Figure, most: float) -> Checked:
    """One strength."""
    difference = figure.difference
    if difference is None or difference.low is None or difference.high is None:
        held, words = Held.NOT_TOLD, figure.why or "it could not be measured"
    else:
        held = Held.BROKEN if difference.low < -most else Held.HELD
        shown = "" if difference.high < -most else "; more samples would tell"
        words = f"the low end of its change is {difference.low:+.3f}, below {-most:+.3f}{shown}"
        words = words if held is Held.BROKEN else ""
    name = f"{FALLING} under {corruption}"
    return Checked("the whole suite", name, f"strength {strength}", held, words, None, False, float("nan"))
