"""The impression token: what goes in comes out, and nothing else does."""

from base64 import urlsafe_b64decode
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.api.names import ARMS
from interleaver.interleaving.ranking import Identity
from interleaver.interleaving.team_draft import Team
from interleaver.router.tokens.impression import Forged, Impression, hash_run, unseal
from interleaver.router.tokens.keys import TAG_BYTES, Key, KeyRing, derive_key
from interleaver.router.tokens.sealing import CHECKS, MOST_CHECKS, check_item, seal, spell_check

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
        return len(seal(KEY, b"n" * 8, RUN, UNIT, 1, list(range(count)), [Team.CHAMPION] * count))

    assert size(20) < 250
    assert size(200) < 2048
    assert size(5000) == size(200)


LIST: Final[list[Identity]] = list(range(20))
OWNERS: Final = [list(Team)[number % 4] for number in range(20)]
SWAPS: Final = {
    Team.CHAMPION: Team.CANDIDATE,
    Team.CANDIDATE: Team.CHAMPION,
    Team.NEUTRAL: Team.FILL,
    Team.FILL: Team.NEUTRAL,
}
NONCES: Final = 2000


def read_parts(number: int, owners: list[Team]) -> tuple[bytes, list[int]]:
    """What a client sees of a list's token before the owners, and the bits of the owners as they stand there."""
    token = seal(KEY, number.to_bytes(8, "big"), RUN, UNIT, 1, LIST, owners)
    data = urlsafe_b64decode(token + b"=" * (-len(token) % 4))
    size = len(LIST) // 4
    masked = int.from_bytes(data[-TAG_BYTES - size : -TAG_BYTES], "little")
    return data[: -TAG_BYTES - size], [masked >> bit & 1 for bit in range(8 * size)]


@pytest.mark.parametrize(
    "owners", [OWNERS, [SWAPS[team] for team in OWNERS], [Team.CHAMPION] * 20], ids=["mixed", "swapped", "one team"]
)
def test_a_token_tells_a_client_nothing_about_the_owners(owners: list[Team]) -> None:
    """Whoever owns the items, every bit is a fair coin, alone and beside its neighbour; the rest does not depend on it.

    Five standard deviations of 2,000 tosses are 0.056: by chance one of 120 such shares would miss it once in 14,000.
    """
    seen = [read_parts(number, owners) for number in range(NONCES)]
    assert [head for head, _ in seen] == [read_parts(number, OWNERS)[0] for number in range(NONCES)]
    columns = list(zip(*(bits for _, bits in seen), strict=True))
    pairs = [[a ^ b for a, b in zip(one, other, strict=True)] for one, other in pairwise(columns)]
    for column in (*columns, *pairs):
        assert abs(sum(column) / NONCES - 0.5) < 0.056


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


@given(
    st.integers(0, 10_000), st.integers(0, 3), st.text(max_size=3) | st.sampled_from(["=", "\n", "A", "!", "_", " "])
)
def test_a_token_that_was_changed_anywhere_is_forged(start: int, length: int, fresh: str) -> None:
    token = seal(KEY, b"n" * 8, RUN, UNIT, 0, ["a", "b", 3], [Team.CHAMPION, Team.CANDIDATE, Team.FILL]).decode()
    start %= len(token) + 1
    changed = token[:start] + fresh + token[start + length :]
    if changed == token:
        assert unseal(make_ring(KEY), changed).teams == [Team.CHAMPION, Team.CANDIDATE, Team.FILL]
    else:
        with pytest.raises(Forged):
            unseal(make_ring(KEY), changed)


def test_what_is_kept_of_checksums_is_bounded() -> None:
    for number in range(2 * MOST_CHECKS):
        for item in (str(number), number):
            assert spell_check(item) == check_item(item).to_bytes(4, "big")
    assert len(CHECKS) <= MOST_CHECKS
    spell_check("x" * 1000)
    assert "x" * 1000 not in CHECKS
