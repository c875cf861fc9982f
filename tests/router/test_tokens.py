"""The impression token: what goes in comes out, and nothing else does."""

from base64 import urlsafe_b64decode
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api.names import ARMS
from interleaver.interleaving.ranking import Identity
from interleaver.interleaving.team_draft import Team
from interleaver.router.impression import Forged, Impression, check_item, hash_run, seal, unseal
from interleaver.router.keys import Key, KeyRing, derive_key

SECRET: Final = b"s" * 32
KEY: Final = derive_key("k1", SECRET)
RUN: Final = hash_run("shop/feed", "r1")
UNIT: Final = b"u" * 16


def make_ring(*keys: Key) -> KeyRing:
    return KeyRing(keys[0], {key.tag: key for key in keys}, SECRET)


identities = (
    st.text(max_size=20)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: not value.is_integer())
)
slots = st.lists(st.tuples(identities, st.sampled_from(Team)), max_size=200, unique_by=lambda slot: check_item(slot[0]))


@given(slots, st.binary(min_size=8, max_size=8), st.integers(0, 2**32 - 1), st.integers(0, 100), st.sampled_from(ARMS))
def test_a_token_says_what_was_sealed(
    shown: list[tuple[Identity, Team]], nonce: bytes, at: int, percent: int, arm: str
) -> None:
    items, teams = [item for item, _ in shown], [team for _, team in shown]
    impression = unseal(make_ring(KEY), seal(KEY, nonce, RUN, UNIT, at, items, teams, percent, arm).decode())
    ranks = {check_item(item): rank for rank, (item, _) in enumerate(shown)}
    assert impression == Impression(nonce, RUN, UNIT, at, arm, percent, [team for _, team in shown], ranks)
    assert [impression.find_owner(check_item(item)) for item, _ in shown] == [team for _, team in shown]


def test_a_token_of_20_items_stays_below_250_bytes_and_one_of_200_fits_a_header() -> None:
    def size(count: int) -> int:
        return len(seal(KEY, b"n" * 8, RUN, UNIT, 1, range(count), [Team.CHAMPION] * count))

    assert size(20) < 250
    assert size(200) < 2048
    assert size(5000) == size(200)


def test_the_owners_cannot_be_read_off_a_token() -> None:
    """Two tokens that differ in one owner alone differ there by a stream that changes with the nonce."""

    def owner_byte(nonce: bytes, team: Team) -> int:
        token = seal(KEY, nonce, RUN, UNIT, 1, ["a"], [team])
        return urlsafe_b64decode(token + b"==")[-17]

    seen = {owner_byte(bytes([number]) * 8, Team.CHAMPION) & 3 for number in range(64)}
    assert seen == {0, 1, 2, 3}


def test_a_key_that_is_gone_verifies_nothing_and_one_that_rotated_does() -> None:
    other = derive_key("k2", b"t" * 32)
    token = seal(KEY, b"n" * 8, RUN, UNIT, 1, ["a"], [Team.NEUTRAL]).decode()
    assert unseal(make_ring(other, KEY), token).find_owner(check_item("a")) is Team.NEUTRAL
    with pytest.raises(Forged):
        unseal(make_ring(other), token)
    with pytest.raises(Forged):
        unseal(make_ring(derive_key("k1", b"t" * 32)), token)


@given(st.text())
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(Forged):
        unseal(make_ring(KEY), text)
