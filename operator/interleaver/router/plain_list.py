"""Plain lists: what nearly every model answers, read in one pass over its bytes.

Plain is what leaves no doubt: names without escapes, none of them twice, objects as items, each with one id that is a
string without escapes or a short whole number. All the rest, whatever may be wrong with it, is read or refused by the
reader in `ranked` alone, which passes over the list three times. A plain list says the same to both. No I/O.

Loops over bytes are quick only where this module is compiled: the plain interpreter leaves every list to that reader.
"""

from types import FunctionType
from typing import TYPE_CHECKING, Final

from interleaver.interleaving.ranking import Identity

from .skipping import (
    CLOSE_LIST,
    CLOSE_OBJECT,
    COMMA,
    NOT_PLAIN,
    OPEN_LIST,
    OPEN_OBJECT,
    QUOTE,
    ZERO,
    look,
    skip_colon,
    skip_digits,
    skip_name,
    skip_space,
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
        self.names = names  # those that lead to the list, and that of the id in each item
        self.depth: i64 = len(names) - 1  # of the list
        self.start: i64 = 0
        self.end: i64 = 0
        self.item: Identity = ""  # the one read last
        self.items: dict[Identity, bytes] = {}

    def read(self) -> bool:
        """Whether all of the answer is plain. Raises UnicodeDecodeError where it is not even text."""
        body = self.body
        if not body.isascii():
            body.decode()
        end = self.read_value(skip_space(body, 0), 0)
        return end > 0 and skip_space(body, end) == len(body)

    def read_value(self, at: "i64", level: "i64") -> "i64":
        """Read the value to which the first `level` names lead; the place behind it."""
        if level < self.depth:
            return self.read_object(at, level)
        self.start = at
        self.end = self.read_items(at)
        return self.end

    def read_object(self, at: "i64", level: "i64") -> "i64":
        """Read an object on the way to the list, or an item of it: the member with the name of this level, once."""
        body, wanted = self.body, self.names[level]
        size: i64 = len(wanted)
        others: set[bytes] | None = set() if level < self.depth else None  # on the way no name may come twice
        found = False
        if look(body, at) != OPEN_OBJECT:
            return NOT_PLAIN
        mark: i64 = COMMA  # as if one stood before the first, too
        while mark == COMMA:
            start = skip_space(body, at + 1)
            end = skip_name(body, start)
            at = skip_colon(body, end)
            if end < 0 or at < 0:
                return NOT_PLAIN
            if end - start == size and body[start:end] == wanted:
                if found:
                    return NOT_PLAIN
                at = self.read_wanted(at, level)
                found = True
            else:
                if others is not None and is_second(body[start:end], others):
                    return NOT_PLAIN
                at = skip_value(body, at, DEPTH)
            if at < 0:
                return NOT_PLAIN
            at = skip_space(body, at)
            mark = look(body, at)
        if mark != CLOSE_OBJECT or not found:
            return NOT_PLAIN
        return at + 1

    def read_wanted(self, at: "i64", level: "i64") -> "i64":
        """Read the value of the member that was looked for: what leads on to the list, or an item's id."""
        if level < self.depth:
            return self.read_value(at, level + 1)
        return self.read_id(at)

    def read_items(self, at: "i64") -> "i64":
        """Read a list that is not empty. Of items with one id the first one counts."""
        body, items = self.body, self.items
        if look(body, at) != OPEN_LIST:
            return NOT_PLAIN
        mark: i64 = COMMA  # as if one stood before the first, too
        while mark == COMMA:
            start = skip_space(body, at + 1)
            at = self.read_object(start, self.depth)
            if at < 0:
                return NOT_PLAIN
            items.setdefault(self.item, body[start:at])
            at = skip_space(body, at)
            mark = look(body, at)
        if mark != CLOSE_LIST:
            return NOT_PLAIN
        return at + 1

    def read_id(self, at: "i64") -> "i64":
        """Read an id: a string without escapes, or a whole number that is not negative."""
        body = self.body
        if look(body, at) == QUOTE:
            end = skip_name(body, at)
            if end > 0:
                self.item = body[at + 1 : end - 1].decode()
            return end
        end = skip_digits(body, at)
        if end < 0 or end - at > DIGITS or (look(body, at) == ZERO and end - at > 1):
            return NOT_PLAIN
        self.item = int(body[at:end])
        return end


def is_second(name: bytes, names: set[bytes]) -> bool:
    """Whether a name was there before; from now on it was."""
    if name in names:
        return True
    names.add(name)
    return False


def read_plain_list(body: bytes, names: list[bytes]) -> PlainList | None:
    """The list to which all names but the last lead, whose items' ids have that; in quotation marks, as in JSON."""
    found = PlainList(body, names)
    try:
        return found if found.read() else None
    except UnicodeDecodeError:
        return None


COMPILED: Final = not isinstance(read_plain_list, FunctionType)
