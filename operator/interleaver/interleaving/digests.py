"""Keyed digests whose key and purpose are prepared once: half of what a BLAKE2b digest of a few bytes costs."""

from hashlib import blake2b
from typing import Final

from interleaver.interleaving.memo import remember

KEYS: Final = 16  # prepared of each purpose; those of a few runs


class Purpose:
    """One use of keyed digests, which says nothing about any other: BLAKE2b's personalisation keeps them apart."""

    def __init__(self, size: int, person: bytes = b"") -> None:
        self.size = size  # bytes of a digest
        self.person = person
        self.prepared: dict[bytes, blake2b] = {}

    def digest(self, key: bytes, text: bytes) -> bytes:
        """The digest of a text under a key of at most 64 bytes."""
        prepared = self.prepared.get(key)
        state = (self.prepare(key) if prepared is None else prepared).copy()
        state.update(text)
        return state.digest()

    def prepare(self, key: bytes) -> blake2b:
        """A hash that has taken its key, to be copied."""
        return remember(self.prepared, KEYS, key, blake2b(key=key, digest_size=self.size, person=self.person))
