"""A margin that is a share of the champion's value is held with that value's own interval, too."""

from math import sqrt

import numpy as np
import pytest

from interleaver.lab.gate.outcome import Outcome
from interleaver.lab.gate.rules import Kind
from interleaver.lab.gate.shares import Ends, correlate, holds_as_share
from interleaver.lab.terms.figure import Estimate
from tests.unit.lab.gate.gates import judge_rule, make_figure

SUITES, REACH = 4000, 1.96


def share_of_passes(metric: str, together: float, margin: str, truth: float) -> float:
    """Of suites of two models whose values scatter by 1 around 100 and `truth`, and go together so far: how often the
    rule passes."""
    draw = np.random.default_rng(3)
    common, mine, theirs = draw.normal(size=(3, SUITES))
    champions = 100 + sqrt(together) * common + sqrt(1 - together) * theirs
    candidates = truth + sqrt(together) * common + sqrt(1 - together) * mine
    sign = -1 if metric.startswith("latency") else 1
    wide, narrow = REACH, REACH * sqrt(2 * (1 - together))
    passed = 0
    for was, now in zip(champions.tolist(), candidates.tolist(), strict=True):
        difference = sign * (now - was)
        figure = make_figure(
            metric,
            champion=(was, was - wide, was + wide),
            value=(now, now - wide, now + wide),
            difference=(difference, difference - narrow, difference + narrow),
        )
        passed += judge_rule(f"{{metric: {metric}, {margin}}}", figure).outcome is Outcome.PASSED
    return passed / SUITES


@pytest.mark.parametrize("together", [0.0, 0.9, 0.99])
@pytest.mark.parametrize(
    ("metric", "margin", "truth"),
    [
        ("latency_p99_ms", "notWorseBy: 20%", 120.0),
        ("AP", "notWorseBy: 20%", 80.0),
        ("AP", "betterBy: 20%", 120.0),
        ("latency_p99_ms", "betterBy: 20%", 80.0),
    ],
)
def test_a_candidate_at_the_margin_passes_no_more_often_than_the_confidence_allows(
    metric: str, margin: str, truth: float, together: float
) -> None:
    """2.5 % of 4,000 suites, and three standard errors of that count."""
    assert share_of_passes(metric, together, margin, truth) <= 0.025 + 3 * sqrt(0.025 * 0.975 / SUITES)


def test_a_candidate_well_within_the_margin_passes() -> None:
    assert share_of_passes("latency_p99_ms", 0.9, "notWorseBy: 20%", 110.0) > 0.99


def test_how_far_two_values_go_together_is_read_off_three_intervals() -> None:
    base, apart = Ends(0, -1, 1), Ends(0, -1, 1)
    assert correlate(base, apart, Ends(0, -sqrt(2), sqrt(2))) == pytest.approx(0)
    assert correlate(base, apart, Ends(0, -2, 2)) == 1
    assert correlate(base, Ends(0, 0, 0), base) == 0


def test_where_an_interval_is_missing_the_difference_decides() -> None:
    known = Estimate(0.0, -0.1, 0.1)
    assert holds_as_share(Kind.NOT_WORSE_BY, 0.02, Estimate(0.5), known, known, 1)
