"""What a case of the comparison is."""

from typing import NamedTuple

PARSERS = ("httptools", "h11")  # uvicorn's
AFTER = b"GET /after HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"  # answered if the connection was kept


class Case(NamedTuple):
    """Bytes, what the router makes of them, and where uvicorn's parsers make something else of them, and why."""

    name: str
    data: bytes
    statuses: tuple[int, ...]  # of the router's answers, the interim ones left out
    kept: bool  # whether the connection serves another request afterwards
    differs: dict[str, str]  # why we differ, by parser


class Seen(NamedTuple):
    """What one server makes of a case: comparable, so without the words of its refusals."""

    accepted: tuple[bool, ...]  # of each answer
    requests: tuple[tuple[str, str, bytes], ...]  # method, target and body, as the application got them
    kept: bool


def head(*lines: str, method: str = "GET", target: str = "/x", version: str = "HTTP/1.1") -> bytes:
    """A request's head with a Host."""
    return "\r\n".join([f"{method} {target} {version}", "Host: shop", *lines]).encode("latin-1") + b"\r\n\r\n"


def post(*lines: str, body: bytes = b"", target: str = "/x") -> bytes:
    """A POST request."""
    return head(*lines, method="POST", target=target) + body


def chunked(body: bytes, *lines: str) -> bytes:
    """A POST request with a chunked body, as it goes over the wire."""
    return post("Transfer-Encoding: chunked", *lines, body=body)


def accepted(name: str, data: bytes, statuses: tuple[int, ...] = (200,), kept: bool = True, **differs: str) -> Case:
    """A case that the router serves."""
    return Case(name, data, statuses, kept, differs)


def refused(name: str, data: bytes, status: int = 400, **differs: str) -> Case:
    """A case that the router refuses, and closes the connection after."""
    return Case(name, data, (status,), False, differs)
