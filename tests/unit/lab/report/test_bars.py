"""Bars of intervals: where they are drawn, and what shares a scale."""

from interleaver.lab.report.bars import Bar, draw, find_scales
from interleaver.lab.terms.figure import Estimate
from tests.unit.lab.builders import RANKING_METRICS, make_figure

NDCG, RR, _, LATENCY = RANKING_METRICS
METRICS = {metric.name: metric for metric in RANKING_METRICS}


def test_zero_is_in_the_middle_and_the_scale_reaches_the_edge() -> None:
    assert draw(Estimate(0.0, -0.1, 0.05), 0.1) == Bar(4.0, 80.0, 118.0)


def test_what_reaches_beyond_the_scale_ends_at_the_edge() -> None:
    assert draw(Estimate(0.3, 0.2, 0.4), 0.1) == Bar(156.0, 156.0, 156.0)


def test_without_a_difference_there_is_no_bar() -> None:
    assert draw(None, 1.0) is None
    assert draw(Estimate(0.0, 0.0, 0.0), 0.0) is None


def test_a_value_without_an_interval_is_a_dot() -> None:
    assert draw(Estimate(0.1), 0.2) == Bar(118.0, 118.0, 118.0)


def test_shares_have_one_scale_and_milliseconds_their_own() -> None:
    figures = [
        make_figure(NDCG, difference=0.2),
        make_figure(RR, difference=0.01),
        make_figure(LATENCY, difference=0.1),
    ]
    scales = find_scales(figures, METRICS)
    assert scales["nDCG@10"] == scales["RR@10"] < 1 < scales["latency_p99_ms"]
