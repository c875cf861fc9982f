"""When a change costs too much."""

import pytest
from bench.instructions.judgement import ALLOWED, BadTrailer, Comparison, list_excesses, read_trailer, sum_allowances


def compare(before: tuple[float, ...], after: tuple[float, ...]) -> Comparison:
    return Comparison("interleaving", before, after)


def test_the_change_is_that_of_the_medians() -> None:
    # One batch with a rare collection of garbage says nothing about the code.
    assert compare((100, 100, 180), (103, 103, 103)).change == pytest.approx(3)


def test_the_spread_is_that_of_the_worse_side() -> None:
    assert compare((100, 100, 100), (99, 100, 102)).spread == pytest.approx(3)


def test_what_stays_below_the_allowance_is_no_excess() -> None:
    assert list_excesses([compare((100,), (104.9,)), compare((100,), (50,))], ALLOWED) == []


def test_what_is_above_the_allowance_is_named_with_its_figures() -> None:
    (excess,) = list_excesses([compare((100,), (108,)), compare((100,), (101,))], ALLOWED)
    assert "interleaving" in excess
    assert "8.0 %" in excess


def test_a_trailer_allows_what_it_says() -> None:
    allowed = sum_allowances(["+8% because tokens are longer"])
    assert list_excesses([compare((100,), (107.9,))], allowed) == []
    assert list_excesses([compare((100,), (108.1,))], allowed) != []


def test_trailers_of_several_commits_add_up() -> None:
    assert sum_allowances(["+8% because a", "+2.5 % because b"]) == pytest.approx(10.5)


def test_a_small_trailer_takes_nothing_away() -> None:
    assert sum_allowances(["+1% because a"]) == ALLOWED == sum_allowances([])


@pytest.mark.parametrize("trailer", ["8% because a", "+8%", "+8% because ", "much because a", "+-8% because a"])
def test_a_trailer_without_a_number_or_a_reason_is_refused(trailer: str) -> None:
    with pytest.raises(BadTrailer):
        read_trailer(trailer)
