"""The page shows how far groups are apart, and of which groups nothing could be told."""

from interleaver.lab.report.gaps import list_gaps
from interleaver.lab.terms.figure import Estimate, Figure
from interleaver.lab.terms.metric import Direction, Metric
from tests.unit.lab.builders import make_evaluation

from .pages import read_page

METRICS = {
    "FNR": Metric("FNR", Direction.LOWER),
    "cost": Metric("cost", Direction.LOWER, "EUR"),
    "errors": Metric("errors", Direction.LOWER, sampled=False),
}


def figure(metric: str, value: str, candidate: Estimate | None, champion: Estimate | None = None) -> Figure:
    return Figure(metric, (("age", value),), 9, 9, champion, candidate, None, None)


def test_a_row_has_both_models_the_interval_and_the_groups() -> None:
    figures = [
        figure("FNR", "old", Estimate(0.2, 0.1, 0.3), Estimate(0.1)),
        figure("FNR", "young", Estimate(0.1, 0.1, 0.1), Estimate(0.15)),
    ]
    (row,) = list_gaps(figures, METRICS).rows
    assert (row.metric, row.attribute, row.champion, row.candidate) == ("FNR", "age", "0.0500", "0.1000")
    assert (row.interval, row.ratio) == ("0.0000 to 0.2000", "0.5000")
    assert (row.lowest, row.highest, row.unmeasured) == ("age=young", "age=old", "")


def test_a_group_that_was_not_measured_is_named_in_place_of_a_difference() -> None:
    (row,) = list_gaps([figure("cost", "old", Estimate(3.0)), figure("cost", "young", None)], METRICS).rows
    assert (row.champion, row.candidate, row.interval, row.ratio, row.unmeasured) == ("", "—", "", "—", "age=young")


def test_counts_grow_with_their_group_and_have_no_row() -> None:
    assert list_gaps([figure("errors", "old", Estimate(3)), figure("errors", "young", Estimate(1))], METRICS).rows == []


def test_the_page_has_the_table_for_both_tasks() -> None:
    for scoring in (False, True):
        page = read_page(make_evaluation(scoring=scoring))
        assert "How far groups are apart" in page.words
