"""Whether two models are one, given twice by mistake: the figures would compare it with itself, and say nothing."""

import socket
from collections.abc import Callable
from typing import Final

from interleaver.lab.terms.unusable import Unusable

from .address import Address, read_address

Resolve = Callable[[Address], frozenset[str]]
QUESTION: Final = "is it one model, given twice?"


def resolve(address: Address) -> frozenset[str]:
    """The addresses that a host's name stands for; none if it stands for none."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError:
        return frozenset()
    return frozenset(str(place[0]) for *_, place in found)


def find_same_place(first: str, second: str, resolve: Resolve = resolve) -> str:
    """Whether two URLs lead to the same server and path. Models that were read from files have no place."""
    try:
        one, other = read_address(first), read_address(second)
    except Unusable:
        return ""
    if (one.port, one.base) != (other.port, other.base):
        return ""
    if one.host == other.host:
        return f"both models are asked at {first}: {QUESTION}"
    shared = resolve(one) & resolve(other)
    return f"{first} and {second} lead to one address, {min(shared)}: {QUESTION}" if shared else ""
