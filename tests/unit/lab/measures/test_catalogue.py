"""What of the catalogue is shown, and how unknown it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.measures.catalogue import cover, inform, state, surprise
from interleaver.lab.measures.joining import collect
from interleaver.lab.terms.lists import gather

ITEMS = 12
tops = st.lists(st.lists(st.integers(-1, ITEMS - 1), min_size=3, max_size=3), min_size=2, max_size=12)


@given(tops, st.lists(st.booleans(), min_size=ITEMS, max_size=ITEMS), st.integers(1, 4))
def test_its_error_is_what_leaving_out_each_unit_gives(lists: list[list[int]], inside: list[bool], people: int) -> None:
    units = np.arange(len(lists)) % people
    number = int(units.max()) + 1
    catalogue = np.array(inside)
    found = cover(np.array(lists, dtype=np.int32), units, number, catalogue)

    def share(rows: list[list[int]]) -> float:
        return len({item for row in rows for item in row if item >= 0 and inside[item]}) / max(sum(inside), 1)

    assert found.share == share(lists)
    left_out = np.array(
        [share([row for row, unit in zip(lists, units, strict=True) if unit != out]) for out in range(number)]
    )
    if number > 1:
        wanted = np.sqrt((number - 1) / number * ((left_out - left_out.mean()) ** 2).sum())  # Efron and Stein 1981
        assert found.error == pytest.approx(wanted, abs=1e-12)
    else:
        assert np.isnan(found.error)


def test_coverage_varies_over_sets_of_people_less_than_its_error_says() -> None:
    generator = np.random.default_rng(0)
    chances = 1 / np.arange(1, 61)
    chances /= chances.sum()
    shares, errors = [], []
    for _ in range(200):
        lists = generator.choice(60, size=(40, 3), p=chances).astype(np.int32)
        found = cover(lists, np.arange(40), 40, np.ones(60, dtype=bool))
        shares.append(found.share)
        errors.append(found.error)
    assert np.std(shares) <= np.sqrt(np.mean(np.square(errors))) <= 2 * np.std(shares)


def test_an_item_that_everybody_likes_tells_nothing_and_one_that_nobody_likes_the_most() -> None:
    judged = gather([[0, 1], [0], [0, 2]])
    unknown = inform(judged, np.array([1.0, 0.0, 2.0, 1.0, 1.0]), 4, {})
    assert unknown == pytest.approx([0, 2, 1, 2])  # log2 of 4 over 4, 1, 2 and 1


def test_stated_popularity_goes_before_what_was_judged() -> None:
    codes = collect(["1", "2", "3"])
    stated = state({"1": {"popularity": 0.5}, "2": {"popularity": 0.125}, "3": {"title": "unknown"}})
    by_code = {codes[item]: known for item, known in stated.items()}
    assert inform(gather([[0]]), np.array([1.0]), 3, by_code).tolist() == [1, 3, 3]


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "0.5", float("nan")])
def test_a_popularity_that_is_no_share_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="item 1: popularity is"):
        state({"1": {"popularity": wrong}})


def test_novelty_is_a_mean_over_what_is_shown() -> None:
    assert surprise(np.array([[0, 1], [1, -1], [-1, -1]], dtype=np.int32), np.array([1.0, 4.0])).tolist() == [2.5, 4, 0]
