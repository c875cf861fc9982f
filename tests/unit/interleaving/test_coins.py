"""What units draw from the run's salt: shares, hashes and coins."""

from hashlib import blake2b
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.interleaving.coins import COINS_AT, LOT_BYTES, SHARE_BYTES, GivenCoins, Lot, derive_salt
from interleaver.interleaving.digests import Keyed

KEY = bytes(range(32))
SALT = derive_salt(KEY, "v42-20261122t101500z")
UNITS = [f"user-{number}" for number in range(20_000)]
LOTS = [Lot(SALT, unit) for unit in UNITS]
OF_A_LOT = 8 * (LOT_BYTES - COINS_AT)  # coins


def flip(lot: Lot, number: int) -> list[bool]:
    """So many coins of a lot."""
    coins = lot.toss()
    return [coins.flip() for _ in range(number)]


def within(count: int, total: int, share: float, deviations: float = 4.5) -> bool:
    """Whether a count is as a binomial's would be; the inputs are fixed, so the answer is."""
    return abs(count - total * share) <= deviations * sqrt(total * share * (1 - share))


def test_salts_coins_and_hashes_are_these_forever() -> None:
    # Recorded once from this code: another value would put every unit of a running experiment on other coins.
    lot = Lot(SALT, "user-1")
    assert SALT.hex() == "43ddb5f249bbe8caa3649e7da22611458b674879c5d60f250c650323bff1df73"
    assert "".join("BA"[not coin] for coin in flip(lot, 16)) == "BAABBBAABABABABB"
    assert lot.hash.hex() == "c88ff6ac5e9ccf88e6a67420cbbf0d3a"
    assert next(percent for percent in range(101) if lot.is_in(percent)) == 96


def test_a_digest_is_that_of_the_key_and_the_text() -> None:
    digest = blake2b(KEY + b"text", digest_size=20, person=b"purpose").digest()
    assert Keyed(KEY, 20, b"purpose").digest(b"text") == digest
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        Keyed(KEY[1:], 20)


# Coins.


@given(st.text(), st.integers(0, 70))
def test_a_unit_always_gets_the_same_coins(unit: str, number: int) -> None:
    assert flip(Lot(SALT, unit), number) == flip(Lot(SALT, unit), 70)[:number]


def test_the_first_coins_are_the_bits_of_the_lot_from_the_lowest_of_each_byte() -> None:
    bits = np.unpackbits(np.frombuffer(LOTS[1].digest[COINS_AT:], np.uint8), bitorder="little")
    assert flip(LOTS[1], OF_A_LOT) == bits.astype(bool).tolist()


def test_coins_never_end_and_blocks_differ() -> None:
    coins = flip(LOTS[1], OF_A_LOT + 4 * 512)[OF_A_LOT:]
    blocks = [coins[start : start + 512] for start in range(0, len(coins), 512)]
    assert all(within(sum(block), 512, 0.5) for block in blocks)
    assert all(within(sum(map(bool.__xor__, *pair)), 512, 0.5) for pair in pairwise(blocks))


def test_the_coins_behind_a_lot_are_fair_and_independent_of_those_in_it() -> None:
    pairs = [flip(lot, OF_A_LOT + 1)[-2:] for lot in LOTS[:4000]]
    assert within(sum(behind for _, behind in pairs), len(pairs), 0.5)
    assert within(sum(last is behind for last, behind in pairs), len(pairs), 0.5)


def test_given_coins_fall_as_they_are_given_and_run_out() -> None:
    coins = GivenCoins([True, False])
    assert [coins.flip(), coins.flip()] == [True, False]
    with pytest.raises(ValueError, match="ran out"):
        coins.flip()


# The cut of a lot.


def test_every_bit_of_a_lot_is_fair_and_no_two_have_to_do_with_each_other() -> None:
    """So that share, hash and coins of one digest are as independent as those of three.

    Of 130,816 pairs one deviates by six standard deviations once in 3,900 times.
    """
    lots = np.frombuffer(b"".join(lot.digest for lot in LOTS), np.uint8).reshape(len(LOTS), LOT_BYTES)
    signs = 2.0 * np.unpackbits(lots, axis=1).astype(np.float32) - 1
    assert np.abs(signs.sum(axis=0)).max() < 4.5 * sqrt(len(LOTS))
    together = signs.T @ signs
    np.fill_diagonal(together, 0)
    assert np.abs(together).max() < 6 * sqrt(len(LOTS))


def test_share_hash_and_coins_are_cut_from_a_lot_without_overlap() -> None:
    lot = LOTS[1]
    whole, coins = lot.digest, flip(lot, OF_A_LOT)
    lot.digest = b"\xff" * SHARE_BYTES + whole[SHARE_BYTES:]
    assert (lot.hash, flip(lot, OF_A_LOT), lot.is_in(99)) == (whole[SHARE_BYTES:COINS_AT], coins, False)
    lot.digest = whole[:SHARE_BYTES] + bytes(16) + whole[COINS_AT:]
    assert (lot.hash, flip(lot, OF_A_LOT)) == (bytes(16), coins)
    lot.digest = whole


@pytest.mark.parametrize("percent", [10, 50])
def test_the_share_a_unit_falls_into_says_nothing_about_its_coins_or_its_hash(percent: int) -> None:
    inside = [lot for lot in LOTS if lot.is_in(percent)]
    coins = np.array([flip(lot, 20) for lot in inside])
    hashes = np.unpackbits(np.array([list(lot.hash) for lot in inside], np.uint8), axis=1)
    for column in (*coins.T, *hashes.T):
        assert within(int(column.sum()), len(inside), 0.5)


# Shares.


@given(st.text(), st.integers(0, 99))
def test_a_unit_that_is_in_stays_in_when_percent_grows(unit: str, percent: int) -> None:
    lot = Lot(SALT, unit)
    assert lot.is_in(percent + 1) or not lot.is_in(percent)


@pytest.mark.parametrize("percent", range(101))
def test_a_percent_of_all_lots_is_in_to_the_last_one(percent: int) -> None:
    lot, inside = Lot(SALT, "u"), -(-(percent << 64) // 100)
    if percent > 0:
        lot.digest = (inside - 1).to_bytes(8, "big") + b"\xff" * 56
        assert lot.is_in(percent)
    if percent < 100:
        lot.digest = inside.to_bytes(8, "big") + bytes(56)
        assert not lot.is_in(percent)


@pytest.mark.parametrize("percent", [1, 10, 25, 50, 99])
def test_the_share_of_units_is_the_percent(percent: int) -> None:
    assert within(sum(lot.is_in(percent) for lot in LOTS), len(LOTS), percent / 100)


# Runs and units.


def test_another_run_or_key_draws_anew() -> None:
    for salt in (derive_salt(KEY, "v43-20261122t101500z"), derive_salt(bytes(32), "v42-20261122t101500z")):
        pairs = [(lot, Lot(salt, unit)) for lot, unit in zip(LOTS, UNITS, strict=True)]
        assert within(sum(flip(lot, 1) == flip(other, 1) for lot, other in pairs), len(UNITS), 0.5)
        assert within(sum(lot.is_in(50) == other.is_in(50) for lot, other in pairs), len(UNITS), 0.5)
        assert not {lot.hash for lot, _ in pairs} & {other.hash for _, other in pairs}


def test_units_have_hashes_of_their_own() -> None:
    assert len({lot.hash for lot in LOTS}) == len(UNITS)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        derive_salt(b"secret", "run")


def test_a_lone_surrogate_is_a_unit_like_any_other() -> None:
    assert Lot(SALT, "\ud800").hash != Lot(SALT, "\ud801").hash
