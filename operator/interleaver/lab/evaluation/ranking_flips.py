"""Queries for people to look at: right with the champion and wrong with the candidate, or simply the worst."""

from typing import Final

import numpy as np

from interleaver.lab.evaluation.evaluation import Flip, Loss
from interleaver.lab.evaluation.ranking_models import Judged
from interleaver.lab.evaluation.ranking_plan import Plan
from interleaver.lab.evaluation.ranking_values import Values
from interleaver.lab.suites.suite import Cases

MOST_LOSSES: Final = 20


def list_flips(cases: Cases, judged: Judged, plan: Plan, champion: Values, candidate: Values) -> list[Flip]:
    """Worst first: by what the champion's list was worth, for the candidate's is worth nothing at this depth."""
    right, worth = f"success@{plan.first_depth}", f"nDCG@{plan.first_depth}"
    flipped = np.flatnonzero((champion.columns[right] > 0) & (candidate.columns[right] == 0))
    was, now = champion.columns[worth][flipped], candidate.columns[worth][flipped]
    return [
        Flip(cases.ids[judged.rows[flipped[at]]], worth, float(was[at]), float(now[at]))
        for at in np.argsort(-was, kind="stable")
    ]


def list_losses(cases: Cases, judged: Judged, plan: Plan, champion: Values | None, candidate: Values) -> list[Loss]:
    """Where nDCG at the greatest depth falls most; without a champion, where it is lowest."""
    metric = max(plan.of("nDCG"), key=lambda name: name.depth or 0).name
    now = candidate.columns[metric]
    was = champion.columns[metric] if champion else np.ones(len(now))
    worst = np.argsort(now - was, kind="stable")[:MOST_LOSSES]
    return [
        Loss(cases.ids[judged.rows[at]], metric, float(was[at]) if champion else None, float(now[at]))
        for at in worst
        if now[at] < was[at]
    ]
