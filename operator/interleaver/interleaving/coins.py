"""Coins and shares: all randomness of a run, drawn from a secret salt and the unit alone.

A unit sees the same order and stays on the same side for the whole run, on every replica and after every restart, and
nobody without the key can predict either. BLAKE2b's personalisation string keeps the uses of one salt apart, so that
whether a unit is interleaved says nothing about its coins.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from interleaver.interleaving.digests import Purpose

SALT_BYTES: Final = 32
UNIT_HASH_BYTES: Final = 16  # 128 bits: among a billion units two share a hash with a probability below 1e-20
COIN_BLOCK_BYTES: Final = 64  # the widest BLAKE2b digest; 512 coins cost one hash

SALT_DOMAIN: Final = b"interleaver.salt"
COIN_DOMAIN: Final = b"interleaver.coin"

SHARE_BYTES: Final = 8
SHARE_SPACE_BITS: Final = 8 * SHARE_BYTES

SHARES: Final = Purpose(SHARE_BYTES, b"interleaver.shar")
UNITS: Final = Purpose(UNIT_HASH_BYTES, b"interleaver.unit")
COINS: Final = Purpose(COIN_BLOCK_BYTES, COIN_DOMAIN)  # of the first block


def derive_salt(key: bytes, run: str) -> bytes:
    """The run's salt, 32 bytes, from the experiment's key (16 to 64 bytes) and the run's id.

    Raises ValueError for a key that is too short to be a secret, or longer than BLAKE2b takes.
    """
    if len(key) < 16:
        raise ValueError(f"a key needs at least 16 bytes, this one has {len(key)}")
    return blake2b(run.encode(), key=key, digest_size=SALT_BYTES, person=SALT_DOMAIN).digest()


def flip_coins(salt: bytes, unit: str) -> Iterator[bool]:
    """Endless fair coins of a unit, one per contested turn; True = candidate first. Nothing is hashed before use."""
    text = spell_unit(unit)
    number = 0
    while True:
        for byte in hash_block(salt, text, number):
            for place in range(8):
                yield byte >> place & 1 == 1
        number += 1


def hash_block(salt: bytes, unit: bytes, number: int) -> bytes:
    """A block of coins. The first one, mostly the only one, is prepared."""
    if number == 0:
        return COINS.digest(salt, unit)
    counter = number.to_bytes(16, "little")  # that of the first block would be BLAKE2b's default
    return blake2b(unit, key=salt, digest_size=COIN_BLOCK_BYTES, person=COIN_DOMAIN, salt=counter).digest()


def is_interleaved(salt: bytes, unit: str, percent: int) -> bool:
    """Whether a unit's requests are interleaved at this percent (0 to 100).

    A unit that is in at one percent is in at every greater one. The share is exact in the space of hashes: 0 takes
    nobody, 100 everybody.
    """
    place = int.from_bytes(SHARES.digest(salt, spell_unit(unit)), "little")
    return place * 100 < percent << SHARE_SPACE_BITS


def hash_unit(salt: bytes, unit: str) -> bytes:
    """A keyed hash of the unit, 16 bytes: what tokens and stores hold in place of the user, different in every run."""
    return UNITS.digest(salt, spell_unit(unit))


def spell_unit(unit: str) -> bytes:
    """The unit as bytes. Lone surrogates, which JSON permits, are kept instead of refused."""
    return unit.encode("utf-8", "surrogatepass")
