"""Who sent an event: Standard Webhooks 1.0, symmetric. Any of its libraries does the same."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Final

TOLERANCE: Final = 300  # seconds between the sender's clock and ours; whoever recorded a request may repeat it as long
PREFIX: Final = "whsec_"


class Forged(Exception):
    """A request that nobody with a key of ours has sent, or sent lately."""


def read_keys(text: str) -> list[bytes]:
    """The keys of a file that has one a line: whsec_ and base64. Raises ValueError."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    keys = [base64.b64decode(line.removeprefix(PREFIX), validate=True) for line in lines]
    if not keys or min(map(len, keys)) < 24:
        raise ValueError("give at least one key, of 24 bytes or more")
    return keys


def verify(keys: Iterable[bytes], headers: Mapping[str, str], body: bytes, now: float) -> str:
    """The event's id, once its signature and age are in order. Raises Forged."""
    id_, at = headers.get("webhook-id") or "", headers.get("webhook-timestamp") or ""
    if not id_ or not at.isascii() or not at.isdigit() or len(at) > 12 or abs(int(at) - now) > TOLERANCE:
        raise Forged("there is no id, or no time that is close to ours")
    content = f"{id_}.{at}.".encode() + body
    expected = [hmac.new(key, content, hashlib.sha256).digest() for key in keys]
    for signature in (headers.get("webhook-signature") or "").split(" ")[:8]:
        version, _, text = signature.partition(",")
        if version == "v1" and any(hmac.compare_digest(decode(text), each) for each in expected):
            return id_
    raise Forged("no signature is by a key of ours")


def decode(text: str) -> bytes:
    """A signature's bytes; empty when it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
