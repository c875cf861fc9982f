"""contract.exclude: requests that are served by the champion and not counted, by what a header holds.

RE2 searches in a time that grows with the header's length and no faster, whatever the pattern (decision 21). It is
loaded with the first pattern, for a router that excludes nobody does without its 3 MB.
"""

from collections.abc import Callable
from typing import Any, Final

from interleaver.api.routing import Exclude
from interleaver.interleaving.memo import remember
from interleaver.router.http1.message import Fields

HeaderTest = Callable[[Fields], bool]

MOST_KNOWN: Final = 1000  # values of a header for which the answer is remembered: few clients have a name of their own
LONGEST_KNOWN: Final = 512  # bytes of such a value


class Rule:
    """One header and what its value must not hold."""

    def __init__(self, exclude: Exclude) -> None:
        self.name = exclude.header.lower().encode()
        self.search = compile_pattern(exclude.pattern)
        self.known: dict[bytes, bool] = {}

    def matches(self, fields: Fields) -> bool:
        """Whether the pattern is found somewhere in the header's value."""
        value = fields.get(self.name)
        if value is None:
            return False
        found = self.known.get(value)
        return self.look(value) if found is None else found

    def look(self, value: bytes) -> bool:
        """Search a value, and remember the answer if that takes little room. A search costs ten look-ups."""
        found = self.search(value) is not None
        if len(value) <= LONGEST_KNOWN:
            remember(self.known, MOST_KNOWN, value, found)
        return found


def make_exclusion(excludes: tuple[Exclude, ...]) -> HeaderTest:
    """Whether any excluded header's value matches. Raises ValueError that names the field for a pattern that RE2 does
    not know."""
    if not excludes:
        return exclude_nobody
    rules = [Rule(exclude) for exclude in excludes]

    def is_excluded(fields: Fields) -> bool:
        return any(rule.matches(fields) for rule in rules)

    return is_excluded


def exclude_nobody(fields: Fields) -> bool:
    """The test of most contracts."""
    return False


def compile_pattern(pattern: str) -> Callable[[bytes], Any]:
    """The search for a pattern in bytes, of which each is a character: a header has no other encoding that is sure."""
    import re2

    options = re2.Options()
    options.encoding, options.log_errors = re2.Options.Encoding.LATIN1, False
    try:
        search: Callable[[bytes], Any] = re2.compile(pattern.encode("latin-1"), options).search
    except (re2.error, UnicodeEncodeError):
        words = f"contract.exclude: pattern {pattern!r} is none that RE2 knows, or holds what no header does"
        raise ValueError(words) from None
    return search
