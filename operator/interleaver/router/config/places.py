"""Where a request holds a whole number: a parameter of its query, or a member of its JSON body. Read and written."""

import re
from typing import Final

import msgspec

from interleaver.router.http1.query import find_values, set_value
from interleaver.router.rankings.bare_words import read_past_words
from interleaver.router.rankings.documents import find
from interleaver.router.rankings.members import Step, locate
from interleaver.router.rankings.ranked import split_pointer

NUMBER: Final = re.compile(rb"[0-9]{1,9}")  # no page lies farther down
ODD: Final = (msgspec.MsgspecError, ValueError, LookupError, TypeError, RecursionError)


class Unreadable(ValueError):
    """What stands there is no whole number of at least 0, or nobody can say which of two numbers counts."""


class Asking:
    """What of a request says what it asks for."""

    __slots__ = ("body", "target")

    def __init__(self, target: bytes, body: bytes) -> None:
        self.target = target
        self.body = body


class Place:
    """A place for a number in requests."""

    def read(self, asking: Asking) -> int | None:
        """The number; None if there is none. Raises Unreadable."""
        raise NotImplementedError

    def write(self, asking: Asking, number: int) -> Asking:
        """The same request with this number there. Raises Unreadable if there is no place for it."""
        raise NotImplementedError


class InQuery(Place):
    """A query parameter."""

    def __init__(self, name: str) -> None:
        self.name = name.encode()

    def read(self, asking: Asking) -> int | None:
        values = find_values(asking.target, self.name)
        if not values:
            return None
        if len(values) > 1:
            raise Unreadable("the parameter is given twice")
        return read_number(values[0])

    def write(self, asking: Asking, number: int) -> Asking:
        return Asking(set_value(asking.target, self.name, b"%d" % number), asking.body)


class InBody(Place):
    """A member of the JSON body."""

    def __init__(self, pointer: str) -> None:
        self.tokens = split_pointer(pointer)
        self.steps = [Step(token) for token in self.tokens]

    def read(self, asking: Asking) -> int | None:
        if not asking.body:
            return None
        try:
            find(asking.body, self.tokens)
        except LookupError:
            return None
        except ODD:
            raise Unreadable("the body holds no such place") from None
        text = self.cut(asking.body)
        return None if text == b"null" else read_number(text)

    def cut(self, body: bytes) -> bytes:
        """The text at the pointer, if there is one such place. Raises Unreadable."""
        start, end = find_place(body, self.steps)
        return body[start:end]

    def write(self, asking: Asking, number: int) -> Asking:
        body, text = asking.body, b"%d" % number
        if self.is_there(body):
            start, end = find_place(body, self.steps)
        else:
            start = end = self.find_room(body)
            rest = body[start:].lstrip()
            text = msgspec.json.encode(self.tokens[-1]) + b":" + text + (b"" if rest.startswith(b"}") else b",")
        return Asking(asking.target, body[:start] + text + body[end:])

    def is_there(self, body: bytes) -> bool:
        """Whether the body has such a member."""
        try:
            find(body, self.tokens)
        except ODD:
            return False
        return True

    def find_room(self, body: bytes) -> int:
        """Where in the body the member can be put: behind the brace of the object that lacks it. Raises Unreadable."""
        start, _ = find_place(body, self.steps[:-1])
        if body[start : start + 1] != b"{":
            raise Unreadable("nothing can be put into what is no object")
        return start + 1


def find_place(body: bytes, steps: list[Step]) -> tuple[int, int]:
    """Where a value begins and ends. Raises Unreadable for a name that comes twice, and for what is not there."""
    try:
        return read_past_words(lambda text: locate(text, steps), body)
    except ODD as error:
        raise Unreadable(str(error)) from None


def read_number(text: bytes) -> int:
    """A whole number of at least 0. Raises Unreadable."""
    if NUMBER.fullmatch(text) is None:
        raise Unreadable("no whole number of at least 0")
    return int(text)


def make_place(query: str | None, pointer: str | None) -> Place:
    """The place that a contract names."""
    return InQuery(query) if query is not None else InBody(pointer or "")
