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
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from struct import Struct, pack
from typing import Final, NamedTuple
from zlib import crc32

from interleaver.api.names import ARMS
from interleaver.interleaving.digests import digest
from interleaver.interleaving.ranking import Identity, spell
from interleaver.interleaving.team_draft import Team

from .keys import Key, KeyRing

VERSION: Final = 2
NONCE_BYTES: Final = 8
RUN_BYTES: Final = 8
TAG_BYTES: Final = 16
MOST_SLOTS: Final = 200  # the greatest depth; what the champion's tail shows beyond it is not in the token
HEAD: Final = Struct(">B4s8s8s16sIBB")
ARM_CODES: Final = {arm: index << 7 for index, arm in enumerate(ARMS)}  # beside the percent, which takes seven bits
TEAMS: Final = (Team.CHAMPION, Team.CANDIDATE, Team.NEUTRAL, Team.FILL)
CODES: Final = {team: code for code, team in enumerate(TEAMS)}
URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")  # RFC 4648 section 5
QUOTE: Final = crc32(b'"')  # with which the spelling of a string begins


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


def check_items(items: Iterable[Identity]) -> list[int]:
    """The checksums of many ids, those that are strings spelled on the spot: two calls for each would take longer."""
    try:
        return [crc32(item.encode(), QUOTE) if type(item) is str else crc32(spell(item)) for item in items]
    except UnicodeEncodeError:  # a lone surrogate, which JSON permits
        return list(map(check_item, items))


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
    checks = pack(f">{count}I", *check_items(items))
    owners = mask(key, nonce, pack_owners(teams))
    body = HEAD.pack(VERSION, key.tag, nonce, run, unit, shown_at, stand, count) + checks + owners
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
    return digest(key.mac, body, TAG_BYTES)


def pack_owners(teams: Sequence[Team]) -> bytes:
    """Two bits a slot, the first slot in the lowest bits."""
    bits = 0
    for team in reversed(teams):
        bits = bits << 2 | CODES[team]
    return bits.to_bytes((len(teams) + 3) // 4, "little")


def unpack_owners(packed: bytes, count: int) -> list[Team]:
    bits = int.from_bytes(packed, "little")
    return [TEAMS[bits >> 2 * index & 3] for index in range(count)]


def mask(key: Key, nonce: bytes, owners: bytes) -> bytes:
    """Mask or unmask. One BLAKE2b digest is 64 bytes, enough for 256 slots."""
    stream = digest(key.mask, nonce, 64)
    size = len(owners)
    return (int.from_bytes(owners, "big") ^ int.from_bytes(stream[:size], "big")).to_bytes(size, "big")
