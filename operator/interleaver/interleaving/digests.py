"""Keyed digests whose key is prepared once."""

from hashlib import blake2b
from typing import Final

KEY_BYTES: Final = 32


class Keyed:
    """One use of a key: digests that nobody can tell from noise, or make, without it.

    The key is hashed in front of the text. BLAKE2 was made for that: whoever knows a digest cannot go on from it, as
    with SHA-2 (Luykx, Mennink, Neves, "Security Analysis of BLAKE2's Modes of Operation", ToSC 2016/1). Its own keyed
    mode is the same with the key padded to a block, at twice the work for a text as short as ours are. All keys have
    one length, so that no two of them can be taken for each other with a piece of the text. `person` is BLAKE2b's
    personalisation, which keeps the uses of one key apart.
    """

    def __init__(self, key: bytes, size: int, person: bytes = b"") -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key of digests has {KEY_BYTES} bytes, not {len(key)}")
        self.prepared = blake2b(key, digest_size=size, person=person)

    def digest(self, text: bytes) -> bytes:
        """The digest of a text, `size` bytes."""
        state = self.prepared.copy()
        state.update(text)
        return state.digest()
