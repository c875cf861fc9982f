"""Samples that are right with the champion and wrong with the candidate, each at its own threshold."""

import numpy as np

from interleaver.lab.evaluation.evaluation import Flip
from interleaver.lab.evaluation.score_models import Model
from interleaver.lab.evaluation.score_plan import Plan
from interleaver.lab.measures.score_sheet import Part, find_flips
from interleaver.lab.measures.thresholds import NoThreshold
from interleaver.lab.suites.suite import Cases


def measure_flips(champion: Model, candidate: Model, plan: Plan) -> Part | str:
    """The share of flips, or why there is none."""
    thresholds = (champion.threshold, candidate.threshold)
    for threshold in thresholds:
        if isinstance(threshold, NoThreshold):
            return threshold.words
    numbers = tuple(threshold for threshold in thresholds if isinstance(threshold, float))
    return find_flips(champion.scored, candidate.scored, (numbers[0], numbers[1]), plan.measured)


def list_flips(part: Part, champion: Model, candidate: Model, cases: Cases) -> list[Flip]:
    """The table of flips: those that lie farthest beyond the candidate's threshold first, no answer before all."""
    rows = np.flatnonzero(part.columns[:, 0] > 0)
    threshold = candidate.threshold if isinstance(candidate.threshold, float) else 0.0
    beyond = np.abs(candidate.scored.scores[rows] - threshold)
    return [show(int(row), champion, candidate, cases) for row in rows[np.argsort(-beyond, kind="stable")]]


def show(row: int, champion: Model, candidate: Model, cases: Cases) -> Flip:
    """One flip with both scores; where the candidate gave none, it says so."""
    scores = champion.scored.scores[row], candidate.scored.scores[row]
    if not np.isfinite(scores[1]):
        return Flip(cases.ids[row], "answered", 1.0, 0.0)
    return Flip(cases.ids[row], "score", float(scores[0]), float(scores[1]))
