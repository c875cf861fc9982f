"""contract.exclude: requests that are served by the champion and not counted, by what they say, or do not say.

RE2 searches in a time that grows with the value's length and no faster, whatever the pattern (decision 21). It is
loaded with the first pattern, for a router that excludes nobody does without its 3 MB.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from interleaver.api.routing import Exclude
from interleaver.interleaving.memo import remember
from interleaver.router.http1.message import Request
from interleaver.router.http1.query import find_values
from interleaver.router.rankings.documents import NOT_SCALAR, begin, find
from interleaver.router.rankings.members import ITEMS
from interleaver.router.rankings.ranked import split_pointer

MOST_KNOWN: Final = 1000  # values for which the answer is remembered: few clients have a name of their own
LONGEST_KNOWN: Final = 512  # bytes of such a value
NOTHING_THERE: Final = (msgspec.MsgspecError, ValueError, LookupError, TypeError, RecursionError)


class Rule:
    """What a value must not hold, or that there must be one."""

    def __init__(self, exclude: Exclude) -> None:
        self.wants_none = exclude.pattern is None
        # A header has no other encoding that is sure: each byte is a character.
        self.search = compile_pattern(exclude.pattern, exclude.header is not None) if exclude.pattern else find_nothing
        self.known: dict[bytes, bool] = {}

    def matches(self, values: list[bytes]) -> bool:
        """Whether the pattern is found somewhere in one of the values, or there is none where one must be."""
        if self.wants_none:
            return not values
        return any(self.find(value) for value in values)

    def find(self, value: bytes) -> bool:
        """Whether the pattern is found somewhere in a value."""
        found = self.known.get(value)
        return self.look(value) if found is None else found

    def look(self, value: bytes) -> bool:
        """Search a value, and remember the answer if that takes little room. A search costs ten look-ups."""
        found = self.search(value) is not None
        if len(value) <= LONGEST_KNOWN:
            remember(self.known, MOST_KNOWN, value, found)
        return found


class Exclusion:
    """Who is left out."""

    def __init__(self, excludes: tuple[Exclude, ...]) -> None:
        """Raises ValueError that names the field for a pattern that RE2 does not know."""
        self.headers = [(each.header.lower().encode(), Rule(each)) for each in excludes if each.header is not None]
        self.queries = [(each.query.encode(), Rule(each)) for each in excludes if each.query is not None]
        self.pointers = [(split_pointer(each.pointer), Rule(each)) for each in excludes if each.pointer is not None]
        self.reads_heads, self.reads_bodies = bool(self.headers or self.queries), bool(self.pointers)

    def takes(self, request: Request) -> bool:
        """Whether a request is excluded by its head."""
        for name, rule in self.headers:
            if rule.matches(list_values(request, name)):
                return True
        return any(rule.matches(find_values(request.target, name)) for name, rule in self.queries)

    def takes_body(self, body: bytes) -> bool:
        """Whether a request is excluded by its body."""
        return any(rule.matches(read_texts(body, path)) for path, rule in self.pointers)


def list_values(request: Request, name: bytes) -> list[bytes]:
    """All values of a header, whose name is given in lower case."""
    if name not in request.fields:
        return []
    return [header.value for header in request.headers if header.key == name]


def read_texts(body: bytes, path: list[str]) -> list[bytes]:
    """What stands at a pointer into a JSON body, or in each place of a list there: of a string the text."""
    try:
        text = find(body, path)
        values = ITEMS.decode(text) if begin(text) == b"[" else [text]
        return [spell(value) for value in values if begin(value) not in NOT_SCALAR and bytes(value) != b"null"]
    except NOTHING_THERE:
        return []


def spell(text: Any) -> bytes:
    """The text of a scalar."""
    value = msgspec.json.decode(text)
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else bytes(text)


def find_nothing(value: bytes) -> Any:
    """The search of a rule without a pattern."""
    return None


def compile_pattern(pattern: str, latin: bool) -> Callable[[bytes], Any]:
    """The search for a pattern in bytes: of which each is a character, or which are UTF-8."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1 if latin else re2.Options.Encoding.UTF8
    try:
        search: Callable[[bytes], Any] = re2.compile(pattern.encode("latin-1" if latin else "utf-8"), options).search
    except (re2.error, UnicodeEncodeError):
        words = f"contract.exclude: pattern {pattern!r} is none that RE2 knows, or holds what no header does"
        raise ValueError(words) from None
    return search
