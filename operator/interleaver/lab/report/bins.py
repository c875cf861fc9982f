"""What lies in each tenth of the scores: the very samples, for those who may see them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from interleaver.lab.evaluation.evaluation import Evaluation, Trial

from .histogram import divide_range, find_range
from .mistakes import Mistake, make_mistake

BINS: Final = 10
MOST_OF_A_LABEL: Final = 4


@dataclass(frozen=True)
class Bin:
    """One tenth: its ends, how many samples of each label it has, and the first of them."""

    ends: str
    ones: int
    zeros: int
    samples: Sequence[Mistake]


def list_bins(evaluation: Evaluation, trial: Trial) -> Iterator[Bin]:
    """The bins of the candidate's scores that are not empty, lowest first. Only for pages that show people."""
    scores, labels = trial.candidate.scores, evaluation.suite.cases.labels
    assert scores is not None, "only scoring suites have samples"
    assert labels is not None, "only scoring suites have samples"
    kept = np.flatnonzero(np.isfinite(scores))
    if not len(kept):
        return
    edges = divide_range(find_range(scores[kept]), BINS)
    places = np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, BINS - 1)
    for place in range(BINS):
        ones, zeros = (kept[(places[kept] == place) & (labels[kept] == label)] for label in (1, 0))
        if len(ones) or len(zeros):
            shown = [*ones[:MOST_OF_A_LABEL].tolist(), *zeros[:MOST_OF_A_LABEL].tolist()]
            samples = [make_mistake(evaluation, trial, case, raw=True) for case in shown]
            yield Bin(f"{edges[place]:.3g} to {edges[place + 1]:.3g}", len(ones), len(zeros), samples)
