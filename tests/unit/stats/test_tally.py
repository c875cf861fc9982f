"""The tally: counts that add."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.stats.tally import Tally

tallies = st.builds(Tally, *[st.integers(0, 10**9)] * 3)


@given(tallies, tallies, tallies)
def test_tallies_add_in_any_order(first: Tally, second: Tally, third: Tally) -> None:
    assert first + second == second + first
    assert (first + second) + third == first + (second + third)
    assert first + Tally() == first
    assert (first + second).votes == first.votes + second.votes


@given(tallies)
def test_the_champions_side_has_the_opposite_preference(tally: Tally) -> None:
    assert tally.mirrored.preference == -tally.preference
    assert tally.mirrored.mirrored == tally
    assert -0.5 <= tally.preference <= 0.5


@pytest.mark.parametrize(
    ("tally", "preference"),
    [
        pytest.param(Tally(1, 0, 0), 0.5, id="all wins"),
        pytest.param(Tally(0, 0, 7), -0.5, id="all losses"),
        pytest.param(Tally(0, 9, 0), 0.0, id="all ties"),
        pytest.param(Tally(3, 4, 1), 0.125, id="a tie is half a win: (3 + 2) / 8 - 1/2"),
        pytest.param(Tally(), 0.0, id="no votes say nothing"),
    ],
)
def test_the_preference_is_that_of_chapelle(tally: Tally, preference: float) -> None:
    assert tally.preference == preference


@pytest.mark.parametrize("count", [-1, 1.0, True, "1", None])
@pytest.mark.parametrize("name", ["wins", "ties", "losses"])
def test_a_count_that_is_no_whole_number_is_refused_by_name(name: str, count: object) -> None:
    with pytest.raises(ValueError, match=name):
        Tally(**{name: count})  # type: ignore[arg-type]
