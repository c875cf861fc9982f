"""Request targets in their four forms (RFC 9112 section 3.2). No I/O."""

import re
from typing import Final, NamedTuple

# RFC 9112 section 3.2.2; user information in it is refused, as RFC 9110 section 4.2.4 allows.
ABSOLUTE: Final = re.compile(rb"https?://(?P<host>[^/?#@]+)(?P<path>/[^?#]*)?(?P<rest>[?#].*)?", re.IGNORECASE)
# What RFC 3986 section 3.2.2 allows in a host, and the port after it. It may be empty.
HOST: Final = re.compile(rb"[A-Za-z0-9\-._~%!$&'()*+,;=:\[\]]*")


class OriginForm(NamedTuple):
    """What is asked for, in origin form, and the host if the target named one."""

    target: bytes
    host: bytes | None


def place_target(method: bytes, target: bytes) -> OriginForm:
    """The target as an origin server wants it: a proxy's client may name the host as well, and that host counts.

    Raises ValueError for a target that this method does not have.
    """
    if target.startswith(b"/") or (target == b"*" and method == b"OPTIONS"):
        return OriginForm(target, None)
    match = ABSOLUTE.fullmatch(target)
    if match is None or not is_host(match["host"]):
        raise ValueError("the target is no path and no http address")
    bare = b"*" if method == b"OPTIONS" and match["rest"] is None else b"/"  # RFC 9112 section 3.2.4
    return OriginForm((match["path"] or bare) + (match["rest"] or b""), match["host"])


def is_host(value: bytes) -> bool:
    """Whether this may be the value of a Host header."""
    return HOST.fullmatch(value) is not None
