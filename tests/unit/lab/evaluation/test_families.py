"""Words of better and worse are corrected for the slices of a metric, and a metric on the whole stands by itself."""

import pytest

from interleaver.lab.evaluation.families import assign_verdicts
from interleaver.lab.terms.figure import WHOLE, Estimate, Figure, Slice, Verdict


def figure(metric: str = "AUC", cut: Slice = WHOLE, p_value: float | None = 0.01, low: float = -0.3) -> Figure:
    estimate = Estimate(-0.2, low, -0.1)
    return Figure(metric, cut, 10, 10, estimate, estimate, estimate, None, p_value=p_value)


def cut(value: int) -> Slice:
    return (("a", str(value)),)


@pytest.mark.parametrize(("others", "verdict"), [(0, Verdict.WORSE), (4, Verdict.WORSE), (5, Verdict.NOT_TOLD_APART)])
def test_a_finding_among_many_slices_takes_a_smaller_p_value(others: int, verdict: Verdict) -> None:
    slices = [figure(cut=cut(0)), *(figure(cut=cut(1 + k), p_value=0.9) for k in range(others))]
    assert assign_verdicts(slices, 0.95)[0].verdict is verdict


def test_the_whole_is_no_harder_to_tell_for_the_slices_and_metrics_beside_it() -> None:
    figures = [figure(p_value=0.04), *(figure(cut=cut(k), p_value=0.9) for k in range(9)), figure("F1", p_value=0.9)]
    told = assign_verdicts(figures, 0.95)
    assert [one.verdict for one in told] == [Verdict.WORSE] + [Verdict.NOT_TOLD_APART] * 10


def test_what_was_not_measured_makes_nothing_harder_and_is_not_told() -> None:
    missing = Figure("AUC", cut(1), 2, 1, None, None, None, None, why="one class")
    told = assign_verdicts([figure(cut=cut(0), p_value=0.04), missing], 0.95)
    assert [one.verdict for one in told] == [Verdict.WORSE, Verdict.NOT_TOLD]


def test_a_figure_that_compares_nothing_has_no_word() -> None:
    flips = Figure("flips", WHOLE, 10, 10, None, Estimate(0.1, 0, 0.2), None, None)
    assert assign_verdicts([flips], 0.95)[0].verdict is None
