"""Words of better and worse are kept for what survives the number of questions asked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from interleaver.lab.measures.verdicts import NOT_MEASURED, survive, tell
from interleaver.lab.terms.figure import Estimate, Verdict

# Benjamini and Hochberg 1995, chapter 4.1: 15 p-values, of which the first four are findings at 0.05.
PUBLISHED = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0
)  # fmt: skip


def test_the_published_example_has_four_findings() -> None:
    assert survive(PUBLISHED, 0.05).tolist() == [True] * 4 + [False] * 11


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.sampled_from([0.01, 0.05, 0.2]))
def test_findings_are_those_of_scipy(p_values: list[float], rate: float) -> None:
    adjusted = false_discovery_control(p_values)
    away = ~np.isclose(adjusted, rate, rtol=1e-9)
    assert (survive(p_values, rate) == (adjusted <= rate))[away].all()


def test_what_was_not_measured_is_no_finding_and_makes_no_other_harder() -> None:
    assert survive([NOT_MEASURED, 0.04, NOT_MEASURED], 0.05).tolist() == [False, True, False]
    assert survive([], 0.05).tolist() == []


@pytest.mark.parametrize(
    ("difference", "survives", "verdict"),
    [
        (Estimate(0.1, 0.05, 0.2), True, Verdict.BETTER),
        (Estimate(-0.1, -0.2, -0.05), True, Verdict.WORSE),
        (Estimate(-0.1, -0.2, -0.05), False, Verdict.NOT_TOLD_APART),
        (Estimate(-0.1, -0.2, 0.0), True, Verdict.NOT_TOLD_APART),
        (Estimate(-0.1), True, Verdict.NOT_TOLD),
        (None, True, Verdict.NOT_TOLD),
    ],
)
def test_a_word_takes_an_interval_without_0_and_a_finding(
    difference: Estimate | None, survives: bool, verdict: Verdict
) -> None:
    assert tell(difference, survives) is verdict
