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
from hashlib import blake2b
from struct import Struct
from typing import Final, NamedTuple
from zlib import crc32

from interleaver.api.names import ARMS
from interleaver.interleaving.memo import remember
from interleaver.interleaving.ranking import Identity, spell
from interleaver.interleaving.team_draft import CANDIDATE, CHAMPION, FILL, NEUTRAL, Team

from .keys import TAG_BYTES, Key, KeyRing

VERSION: Final = 3
NONCE_BYTES: Final = 8
RUN_BYTES: Final = 8
MOST_SLOTS: Final = 200  # the greatest depth; what the champion's tail shows beyond it is not in the token
HEAD: Final = Struct(">B4s8s8s16sIBB")
ARM_CODES: Final = {arm: index << 7 for index, arm in enumerate(ARMS)}  # beside the percent, which takes seven bits
TEAMS: Final = (CHAMPION, CANDIDATE, NEUTRAL, FILL)  # by the two bits of an owner
URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")  # RFC 4648 section 5
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
) -> bytes:
    """The token of an impression: items and the team of each, of which those beyond MOST_SLOTS are left out."""
    if len(items) > MOST_SLOTS:
        items, teams = items[:MOST_SLOTS], teams[:MOST_SLOTS]
    head = HEAD.pack(VERSION, key.tag, nonce, run, unit, shown_at, percent | ARM_CODES[arm], len(items))
    owners = mask_owners(teams, key.mask.digest(nonce))
    body = head + b"".join([spell_check(item) for item in items]) + owners
    return encode_token(body + key.mac.digest(body))


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
    if key is None or not hmac.compare_digest(key.mac.digest(body), signature):
        raise Forged("the signature does not verify")
    checks = body[HEAD.size : HEAD.size + 4 * count]
    teams = unmask_owners(body[HEAD.size + 4 * count :], key.mask.digest(nonce), count)
    # The first of two equal checksums decides; two of 20 ids share one about once in 20 million lists.
    ranks: dict[int, int] = {}
    for index in range(count):
        ranks.setdefault(int.from_bytes(checks[4 * index : 4 * index + 4], "big"), index)
    return Impression(nonce, run, unit, shown_at, ARMS[stand >> 7], stand & 127, teams, ranks)


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


def unmask_owners(masked: bytes, stream: bytes, count: int) -> list[Team]:
    """The teams of so many slots."""
    bits = int.from_bytes(masked, "little") ^ int.from_bytes(stream[: len(masked)], "little")
    return [TEAMS[bits >> 2 * index & 3] for index in range(count)]
