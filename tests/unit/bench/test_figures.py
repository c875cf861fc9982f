"""Medians, ranges and ratios of the benchmark."""

from math import inf

import pytest
from bench.router.figures import Range, Samples, find_percentile, summarise

from .samples import make_sample


def test_a_range_has_the_median_and_both_ends() -> None:
    assert summarise([3, 1, 7]) == Range(3, 1, 7)
    assert summarise([]) is None


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_the_value_of_nearest_rank(share: float, expected: float) -> None:
    assert find_percentile(reversed(range(1, 101)), share) == expected


def test_requests_without_an_answer_count_among_the_slowest() -> None:
    assert find_percentile([1, 2, 3, inf], 0.5) == 2
    assert find_percentile([1, inf, inf, inf], 0.5) == inf


def test_ratios_are_taken_inside_a_round() -> None:
    # The second round is twice as fast for everybody: the ratio does not know.
    samples = Samples(
        (
            make_sample("a", 1, rate=50),
            make_sample("b", 1, rate=100),
            make_sample("b", 2, rate=200),
            make_sample("a", 2, rate=100),
        )
    )
    assert samples.divide_rates("a", "b", 64) == Range(0.5, 0.5, 0.5)


def test_a_target_that_needs_half_the_processor_is_twice_as_good_by_it() -> None:
    samples = Samples((make_sample("a", micros=20), make_sample("b", micros=40)))
    assert samples.divide_micros("a", "b", 64) == Range(2, 2, 2)


def test_there_is_no_ratio_to_a_target_that_was_not_measured() -> None:
    assert Samples((make_sample("a"),)).divide_rates("a", "b", 64) is None
