"""Of candidates that in truth are worse than the margin allows, no more pass than the confidence leaves over."""

from typing import Final

import numpy as np
import pytest

from interleaver.lab.evaluation.sheet_figures import tell_cuts
from interleaver.lab.evaluation.sheets import Line, make_sheet
from interleaver.lab.evaluation.slices import Cut
from interleaver.lab.gate.outcome import Outcome
from interleaver.lab.measures.means import tabulate
from interleaver.lab.terms.figure import WHOLE, Figure
from interleaver.lab.terms.metric import Direction, Metric
from tests.unit.lab.gate.gates import judge_rule

SUITES, RESAMPLES, CONFIDENCE = 80, 200, 0.95
METRIC: Final = Metric("nDCG@10", Direction.HIGHER)


def measure(champion: np.ndarray, candidate: np.ndarray, table: np.ndarray) -> Figure:
    """The figure of the whole suite, of queries of one person each."""
    units = np.arange(len(champion))
    sheet = make_sheet([Line(METRIC, (0.0, 1.0), champion, candidate)], units, np.ones(len(units)))
    (slices,) = tell_cuts(sheet, [Cut((), np.zeros(len(units), dtype=np.int64), (WHOLE,))], table, CONFIDENCE)
    ((told,),) = slices
    return told.figure


def count_passes(queries: int, losing: float) -> int:
    """In how many suites a candidate passes that finds nothing for this share of queries, by which it is worse than the
    margin; for all others it is the champion."""
    chance, table = np.random.default_rng(4), tabulate(queries, RESAMPLES, 0)
    margin = 0.999 * losing * 0.5
    passed = 0
    for _ in range(SUITES):
        champion = chance.uniform(0, 1, queries)
        candidate = champion * (chance.random(queries) >= losing)
        figure = measure(champion, candidate, table)
        passed += judge_rule(f"{{metric: nDCG@10, notWorseBy: {margin:.6f}}}", figure).outcome is Outcome.PASSED
    return passed


@pytest.mark.parametrize("losing", [0.01, 0.0133, 0.0167])
def test_of_rare_losses_no_more_is_passed_than_the_confidence_leaves_over(losing: float) -> None:
    """Three to five queries of 300: by resamples alone every tenth of such candidates passed."""
    assert count_passes(300, losing) <= (1 - CONFIDENCE) * SUITES


def test_a_candidate_that_loses_far_less_than_the_margin_passes() -> None:
    """Two queries of 1,000, and a margin of ten times that."""
    champion = np.linspace(0.5, 1, 1000)
    candidate = champion - 0.4 * (np.arange(1000) % 500 == 7)
    figure = measure(champion, candidate, tabulate(1000, RESAMPLES, 0))
    assert judge_rule("{metric: nDCG@10, notWorseBy: 0.01}", figure).outcome is Outcome.PASSED
