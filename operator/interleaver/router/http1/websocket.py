"""How a client offers websocket, the one other protocol that is let through. No I/O."""

from typing import Final

from .message import Fields, Header

WEBSOCKET: Final = b"websocket"
OFFER: Final = (Header(b"Connection", b"Upgrade"), Header(b"Upgrade", WEBSOCKET))


def offers_websocket(method: bytes, fields: Fields) -> bool:
    """Whether the head is an opening handshake (RFC 6455 section 4.1) and has no body that could hide a request.

    That Connection names Upgrade is for the caller to know.
    """
    upgrade = fields.get(b"upgrade", b"").lower()
    plain = b"content-length" not in fields and b"transfer-encoding" not in fields
    return method == b"GET" and upgrade == WEBSOCKET and plain and b"sec-websocket-key" in fields
