"""Making impression tokens: what a merged answer showed, signed, so that no router has to remember it.

Layout, then base64url without padding: version (1 byte), key tag (4), nonce (8), run hash (8), unit hash (16), unix
seconds (4), the unit's arm and the ramp's percent (1), number of slots (1), a checksum of each item's id (4 each), two
owner bits for each slot (4 to a byte), and a keyed BLAKE2b tag (16) over all that. 20 items make 194 characters, the
bound of 200 about 1,230. A token without slots is of an answer that was no comparison: it earns no credit, and is given
only where all conversions of both arms are compared.

The owner bits are masked with a keyed stream over the nonce: a shop's client must not learn which model an item is
from. The items' checksums need no key: the client sees the items, and the tag keeps it from adding any.
"""

import os
from binascii import b2a_base64
from struct import Struct
from typing import Final
from zlib import crc32

from interleaver.api.names import ARMS
from interleaver.interleaving.memo import remember
from interleaver.interleaving.ranking import Identity, spell
from interleaver.interleaving.team_draft import CANDIDATE, CHAMPION, NEUTRAL, Team

from .keys import Key

VERSION: Final = 3
LATER_PAGE: Final = 4  # the version of a token of the same layout whose slots stand on a later page: they have no rank
NONCE_BYTES: Final = 8
NONCES_AT_ONCE: Final = 512
MOST_SLOTS: Final = 200  # the greatest depth; what the champion's tail shows beyond it is not in the token
HEAD: Final = Struct(">B4s8s8s16sIBB")
ARM_CODES: Final = {arm: index << 7 for index, arm in enumerate(ARMS)}  # beside the percent, which takes seven bits
URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")  # RFC 4648 section 5
MOST_CHECKS: Final = 4096  # ids whose checksums are kept for the whole process; 1 MB
CHECKED_LETTERS: Final = 64  # of an id whose checksum is kept
CHECKS: Final[dict[Identity, bytes]] = {}


class Nonces:
    """Nonces from the system's randomness, fetched many at a time: a system call for each costs as much as a seal."""

    def __init__(self) -> None:
        self.left: list[bytes] = []

    def draw(self) -> bytes:
        if not self.left:
            block = os.urandom(NONCE_BYTES * NONCES_AT_ONCE)
            self.left = [block[start : start + NONCE_BYTES] for start in range(0, len(block), NONCE_BYTES)]
        return self.left.pop()


NONCES: Final = Nonces()


def issue(
    key: Key,
    run: bytes,
    unit: bytes,
    shown_at: int,
    items: list[Identity],
    teams: list[Team],
    percent: int,
    arm: str = "interleaved",
    version: int = VERSION,
) -> bytes:
    """A new token: `seal` with a nonce that no other has."""
    return seal(key, NONCES.draw(), run, unit, shown_at, items, teams, percent, arm, version)


def seal(
    key: Key,
    nonce: bytes,
    run: bytes,
    unit: bytes,
    shown_at: int,
    items: list[Identity],
    teams: list[Team],
    percent: int = 100,
    arm: str = "interleaved",
    version: int = VERSION,
) -> bytes:
    """The token of an impression: items and the team of each, of which those beyond MOST_SLOTS are left out."""
    if len(items) > MOST_SLOTS:
        items, teams = items[:MOST_SLOTS], teams[:MOST_SLOTS]
    head = HEAD.pack(version, key.tag, nonce, run, unit, shown_at, percent | ARM_CODES[arm], len(items))
    owners = mask_owners(teams, key.mask.digest(nonce))
    body = head + b"".join([spell_check(item) for item in items]) + owners
    return encode_token(body + key.mac.digest(body))


def encode_token(data: bytes) -> bytes:
    """base64url without padding; base64's own function of that name takes three times as long."""
    return b2a_base64(data, newline=False).translate(URL_SAFE).rstrip(b"=")


def mask_owners(teams: list[Team], stream: bytes) -> bytes:
    """Two bits a slot, the first slot in the lowest bits, under a stream that is at least as long."""
    masked: list[int] = []
    byte = shift = 0
    for team in teams:
        byte |= find_code(team) << shift
        shift += 2
        if shift == 8:
            masked.append(byte ^ stream[len(masked)])
            byte = shift = 0
    if shift:
        masked.append(byte ^ stream[len(masked)])
    return bytes(masked)


def find_code(team: Team) -> int:
    """The place of a team in TEAMS; a look-up in a dictionary takes four times as long."""
    if team is CHAMPION:
        return 0
    if team is CANDIDATE:
        return 1
    return 2 if team is NEUTRAL else 3


def check_item(item: Identity) -> int:
    """The checksum of an item's id."""
    return crc32(spell(item))


def spell_check(item: Identity) -> bytes:
    """The checksum of an id, 4 bytes. Of an id that was shown lately it is a look-up."""
    check = CHECKS.get(item)
    return remember_check(item) if check is None else check


def remember_check(item: Identity) -> bytes:
    """The checksum of an id, 4 bytes, kept for the lists to come."""
    check = check_item(item).to_bytes(4, "big")
    if type(item) is not str or len(item) <= CHECKED_LETTERS:
        remember(CHECKS, MOST_CHECKS, item, check)
    return check
