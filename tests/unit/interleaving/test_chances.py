"""Chances: what every coin could have made of an item's place, against all coins thrown one by one."""

from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.interleaving.chances import Chance, list_chances
from interleaver.interleaving.team_draft import draft

RANKINGS = st.integers(1, 6).flatmap(
    lambda size: st.tuples(
        st.permutations(range(8)).map(lambda items: items[:size]),
        st.permutations(range(8)).map(lambda items: items[:6]),
    )
)


def throw_all(champion: list[int], candidate: list[int], length: int) -> dict[int, Counter[int]]:
    """How often each item stands at each rank, over all coins."""
    found: dict[int, Counter[int]] = {}
    for coins in product((True, False), repeat=length):
        items = [slot.item for slot in draft(champion, candidate, length, coins)]
        tail = [item for item in champion if item not in items][: len(champion) - len(items)]
        for rank, item in enumerate(items + tail, 1):
            found.setdefault(item, Counter())[rank] += 1
    return found


@given(RANKINGS, st.integers(1, 6))
def test_two_places_with_half_a_chance_each_are_what_all_coins_come_to(
    rankings: tuple[list[int], list[int]], depth: int
) -> None:
    champion, candidate = rankings
    length = min(len(champion), depth)
    told = {
        item: Counter(rank for rank in chance if rank is not None)
        for item, chance in list_chances(champion, candidate, length).items()
    }
    thrown = throw_all(champion, candidate, length)
    assert told.keys() == thrown.keys()
    for item, counts in thrown.items():
        shares = {rank: Fraction(number, 2**length) for rank, number in counts.items()}
        assert shares == {rank: Fraction(number, 2) for rank, number in told[item].items()}


@pytest.mark.parametrize(
    ("champion", "candidate", "length", "chances"),
    [
        ("ab", "ba", 2, {"a": (2, 1), "b": (1, 2)}),
        ("abc", "abc", 3, {"a": (1, 1), "b": (2, 2), "c": (3, 3)}),
        ("ab", "cd", 1, {"a": (2, 1), "c": (1, None), "b": (None, 2)}),
        ("abc", "bac", 1, {"a": (2, 1), "b": (1, 2), "c": (3, 3)}),
    ],
    ids=["a pair trades places", "agreement is certain", "a rival is cut off", "and comes again in the tail"],
)
def test_chances_of_short_lists(
    champion: str, candidate: str, length: int, chances: dict[str, tuple[int | None, int | None]]
) -> None:
    told = list_chances(list(champion), list(candidate), length)
    assert {item: tuple(chance) for item, chance in told.items()} == chances


def test_where_an_item_would_have_stood_is_told_from_where_it_stands() -> None:
    assert Chance(1, 2).find_other(1) == 2
    assert Chance(1, 2).find_other(2) == 1
    assert Chance(3, None).find_other(None) == 3
    assert Chance(4, 4).find_other(4) == 4
    assert Chance(4, 4).is_certain
