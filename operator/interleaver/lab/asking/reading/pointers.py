"""JSON pointers, followed in the bytes of an answer, so that nothing is decoded that nobody reads."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

# A member's name and the colon after it; what msgspec has accepted needs no stricter look.
NAME: Final = re.compile(rb'[ \t\n\r]*"(?:[^"\\]|\\.)*"[ \t\n\r]*:[ \t\n\r]*', re.DOTALL)
SPACE: Final = re.compile(rb"[ \t\n\r]*")
COMMA: Final = re.compile(rb"[ \t\n\r]*,?")
WHITE: Final = b" \t\n\r"
ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
UNREADABLE: Final = (msgspec.MsgspecError, ValueError, LookupError, TypeError, RecursionError)


def split_pointer(pointer: str) -> list[str]:
    """The tokens of a JSON pointer (RFC 6901); none for the whole document."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def is_name(path: Sequence[str]) -> bool:
    """Whether it leads to a member of an object; a number may be a place in a list as well."""
    return len(path) == 1 and not path[0].isdecimal()


def locate(body: bytes, path: Iterable[str]) -> tuple[int, int]:
    """Where the value at a pointer begins and ends. Raises one of UNREADABLE."""
    end = len(body.rstrip(WHITE))
    start = end - len(body[:end].lstrip(WHITE))
    for token in path:
        text = body[start:end]
        at, length = find_member(text, token) if text.startswith(b"{") else find_element(text, token)
        start += at
        end = start + length
    return start, end


def find_member(text: bytes, token: str) -> tuple[int, int]:
    """Offset and length of a member's value. Raises ValueError if any name comes twice: readers differ about that."""
    members = OBJECT.decode(text)
    if token not in members:
        raise LookupError(f"there is no member {token!r}")
    found = position = 0
    for name, raw in members.items():
        match = NAME.match(text, max(position, 1))
        if match is None or not text.startswith(raw, match.end()):
            raise ValueError("a name comes twice")
        if name == token:
            found = match.end()
        position = COMMA.match(text, match.end() + len(raw)).end()  # type: ignore[union-attr]
    if position + 1 != len(text):
        raise ValueError("a name comes twice")
    return found, len(members[token])


def find_element(text: bytes, token: str) -> tuple[int, int]:
    """Offset and length of a list's element."""
    elements = ITEMS.decode(text)
    index = read_index(token)
    position = 1
    for raw in elements[:index]:
        position = COMMA.match(text, SPACE.match(text, position).end() + len(raw)).end()  # type: ignore[union-attr]
    return SPACE.match(text, position).end(), len(elements[index])  # type: ignore[union-attr]


def read_index(token: str) -> int:
    """A place in a list. Raises LookupError for what is none."""
    try:
        index = int(token)
    except ValueError:
        raise LookupError(f"there is a list, which has no member {token!r}") from None
    if index < 0:
        raise LookupError(f"no element {index}")
    return index


def resolve(document: Any, path: Sequence[str]) -> Any:
    """What a pointer points at in a decoded document. Raises LookupError or TypeError if there is nothing."""
    for token in path:
        document = document[int(token)] if isinstance(document, list) else document[token]
    return document


def follow(text: Any, path: Sequence[str]) -> Any:
    """The same in a text, of which nothing is decoded that is not on the way."""
    for token in path:
        is_list = bytes(memoryview(text)[:1]) == b"["
        text = ITEMS.decode(text)[int(token)] if is_list else OBJECT.decode(text)[token]
    return text


def read_scalar(text: Any) -> Any:
    """What a text says. Raises ValueError for nothing, a list or an object."""
    if bytes(memoryview(text)[:1]) in (b"", b"[", b"{"):
        raise ValueError("no scalar")
    return msgspec.json.decode(text)
