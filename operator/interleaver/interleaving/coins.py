"""Lots and coins: all randomness of a run, drawn from a secret salt and the unit alone.

A unit sees the same order and stays on the same side for the whole run, on every replica and after every restart, and
nobody without the key can predict either.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from interleaver.interleaving.digests import KEY_BYTES, Keyed
from interleaver.interleaving.memo import remember

if TYPE_CHECKING:
    from mypy_extensions import i64  # an integer of the machine; to the plain interpreter the name is a comment

SALT_BYTES: Final = KEY_BYTES
LOT_BYTES: Final = 64  # the widest BLAKE2b digest: 8 bytes of share, 16 of hash, 40 of coins
SHARE_BYTES: Final = 8
UNIT_HASH_BYTES: Final = 16  # 128 bits: among a billion units two share a hash with a probability below 1e-20
COINS_AT: Final = SHARE_BYTES + UNIT_HASH_BYTES  # 320 coins; the deepest merged list takes 100

SALT_DOMAIN: Final = b"interleaver.salt"
LOT_DOMAIN: Final = b"interleaver.lots"
COIN_DOMAIN: Final = b"interleaver.coin"

SALTS: Final = 16  # that are prepared; those of a few runs
PREPARED: Final[dict[bytes, Keyed]] = {}


def derive_salt(key: bytes, run: str) -> bytes:
    """The run's salt, 32 bytes, from the experiment's key (16 to 64 bytes) and the run's id.

    Raises ValueError for a key that is too short to be a secret, or longer than BLAKE2b takes.
    """
    if len(key) < 16:
        raise ValueError(f"a key needs at least 16 bytes, this one has {len(key)}")
    return blake2b(run.encode(), key=key, digest_size=SALT_BYTES, person=SALT_DOMAIN).digest()


def list_bounds() -> list[bytes]:
    """By percent, the first lot that is not in: the share leads, and bytes compare as big-endian numbers do."""
    shares = [((percent << 8 * SHARE_BYTES) + 99) // 100 for percent in range(100)]
    return [*(share.to_bytes(SHARE_BYTES, "big") for share in shares), b"\xff" * (LOT_BYTES + 1)]  # behind every lot


BOUNDS: Final = list_bounds()


class Lot:
    """What a unit draws in a run: its share, the hash that it goes by, and its coins, cut from one digest.

    Without the salt the digest is noise, and no piece of noise says anything about another: who is interleaved has no
    coins of a kind, and the hash, which tokens and stores hold, gives away neither.
    """

    def __init__(self, salt: bytes, unit: str) -> None:
        self.salt = salt
        self.unit = spell_unit(unit)
        self.digest = prepare(salt).digest(self.unit)

    @property
    def hash(self) -> bytes:
        """What tokens and stores hold in place of the user, 16 bytes, different in every run."""
        return self.digest[SHARE_BYTES:COINS_AT]

    def is_in(self, percent: int) -> bool:
        """Whether the unit's requests are interleaved at this percent (0 to 100).

        A unit that is in at one percent is in at every greater one. The share is exact in the space of 64 bits: 0 takes
        nobody, 100 everybody.
        """
        return self.digest < BOUNDS[percent]

    def toss(self) -> "UnitCoins":
        """The unit's coins, from the first one."""
        return UnitCoins(self)


class Coins:
    """Coins, of which every contested turn takes one."""

    def flip(self) -> bool:
        """The next coin; True = candidate first. Raises ValueError when there is none."""
        raise NotImplementedError


class UnitCoins(Coins):
    """Endless fair coins of a unit: what is left of its lot, then blocks of 512."""

    def __init__(self, lot: Lot) -> None:
        self.lot = lot
        self.number = 0
        self.block = lot.digest
        self.at: i64 = 8 * COINS_AT

    def flip(self) -> bool:
        """The next coin; True = candidate first."""
        at = self.at
        if at == 8 * LOT_BYTES:
            self.number += 1
            self.block = hash_block(self.lot.salt, self.lot.unit, self.number)
            at = 0
        self.at = at + 1
        byte: i64 = self.block[at >> 3]
        return byte >> (at & 7) & 1 == 1


class GivenCoins(Coins):
    """Coins from elsewhere."""

    def __init__(self, flips: Iterable[bool]) -> None:
        self.flips = iter(flips)

    def flip(self) -> bool:
        """The next coin; True = candidate first. Raises ValueError when there is none."""
        coin = next(self.flips, None)
        if coin is None:
            raise ValueError("the coins ran out before the draft was complete")
        return coin


def prepare(salt: bytes) -> Keyed:
    """What lots are drawn with."""
    known = PREPARED.get(salt)
    return remember(PREPARED, SALTS, salt, Keyed(salt, LOT_BYTES, LOT_DOMAIN)) if known is None else known


def hash_block(salt: bytes, unit: bytes, number: int) -> bytes:
    """A further block of coins, from 1 on: few units ever need one."""
    counter = number.to_bytes(16, "little")
    return blake2b(unit, key=salt, digest_size=LOT_BYTES, person=COIN_DOMAIN, salt=counter).digest()


def spell_unit(unit: str) -> bytes:
    """The unit as bytes. Lone surrogates, which JSON permits, are kept instead of refused."""
    return unit.encode("utf-8", "surrogatepass")
