"""contract.page in the router's configuration: where a request says which page it asks for. msgspec only."""

from typing import Annotated, Final

import msgspec

from interleaver.api.http import check_parameter
from interleaver.api.parts import Header, Part, Pointer, name_field

MOST_ITEMS: Final = 1000  # down to the end of a page that is cut out of a merged list: so many a model is asked for


class Offset(Part, frozen=True):
    """How many items stand before the page: exactly one of a query parameter and a pointer into the JSON body."""

    query: Header | None = None
    pointer: Pointer | None = None

    def __post_init__(self) -> None:
        check_place("contract.page.offset", self.query, self.pointer)


class Number(Part, frozen=True):
    """The page's number, and which one the first page has."""

    query: Header | None = None
    pointer: Pointer | None = None
    first: Annotated[int, msgspec.Meta(ge=0, le=1)] = 1

    def __post_init__(self) -> None:
        check_place("contract.page.number", self.query, self.pointer)


class Size(Part, frozen=True):
    """How many items a page has, and how many where the request does not say."""

    query: Header | None = None
    pointer: Pointer | None = None
    default: Annotated[int, msgspec.Meta(ge=1, le=MOST_ITEMS)] | None = None

    def __post_init__(self) -> None:
        check_place("contract.page.size", self.query, self.pointer)


class Page(Part, frozen=True):
    """Which page a request asks for: exactly one of an offset and a number, and the size."""

    size: Size
    offset: Offset | None = None
    number: Number | None = None

    def __post_init__(self) -> None:
        if (self.offset is None) == (self.number is None):
            raise ValueError("contract.page: give exactly one of offset and number")
        place = self.offset or self.number
        assert place is not None
        if (place.query, place.pointer) == (self.size.query, self.size.pointer):
            raise ValueError("contract.page: the size stands where the page stands")


def check_place(field: str, query: str | None, pointer: str | None) -> None:
    """Raises ValueError, in words, for what is no single place in a request."""
    if (query is None) == (pointer is None):
        raise ValueError(f"{field}: give exactly one of query and pointer")
    if pointer == "":
        raise ValueError(f"{field}: the pointer is empty, which is the whole body")
    if query is not None:
        name_field(f"{field}.query", check_parameter, query)
