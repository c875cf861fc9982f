"""Issuing tokens: which answers carry one, and what it says of them."""

import os
from typing import TYPE_CHECKING, Final

from interleaver.api.names import IMPRESSION_HEADER
from interleaver.interleaving.ranking import Identity
from interleaver.interleaving.team_draft import Team
from interleaver.router.http1.headers import Header, Headers
from interleaver.router.tokens.impression import NONCE_BYTES, seal

if TYPE_CHECKING:
    from interleaver.router.config.in_force import InForce, Trial
    from interleaver.router.votes.store import Store

IMPRESSION: Final = IMPRESSION_HEADER.encode()
NONCES_AT_ONCE: Final = 512


class Nonces:
    """Nonces from the system's randomness, fetched many at a time: a system call for each costs as much as a seal."""

    def __init__(self) -> None:
        self.left: list[bytes] = []

    def take(self) -> bytes:
        if not self.left:
            block = os.urandom(NONCE_BYTES * NONCES_AT_ONCE)
            self.left = [block[start : start + NONCE_BYTES] for start in range(0, len(block), NONCE_BYTES)]
        return self.left.pop()


NONCES: Final = Nonces()


def issue(
    store: "Store",
    force: "InForce",
    trial: "Trial",
    unit: bytes,
    now: float,
    items: list[Identity],
    teams: list[Team],
    arm: str = "interleaved",
) -> bytes:
    """The token of an answer to a unit (its hash) at unix time `now`, remembered if units may be named in feedback."""
    percent, key, shown_at = force.percent, trial.keys.current, int(now)
    token = seal(key, NONCES.take(), trial.hash, unit, shown_at, items, teams, percent, arm)
    if force.config.feedback_token_file is not None:
        store.show(unit, token, shown_at)
    return token


def mark(headers: Headers, token: bytes) -> Headers:
    """The headers with our token, and none of the model's own."""
    name = IMPRESSION.lower()
    return [*(header for header in headers if header.key != name), Header(IMPRESSION, token)]
