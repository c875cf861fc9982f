"""Plain lists: what nearly every model answers, read in one pass over its bytes.

Plain is what leaves no doubt: on the way to the list names without escapes, none of them twice; objects as items, each
with one id that is a string without escapes or a short whole number. All the rest, whatever may be wrong with it, is
read or refused by the reader in `ranked` alone, which passes over the list three times. A plain list says the same to
both. No I/O.

Loops over bytes are quick only where this module is compiled: the plain interpreter leaves every list to that reader.
"""

from types import FunctionType
from typing import TYPE_CHECKING, Final

from interleaver.interleaving.ranking import Identity

from .members import WHITE
from .skipping import (
    CLOSE_LIST,
    CLOSE_OBJECT,
    COMMA,
    OPEN_LIST,
    OPEN_OBJECT,
    QUOTE,
    SPACE,
    ZERO,
    NotPlain,
    matches,
    skip_digits,
    skip_key,
    skip_mark,
    skip_space,
    skip_string,
    skip_value,
)

if TYPE_CHECKING:
    from mypy_extensions import i64

DEPTH: Final = 32  # of values within values
DIGITS: Final = 15  # of an id that is a number: so many are the same to every reader


class PlainList:
    """A list on its way out of an answer: where it stands, and the bytes of each item by its id, in order."""

    def __init__(self, body: bytes, names: list[bytes]) -> None:
        self.body = body
        self.names = names  # those that lead to the list
        self.name = names[-1]  # that of the id in each item
        self.depth: i64 = len(names) - 1  # of the list
        self.start: i64 = 0
        self.end: i64 = 0
        self.item: Identity = ""  # the one read last
        self.items: dict[Identity, bytes] = {}

    def read(self, at: "i64", level: "i64") -> "i64":
        """Read the value to which the first `level` names lead, after white space; the place behind it.

        Raises NotPlain, or IndexError if the answer ends before.
        """
        at = skip_space(self.body, at)
        if level == self.depth:
            self.start = at
            self.end = self.read_items(at)
            return self.end
        body, wanted = self.body, self.names[level]
        others: list[bytes] = []
        found: i64 = 0
        if body[at] != OPEN_OBJECT:
            raise NotPlain
        mark: i64 = COMMA  # as if one stood before the first, too
        while mark == COMMA:
            start = skip_mark(body, at)
            at = skip_key(body, start, False)
            if matches(body, start, wanted):
                at = self.read(at, level + 1)
                found += 1
            else:
                others.append(body[start : skip_string(body, start, False)])
                at = skip_value(body, at, DEPTH)
            at = skip_space(body, at)
            mark = body[at]
        if mark != CLOSE_OBJECT or found != 1 or holds_twice(others):
            raise NotPlain
        return at + 1

    def read_items(self, at: "i64") -> "i64":
        """Read a list that is not empty. Of items with one id the first one counts."""
        body, items = self.body, self.items
        if body[at] != OPEN_LIST:
            raise NotPlain
        mark: i64 = COMMA
        while mark == COMMA:
            start = skip_mark(body, at)
            at = self.read_item(start)
            items.setdefault(self.item, body[start:at])
            at = skip_space(body, at)
            mark = body[at]
        if mark != CLOSE_LIST:
            raise NotPlain
        return at + 1

    def read_item(self, at: "i64") -> "i64":
        """Read an object with one id."""
        body, name = self.body, self.name
        letter: i64 = name[1]
        ids: i64 = 0
        if body[at] != OPEN_OBJECT:
            raise NotPlain
        mark: i64 = COMMA
        while mark == COMMA:
            start = skip_mark(body, at)
            at = skip_key(body, start, False)
            if body[start + 1] == letter and matches(body, start, name):
                at = self.read_id(at)
                ids += 1
            else:
                at = skip_value(body, at, DEPTH)
            mark = body[at]
            if mark <= SPACE:
                at = skip_space(body, at)
                mark = body[at]
        if mark != CLOSE_OBJECT or ids != 1:
            raise NotPlain
        return at + 1

    def read_id(self, at: "i64") -> "i64":
        """Read an id: a string without escapes, or a whole number that is not negative."""
        body = self.body
        at = skip_space(body, at)
        byte: i64 = body[at]
        if byte == QUOTE:
            end = skip_string(body, at, False)
            self.item = body[at + 1 : end - 1].decode()
            return end
        end = skip_digits(body, at)
        if end - at > DIGITS or (byte == ZERO and end - at > 1):
            raise NotPlain
        self.item = int(body[at:end])
        return end


def holds_twice(names: list[bytes]) -> bool:
    """Whether one of the names is there more than once."""
    return len(names) > 1 and len(set(names)) < len(names)


def read_plain_list(body: bytes, names: list[bytes]) -> PlainList | None:
    """The list to which all names but the last lead, whose items' ids have that; in quotation marks, as in JSON."""
    found = PlainList(body, names)
    try:
        if not body.isascii():
            body.decode()
        end = found.read(0, 0)
    except (NotPlain, IndexError, UnicodeDecodeError):
        return None
    if end < len(body) and body[end:].strip(WHITE):
        return None
    return found


COMPILED: Final = not isinstance(read_plain_list, FunctionType)
