"""Keyed digests whose key and purpose are prepared once: half of what a BLAKE2b digest of a few bytes costs."""

from functools import lru_cache
from hashlib import blake2b
from typing import Final

PREPARED: Final = 64  # a few keys, a handful of uses of each


@lru_cache(maxsize=PREPARED)
def prepare(key: bytes, size: int, person: bytes, salt: bytes) -> blake2b:
    """A hash that has taken its key, to be copied."""
    return blake2b(key=key, digest_size=size, person=person, salt=salt)


def digest(key: bytes, text: bytes, size: int, person: bytes = b"", salt: bytes = b"") -> bytes:
    """The keyed BLAKE2b digest of a text, `size` bytes. Personalisation and salt as in hashlib."""
    state = prepare(key, size, person, salt).copy()
    state.update(text)
    return state.digest()
