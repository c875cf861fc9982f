"""The impression token: what a merged answer showed, signed, so that no router has to remember it.

Layout, then base64url without padding: version (1 byte), key tag (4), nonce (8), run hash (8), unit hash (16), unix
seconds (4), the unit's arm and the ramp's percent (1), number of slots (1), a checksum of each item's id (4 each), two
owner bits for each slot (4 to a byte), and a keyed BLAKE2b tag (16) over all that. 20 items make 194 characters, the
bound of 200 about 1,230. A token without slots is of an answer that was no comparison: it earns no credit, and is given
only where all conversions of both arms are compared.

The owner bits are masked with a keyed stream over the nonce: a shop's client must not learn which model an item is
from. The items' checksums need no key: the client sees the items, and the tag keeps it from adding any.
"""

import hmac
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from binascii import b2a_base64
from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct
from typing import Final, NamedTuple
from zlib import crc32

from interleaver.api.names import ARMS
from interleaver.interleaving.digests import Purpose
from interleaver.interleaving.memo import remember
from interleaver.interleaving.ranking import Identity, spell
from interleaver.interleaving.team_draft import CANDIDATE, CHAMPION, FILL, NEUTRAL, Team

from .keys import Key, KeyRing

VERSION: Final = 2
NONCE_BYTES: Final = 8
RUN_BYTES: Final = 8
TAG_BYTES: Final = 16
MOST_SLOTS: Final = 200  # the greatest depth; what the champion's tail shows beyond it is not in the token
HEAD: Final = Struct(">B4s8s8s16sIBB")
ARM_CODES: Final = {arm: index << 7 for index, arm in enumerate(ARMS)}  # beside the percent, which takes seven bits
TEAMS: Final = (CHAMPION, CANDIDATE, NEUTRAL, FILL)  # by the two bits of an owner
URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")  # RFC 4648 section 5
TAGS: Final = Purpose(TAG_BYTES)
MASKS: Final = Purpose(64)  # bytes: two bits for each of 256 slots
MOST_CHECKS: Final = 4096  # ids whose checksums are kept for the whole process; 1 MB
CHECKED_LETTERS: Final = 64  # of an id whose checksum is kept
CHECKS: Final[dict[Identity, bytes]] = {}


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

    def find_owner(self, check: int) -> Team | None:
        """The team that put the item there; None if it was not shown."""
        rank = self.ranks.get(check)
        return None if rank is None else self.teams[rank]


def hash_run(experiment: str, run: str) -> bytes:
    """The name of a run in tokens; a run of another experiment may have the same id."""
    return blake2b(f"{experiment}\n{run}".encode(), digest_size=RUN_BYTES).digest()


def check_item(item: Identity) -> int:
    """The checksum of an item's id."""
    return crc32(spell(item))


def spell_checks(items: Sequence[Identity]) -> bytes:
    """The checksums of many ids, 4 bytes each. Those of ids that were shown lately are a look-up."""
    checks: list[bytes] = []
    for item in items:
        check = CHECKS.get(item)
        checks.append(remember_check(item) if check is None else check)
    return b"".join(checks)


def remember_check(item: Identity) -> bytes:
    """The checksum of an id, 4 bytes, kept for the lists to come."""
    check = check_item(item).to_bytes(4, "big")
    if type(item) is not str or len(item) <= CHECKED_LETTERS:
        remember(CHECKS, MOST_CHECKS, item, check)
    return check


def seal(
    key: Key,
    nonce: bytes,
    run: bytes,
    unit: bytes,
    shown_at: int,
    items: Sequence[Identity],
    teams: Sequence[Team],
    percent: int = 100,
    arm: str = "interleaved",
) -> bytes:
    """The token of an impression: items and the team of each, of which those beyond MOST_SLOTS are left out."""
    items, teams = items[:MOST_SLOTS], teams[:MOST_SLOTS]
    count, stand = len(items), percent | ARM_CODES[arm]
    owners = mask(key, nonce, pack_owners(teams))
    head = HEAD.pack(VERSION, key.tag, nonce, run, unit, shown_at, stand, count)
    body = head + spell_checks(items) + owners
    return encode_token(body + sign(key, body))


def encode_token(data: bytes) -> bytes:
    """base64url without padding; base64's own function of that name takes three times as long."""
    return b2a_base64(data, newline=False).translate(URL_SAFE).rstrip(b"=")


def unseal(ring: KeyRing, token: str) -> Impression:
    """Read a token. Raises Forged unless one of our keys has signed exactly this."""
    try:
        data = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (Base64Error, ValueError):
        raise Forged("no token") from None
    if len(data) < HEAD.size + TAG_BYTES or data[0] != VERSION:
        raise Forged("no token")
    if encode_token(data) != token.encode():
        raise Forged("no token")  # the decoder skips what is no base64; one impression has one token
    _, tag, nonce, run, unit, shown_at, stand, count = HEAD.unpack_from(data)
    key = ring.by_tag.get(tag)
    body, signature = data[:-TAG_BYTES], data[-TAG_BYTES:]
    if key is None or not hmac.compare_digest(sign(key, body), signature):
        raise Forged("the signature does not verify")
    checks = body[HEAD.size : HEAD.size + 4 * count]
    teams = unpack_owners(mask(key, nonce, body[HEAD.size + 4 * count :]), count)
    # The first of two equal checksums decides; two of 20 ids share one about once in 20 million lists.
    ranks: dict[int, int] = {}
    for index in range(count):
        ranks.setdefault(int.from_bytes(checks[4 * index : 4 * index + 4], "big"), index)
    return Impression(nonce, run, unit, shown_at, ARMS[stand >> 7], stand & 127, teams, ranks)


def sign(key: Key, body: bytes) -> bytes:
    return TAGS.digest(key.mac, body)


def pack_owners(teams: Sequence[Team]) -> bytes:
    """Two bits a slot, the first slot in the lowest bits."""
    packed: list[int] = []
    byte = shift = 0
    for team in teams:
        byte |= find_code(team) << shift
        shift += 2
        if shift == 8:
            packed.append(byte)
            byte = shift = 0
    if shift:
        packed.append(byte)
    return bytes(packed)


def find_code(team: Team) -> int:
    """The place of a team in TEAMS; a look-up in a dictionary takes four times as long."""
    if team is CHAMPION:
        return 0
    if team is CANDIDATE:
        return 1
    return 2 if team is NEUTRAL else 3


def unpack_owners(packed: bytes, count: int) -> list[Team]:
    bits = int.from_bytes(packed, "little")
    return [TEAMS[bits >> 2 * index & 3] for index in range(count)]


def mask(key: Key, nonce: bytes, owners: bytes) -> bytes:
    """Mask or unmask. One BLAKE2b digest is 64 bytes, enough for 256 slots."""
    stream = MASKS.digest(key.mask, nonce)
    return bytes([owners[at] ^ stream[at] for at in range(len(owners))])
