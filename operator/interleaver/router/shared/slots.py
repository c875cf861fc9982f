"""Slots of a cluster: which one holds a key, which node holds a slot, and where a refusal leads. Pure."""

from binascii import crc_hqx
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from .link import Address, Command

SLOTS: Final = 16_384
UNKNOWN: Final = ("", "?")  # for a host: the one that was asked, or the address beside it


class Span(NamedTuple):
    """Slots that follow each other and lie on one primary."""

    first: int
    last: int
    primary: Address


def find_slot(key: str) -> int:
    """The slot of a key, all of whose hash tag decides (Redis Cluster specification, "Hash tags")."""
    tag, closed, _ = key.partition("{")[2].partition("}")
    return crc_hqx((tag if tag and closed else key).encode(), 0) % SLOTS


def find_key(command: Command) -> str:
    """The first key of a command: of a script after its text and the number of its keys."""
    return str(command[3] if command[0] == "EVAL" else command[1])


def read_spans(reply: Sequence[Any], asked: Address) -> list[Span]:
    """What CLUSTER SLOTS says. Raises ValueError, TypeError or IndexError for what is no such answer."""
    return [Span(int(first), int(last), read_node(nodes[0], asked)) for first, last, *nodes in reply]


def read_node(node: Sequence[Any], asked: Address) -> Address:
    """Where a node says it can be reached: by the endpoint that is preferred, or by the address beside it, if it
    prefers a name and has none, or where it was asked, if it does not know."""
    endpoint, port, *more = node
    host = decode(endpoint)
    pairs = [decode(each) for each in more[1]] if len(more) > 1 else []
    beside = dict(zip(pairs[::2], pairs[1::2], strict=False))
    if host == "?":
        host = beside.get("ip", "")
    return Address(asked.host if host in UNKNOWN else host, int(port))


def find_primary(spans: Sequence[Span], slot: int) -> Address | None:
    """Where a slot lies; None if nobody holds it."""
    return next((span.primary for span in spans if span.first <= slot <= span.last), None)


def decode(part: bytes | None) -> str:
    return part.decode("utf-8", "replace") if part else ""
