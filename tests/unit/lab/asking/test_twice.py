"""A hundredth of the cases, drawn at random, is asked twice."""

import pytest

from interleaver.lab.asking.twice import draw_twice


@pytest.mark.parametrize(("cases", "count"), [(0, 0), (1, 0), (19, 0), (20, 1), (100, 1), (250, 2), (1000, 10)])
def test_a_hundredth_is_drawn_and_at_least_one_of_twenty(cases: int, count: int) -> None:
    drawn = draw_twice(cases, 0.01, seed=0)
    assert len(drawn) == len(set(drawn)) == count
    assert all(0 <= row < cases for row in drawn)
    assert drawn == sorted(drawn)


def test_the_seed_says_which() -> None:
    assert draw_twice(1000, 0.01, 1) == draw_twice(1000, 0.01, 1) != draw_twice(1000, 0.01, 2)


def test_every_case_is_drawn_as_often_as_any_other() -> None:
    counts = [0] * 20
    for seed in range(4000):
        for row in draw_twice(20, 0.01, seed):
            counts[row] += 1
    assert sum(counts) == 4000
    assert min(counts) > 130  # of 200 on average, which is five standard deviations
    assert max(counts) < 270


def test_nothing_is_asked_twice_where_that_was_not_wanted_and_everything_where_it_was() -> None:
    assert draw_twice(1000, 0.0, 0) == []
    assert draw_twice(30, 1.0, 0) == list(range(30))
