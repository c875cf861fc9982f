"""Bounds of shares and of their differences."""

import pytest

from interleaver.stats.shares import Bounds, bound_difference, bound_share


def test_the_bounds_are_wilsons() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), his table of score intervals: 81 of 263, and 15 of 148, at 95 %.
    assert bound_share(81, 263, 1.959964) == pytest.approx((0.2553, 0.3080, 0.3662), abs=5e-5)
    assert bound_share(15, 148, 1.959964) == pytest.approx((0.0624, 0.1014, 0.1605), abs=5e-5)
    assert bound_share(0, 20, 1.959964) == pytest.approx((0.0, 0.0, 0.1611), abs=5e-5)
    assert bound_share(1, 29, 1.959964) == pytest.approx((0.0061, 0.0345, 0.1718), abs=5e-5)


def test_the_difference_is_newcombes_whichever_is_greater() -> None:
    # The same author's paper on differences, example (a): 56 of 70 and 48 of 80; method 10 begins at 0.0524.
    one, other = bound_share(56, 70, 1.959964), bound_share(48, 80, 1.959964)
    assert bound_difference(one, other) == bound_difference(other, one) == pytest.approx(0.0524, abs=5e-5)


def test_shares_that_need_not_differ_do_not() -> None:
    assert bound_difference(bound_share(5, 10, 2), bound_share(6, 10, 2)) == 0
    assert bound_difference(Bounds(0.1, 0.5, 0.9), Bounds(0.1, 0.5, 0.9)) == 0


@pytest.mark.parametrize(
    ("hits", "trials", "z"), [(1, 0, 2), (2, 1, 2), (-1, 5, 2), (1, 5, 0), (True, 5, 2), (1.5, 5, 2)]
)
def test_what_is_no_share_is_refused(hits: int, trials: int, z: float) -> None:
    with pytest.raises(ValueError, match="must"):
        bound_share(hits, trials, z)
