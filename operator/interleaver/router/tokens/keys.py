"""The experiment's keys: a folder, mounted from a Secret, with one file per key id and a file `current`.

A key file holds 32 bytes in hex; `current` holds the id of the key that signs. Every key in the folder verifies, so
that a key can rotate while tokens of the former one are still in shoppers' browsers. The file `preview` is no key but
the token of previews.

Coins and unit hashes must not change in the middle of a run, so their salt comes from the run's id and a secret that
no rotation touches: the file `salt`, which signs and verifies nothing, or, without one, the key whose id sorts first.
"""

import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Final

from interleaver.api.names import PREVIEW_TOKEN_FILE
from interleaver.interleaving.digests import KEY_BYTES as DIGEST_KEY_BYTES
from interleaver.interleaving.digests import Keyed

KEY_BYTES: Final = 32
KEY_TAG_BYTES: Final = 4  # of the id's hash, which names the key in a token
TAG_BYTES: Final = 16  # of a token's signature
MASK_BYTES: Final = 64  # two bits for each of 256 slots
CURRENT: Final = "current"
SALT: Final = "salt"
MAC_DOMAIN: Final = b"interleaver.mac"
MASK_DOMAIN: Final = b"interleaver.mask"


class Key:
    """One key of a token: its name in tokens, and a key of its own for each use."""

    def __init__(self, tag: bytes, mac: Keyed, mask: Keyed) -> None:
        self.tag = tag
        self.mac = mac
        self.mask = mask


class KeyRing:
    """All keys: the one that signs, those that verify by tag, and the secret that salts are derived from."""

    def __init__(self, current: Key, by_tag: Mapping[bytes, Key], root: bytes) -> None:
        self.current = current
        self.by_tag = by_tag
        self.root = root


def read_keys(folder: str) -> KeyRing:
    """Read the folder. Raises ValueError in words that hold no key."""
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
        texts = {name: (Path(folder) / name).read_text("ascii").strip() for name in names}
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"keys: {folder} cannot be read: {error.__class__.__name__}") from None
    current, salt = texts.pop(CURRENT, None), texts.pop(SALT, None)
    texts.pop(PREVIEW_TOKEN_FILE, None)  # no key: who knows it must not be able to sign
    if current is None or current not in texts:
        raise ValueError(f"keys: {folder}/{CURRENT} must hold the id of a key in the folder")
    secrets = {name: parse_key(name, text) for name, text in texts.items()}
    keys = {name: derive_key(name, secret) for name, secret in secrets.items()}
    root = secrets[min(secrets)] if salt is None else parse_key(SALT, salt)
    return KeyRing(keys[current], {key.tag: key for key in keys.values()}, root)


def parse_key(name: str, text: str) -> bytes:
    """A key from its hex form."""
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise ValueError(f"keys: {name!r} must hold {KEY_BYTES} bytes in hex")
    return secret


def derive_key(name: str, secret: bytes) -> Key:
    """The keys for each use, which must not be the same."""
    tag = blake2b(name.encode(), digest_size=KEY_TAG_BYTES).digest()
    return Key(tag, derive(secret, MAC_DOMAIN, TAG_BYTES), derive(secret, MASK_DOMAIN, MASK_BYTES))


def derive(secret: bytes, domain: bytes, size: int) -> Keyed:
    """Digests of so many bytes, for one use."""
    return Keyed(blake2b(key=secret, digest_size=DIGEST_KEY_BYTES, person=domain).digest(), size)
