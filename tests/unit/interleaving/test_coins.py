"""Coins, shares and hashes drawn from the run's salt."""

from collections import Counter
from itertools import islice
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.interleaving.coins import derive_salt, flip_coins, hash_unit, is_interleaved

KEY = bytes(range(32))
SALT = derive_salt(KEY, "v42-20261122t101500z")
UNITS = [f"user-{number}" for number in range(20_000)]


def flips(unit: str, number: int, salt: bytes = SALT) -> list[bool]:
    return list(islice(flip_coins(salt, unit), number))


def within(count: int, total: int, share: float, deviations: float = 4.5) -> bool:
    """Whether a count is as a binomial's would be; the inputs are fixed, so the answer is."""
    return abs(count - total * share) <= deviations * sqrt(total * share * (1 - share))


def test_salts_coins_and_hashes_are_these_forever() -> None:
    # Recorded once from this code: another value would put every unit of a running experiment on other coins.
    assert SALT.hex() == "43ddb5f249bbe8caa3649e7da22611458b674879c5d60f250c650323bff1df73"
    assert "".join("BA"[not flip] for flip in flips("user-1", 16)) == "BBABAAABBBBBABAB"
    assert hash_unit(SALT, "user-1").hex() == "8c704a232eb3970a0d9520f3539392b0"
    assert next(percent for percent in range(101) if is_interleaved(SALT, "user-1", percent)) == 99


@given(st.text(), st.integers(0, 70))
def test_a_unit_always_gets_the_same_coins(unit: str, number: int) -> None:
    assert flips(unit, number) == flips(unit, 70)[:number]


def test_coins_never_end_and_blocks_differ() -> None:
    coins = flips("user-1", 4 * 512)
    assert len({tuple(coins[start : start + 512]) for start in range(0, len(coins), 512)}) == 4


def test_coins_are_fair_at_every_turn_and_turns_are_independent() -> None:
    coins = [flips(unit, 3) for unit in UNITS]
    for turn in range(3):
        assert within(sum(flip[turn] for flip in coins), len(UNITS), 0.5)
    for count in Counter(map(tuple, coins)).values():
        assert within(count, len(UNITS), 1 / 8)


@given(st.text(), st.integers(0, 99))
def test_a_unit_that_is_in_stays_in_when_percent_grows(unit: str, percent: int) -> None:
    assert is_interleaved(SALT, unit, percent + 1) or not is_interleaved(SALT, unit, percent)


@given(st.text())
def test_nobody_is_in_at_0_and_everybody_at_100(unit: str) -> None:
    assert not is_interleaved(SALT, unit, 0)
    assert is_interleaved(SALT, unit, 100)


@pytest.mark.parametrize("percent", [1, 10, 25, 50, 99])
def test_the_share_of_units_is_the_percent(percent: int) -> None:
    count = sum(is_interleaved(SALT, unit, percent) for unit in UNITS)
    assert within(count, len(UNITS), percent / 100)


def test_the_share_a_unit_falls_into_says_nothing_about_its_coins() -> None:
    inside = [unit for unit in UNITS if is_interleaved(SALT, unit, 10)]
    assert within(sum(flips(unit, 1)[0] for unit in inside), len(inside), 0.5)


def test_another_run_or_key_draws_anew() -> None:
    for salt in (derive_salt(KEY, "v43-20261122t101500z"), derive_salt(bytes(32), "v42-20261122t101500z")):
        same = sum(flips(unit, 1) == flips(unit, 1, salt) for unit in UNITS)
        assert within(same, len(UNITS), 0.5)
        stayed = sum(is_interleaved(SALT, unit, 50) == is_interleaved(salt, unit, 50) for unit in UNITS)
        assert within(stayed, len(UNITS), 0.5)
        assert hash_unit(salt, "user-1") != hash_unit(SALT, "user-1")


def test_units_have_hashes_of_their_own() -> None:
    assert len({hash_unit(SALT, unit) for unit in UNITS}) == len(UNITS)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        derive_salt(b"secret", "run")


def test_a_lone_surrogate_is_a_unit_like_any_other() -> None:
    assert hash_unit(SALT, "\ud800") != hash_unit(SALT, "\ud801")
