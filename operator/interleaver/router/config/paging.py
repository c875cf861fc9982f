"""contract.page: which page a request asks for, and the request that asks for all items down to its end."""

from typing import Final

from interleaver.api.paging import MOST_ITEMS, Page

from .places import Asking, Unreadable, make_place

NO_SIZE: Final = 0


class Later:
    """A page that is not the first one: the list's items from `offset` up to `end`.

    `asking` is the request for all items up to there; None for a page that cannot be cut out of a merged list, since
    nobody can say which one it is, or it ends too far down.
    """

    __slots__ = ("asking", "end", "offset")

    def __init__(self, offset: int, end: int, asking: Asking | None) -> None:
        self.offset = offset
        self.end = end
        self.asking = asking


class Paging:
    """Where requests say which page they ask for."""

    def __init__(self, page: Page) -> None:
        place = page.offset or page.number
        assert place is not None
        self.place = make_place(place.query, place.pointer)
        self.counts_pages = page.number is not None
        self.first = page.number.first if page.number is not None else 0  # what stands there for the first page
        self.size = make_place(page.size.query, page.size.pointer)
        self.default = page.size.default or NO_SIZE
        self.reads_bodies = place.pointer is not None or page.size.pointer is not None

    def find_later(self, target: bytes, body: bytes) -> Later | None:
        """The page that a request asks for; None for the first one, of which nothing else is read."""
        asking = Asking(target, body)
        try:
            stands = self.place.read(asking)
            if stands is None or stands == self.first:
                return None
            return self.measure(asking, stands - self.first)
        except Unreadable:
            return Later(0, 0, None)

    def measure(self, asking: Asking, steps: int) -> Later:
        """The page that stands so many items, or pages, below the top. Raises Unreadable."""
        given = self.size.read(asking)
        size = self.default if given is None else given
        offset = steps * size if self.counts_pages else steps
        end = offset + size
        if size < 1 or steps < 0 or end > MOST_ITEMS:
            return Later(0, 0, None)
        return Later(offset, end, self.size.write(self.place.write(asking, self.first), end))
