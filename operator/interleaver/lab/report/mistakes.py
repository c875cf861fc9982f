"""The samples that the candidate is most wrong about: genuine ones with the lowest scores, others with the highest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.evaluation.evaluation import Evaluation, Trial
from interleaver.lab.suites.suite import Suite

from .numbers import show
from .pictures import embed
from .requests import show_request

MOST_OF_A_LABEL = 12


@dataclass(frozen=True)
class Mistake:
    """One sample with the scores of both models. The picture is there only where people were asked for."""

    case: str
    label: int
    attack: str
    champion: str
    candidate: str
    picture: str | None
    request: str | None


def find_mistakes(evaluation: Evaluation, trial: Trial, *, raw: bool) -> Sequence[Mistake]:
    """The worst of label 1, then the worst of label 0."""
    scores, labels = trial.candidate.scores, evaluation.suite.cases.labels
    assert scores is not None, "only scoring suites have samples"
    assert labels is not None, "only scoring suites have samples"
    found: list[int] = []
    for label, sign in ((1, 1), (0, -1)):
        cases = np.flatnonzero((labels == label) & np.isfinite(scores))
        found += cases[np.argsort(sign * scores[cases], kind="stable")[:MOST_OF_A_LABEL]].tolist()
    return [make_mistake(evaluation, trial, case, raw=raw) for case in found]


def make_mistake(evaluation: Evaluation, trial: Trial, case: int, *, raw: bool) -> Mistake:
    suite, cases, champion = evaluation.suite, evaluation.suite.cases, evaluation.champion
    assert cases.labels is not None
    return Mistake(
        case=cases.ids[case],
        label=int(cases.labels[case]),
        attack=find_attack(suite, case),
        champion=show_score(None if champion is None else champion.scores, case),
        candidate=show_score(trial.candidate.scores, case),
        picture=embed(suite.folder, cases.pictures[case]) if raw and cases.pictures is not None else None,
        request=show_request(suite, case) if raw and not (cases.pictures and cases.pictures[case]) else None,
    )


def show_score(scores: NDArray[np.float64] | None, case: int) -> str:
    return show(None if scores is None or not np.isfinite(scores[case]) else float(scores[case]))


def find_attack(suite: Suite, case: int) -> str:
    attacks = suite.cases.attacks
    return "" if attacks is None or attacks.codes[case] < 0 else attacks.names[attacks.codes[case]]
