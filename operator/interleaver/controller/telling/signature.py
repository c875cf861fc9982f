"""Signatures by Standard Webhooks 1.0 (symmetric, `v1`), for which there are libraries in a dozen languages. Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

PREFIX: Final = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a key, as the standard asks
MOST_KEYS: Final = 4  # two are enough to rotate


class NoKey(ValueError):
    """A text that is no signing key; the message says what is wrong, and quotes none of it."""


def read_keys(text: str) -> tuple[bytes, ...]:
    """The keys of a file that has one a line. Raises NoKey."""
    lines = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    if not 1 <= len(lines) <= MOST_KEYS:
        raise NoKey(f"has {len(lines)} keys: give one, or up to {MOST_KEYS} while one takes the place of another")
    return tuple(read_key(number, line) for number, line in enumerate(lines, start=1))


def read_key(number: int, line: str) -> bytes:
    """One key. Raises NoKey."""
    fix = f"write it as {PREFIX} and base64 of {SHORTEST} to {LONGEST} random bytes"
    if not line.startswith(PREFIX):
        raise NoKey(f"has a key, number {number}, without {PREFIX}: {fix}")
    try:
        key = base64.b64decode(line.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise NoKey(f"has a key, number {number}, that is no base64: {fix}") from None
    if not SHORTEST <= len(key) <= LONGEST:
        raise NoKey(f"has a key, number {number}, of {len(key)} bytes: {fix}")
    return key


def sign(keys: Iterable[bytes], id_: str, at: int, body: bytes) -> dict[str, str]:
    """The headers that go with the body. `at` is when it is sent, in Unix seconds. Every key signs, so that a receiver
    that knows any of them can tell the sender."""
    content = f"{id_}.{at}.".encode() + body
    signatures = [base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode() for key in keys]
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
