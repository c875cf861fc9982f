"""Impressions: what a token says that one of our keys has signed. How tokens are made stands in `sealing`."""

import hmac
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from hashlib import blake2b
from typing import Final, NamedTuple

from interleaver.api.names import ARMS
from interleaver.interleaving.team_draft import CANDIDATE, CHAMPION, FILL, NEUTRAL, Team

from .keys import TAG_BYTES, KeyRing
from .sealing import HEAD, LATER_PAGE, VERSION, encode_token

RUN_BYTES: Final = 8
HEAD_LETTERS: Final = -(-HEAD.size // 3) * 4  # of a token, which spell its head and a byte or two more
VERSIONS: Final = (VERSION, LATER_PAGE)
TEAMS: Final = (CHAMPION, CANDIDATE, NEUTRAL, FILL)  # by the two bits of an owner


class Forged(ValueError):
    """Not a token that one of our keys has signed."""


class Impression(NamedTuple):
    """What a token says. `ranks` maps the checksum of an item's id to its slot, from 0 at the top."""

    nonce: bytes
    run: bytes
    unit: bytes
    shown_at: int  # unix seconds
    arm: str
    percent: int  # of the ramp when it was shown, 0 to 100
    teams: list[Team]  # of each slot
    ranks: dict[int, int]
    later: bool = False  # a later page, whose slots say nothing about ranks

    def find_owner(self, check: int) -> Team | None:
        """The team that put the item there; None if it was not shown."""
        rank = self.ranks.get(check)
        return None if rank is None else self.teams[rank]


def hash_run(experiment: str, run: str) -> bytes:
    """The name of a run in tokens; a run of another experiment may have the same id."""
    return blake2b(f"{experiment}\n{run}".encode(), digest_size=RUN_BYTES).digest()


def unseal(ring: KeyRing, token: str) -> Impression:
    """Read a token. Raises Forged unless one of our keys has signed exactly this."""
    try:
        data = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (Base64Error, ValueError):
        raise Forged("no token") from None
    if len(data) < HEAD.size + TAG_BYTES or data[0] not in VERSIONS:
        raise Forged("no token")
    if encode_token(data) != token.encode():
        raise Forged("no token")  # the decoder skips what is no base64; one impression has one token
    version, tag, nonce, run, unit, shown_at, stand, count = HEAD.unpack_from(data)
    key = ring.by_tag.get(tag)
    body, signature = data[:-TAG_BYTES], data[-TAG_BYTES:]
    if key is None or not hmac.compare_digest(key.mac.digest(body), signature):
        raise Forged("the signature does not verify")
    checks = body[HEAD.size : HEAD.size + 4 * count]
    teams = unmask_owners(body[HEAD.size + 4 * count :], key.mask.digest(nonce), count)
    # The first of two equal checksums decides; two of 20 ids share one about once in 20 million lists.
    ranks: dict[int, int] = {}
    for index in range(count):
        ranks.setdefault(int.from_bytes(checks[4 * index : 4 * index + 4], "big"), index)
    arm, percent, later = ARMS[stand >> 7], stand & 127, version == LATER_PAGE
    return Impression(nonce, run, unit, shown_at, arm, percent, teams, ranks, later)


def read_nonce(token: bytes) -> bytes:
    """The nonce of a token that we have made ourselves."""
    start = urlsafe_b64decode(token[:HEAD_LETTERS])
    nonce: bytes = HEAD.unpack_from(start)[2]
    return nonce


def unmask_owners(masked: bytes, stream: bytes, count: int) -> list[Team]:
    """The teams of so many slots."""
    bits = int.from_bytes(masked, "little") ^ int.from_bytes(stream[: len(masked)], "little")
    return [TEAMS[bits >> 2 * index & 3] for index in range(count)]
