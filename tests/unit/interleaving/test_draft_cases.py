"""The exact cases of the merge: every outcome of the coins is enumerated, so probabilities are counted, not sampled."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import pytest

from interleaver.interleaving.team_draft import Slot, Team, draft

LETTERS = {Team.CHAMPION: "A", Team.CANDIDATE: "B", Team.NEUTRAL: "n", Team.FILL: "f"}


def distribution(champion: Sequence[object], candidate: Sequence[object], length: int) -> dict[str, Fraction]:
    """Every merged list, written item by item with its team's letter, and its probability under fair coins."""
    flips = 6
    outcomes = Counter(
        " ".join(f"{slot.item}{LETTERS[slot.team]}" for slot in draft(champion, candidate, length, coins))
        for coins in product([False, True], repeat=flips)
    )
    return {merged: Fraction(count, 2**flips) for merged, count in outcomes.items()}


HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)


@pytest.mark.parametrize(
    ("champion", "candidate", "length", "expected"),
    [
        pytest.param([1, 2], [2, 3], 2, {"1A 2B": HALF, "2B 1A": HALF}, id="half-overlapping lists"),
        pytest.param(
            [1, 2],
            [3, 4],
            3,
            {"1A 3B 2A": QUARTER, "1A 3B 4B": QUARTER, "3B 1A 2A": QUARTER, "3B 1A 4B": QUARTER},
            id="disjoint lists, the coin also decides the last single slot",
        ),
        pytest.param(
            "abcd", "bcda", 4, {"aA bB cn dn": HALF, "bB aA cn dn": HALF}, id="rotated lists agree after one turn"
        ),
        pytest.param(
            "abcde",
            "bcafg",
            5,
            {
                "aA bB cn dA fB": QUARTER,
                "aA bB cn fB dA": QUARTER,
                "bB aA cn dA fB": QUARTER,
                "bB aA cn fB dA": QUARTER,
            },
            id="every contested turn has a coin of its own",
        ),
        pytest.param("abc", "abc", 3, {"an bn cn": Fraction(1)}, id="identical lists are all neutral"),
        pytest.param("abc", "", 3, {"af bf cf": Fraction(1)}, id="an empty candidate leaves only fill"),
        pytest.param("", "abc", 2, {"af bf": Fraction(1)}, id="an empty champion leaves only fill"),
        pytest.param("abc", "a", 3, {"an bf cf": Fraction(1)}, id="an exhausted candidate leaves fill"),
        pytest.param(
            "ab",
            "cabd",
            4,
            {"aA cB bn df": HALF, "cB aA bn df": HALF},
            id="what one list has beyond the other's end is fill",
        ),
        pytest.param("aab", "abb", 2, {"an bn": Fraction(1)}, id="duplicates keep their first place"),
        pytest.param(["a"], ["b"], 1, {"aA": HALF, "bB": HALF}, id="one slot goes to either by a coin"),
        pytest.param("ab", "ba", 0, {"": Fraction(1)}, id="length 0 shows nothing"),
        pytest.param([1, "1"], ["1", 1], 2, {"1A 1B": HALF, "1B 1A": HALF}, id="1 and '1' are two items"),
    ],
)
def test_the_merge_has_exactly_these_outcomes(
    champion: Sequence[object], candidate: Sequence[object], length: int, expected: dict[str, Fraction]
) -> None:
    assert distribution(champion, candidate, length) == expected


def test_true_sends_the_candidate_first() -> None:
    assert draft("a", "b", 2, [True]) == [Slot("b", Team.CANDIDATE), Slot("a", Team.CHAMPION)]
    assert draft("a", "b", 2, [False]) == [Slot("a", Team.CHAMPION), Slot("b", Team.CANDIDATE)]


def test_one_coin_is_taken_per_contested_turn_and_none_for_a_neutral_or_a_fill() -> None:
    coins = iter([True, False])
    slots = draft("nabxyz", "ncdx", 8, coins)
    assert "".join(LETTERS[slot.team] for slot in slots) == "nBAABnff"
    assert list(coins) == []


def test_coins_that_run_out_are_an_error_and_not_a_shorter_list() -> None:
    with pytest.raises(ValueError, match="coins ran out"):
        draft("ab", "cd", 4, [True])
