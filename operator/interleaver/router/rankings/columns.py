"""Columns: the outputs of a tensor answer that have a row for each id, cut into rows and written from rows again.

Elements keep their bytes. Whether they stand in one list, row by row, or in lists within lists is the answer's own
affair: rows of the one fit into the other.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from math import prod
from typing import Annotated, Any, Final, NamedTuple

import msgspec

from .bare_words import unmask
from .members import ITEMS, Step, walk_list

# No ranking has more dimensions than batch, row and a few within a row; the product of many takes long to work out.
Size = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
SHAPE: Final = msgspec.json.Decoder(Annotated[list[Size], msgspec.Meta(min_length=1, max_length=8)])

SHAPE_MEMBER: Final = Step("shape")

Span = tuple[int, int]  # where something begins and ends in the answer
Element = Any  # bytes, or msgspec.Raw, which msgspec's types take for bytes too


class Column(NamedTuple):
    """An output with a row for each id."""

    name: str
    datatype: str
    shape: list[int]
    axis: int  # of `shape`: where the number of rows stands
    elements: list[Element]  # row by row
    nested: bool  # whether the answer has them as lists in lists
    text: bytes  # of the whole output
    start: int  # of the output in the answer
    data_at: Span  # in the answer

    @property
    def row_shape(self) -> tuple[int, ...]:
        """The shape of one row; a dimension of 1 says nothing."""
        return tuple(size for size in self.shape[self.axis + 1 :] if size != 1)

    def unmask(self) -> "Column":
        """The column of a masked answer with its elements as they came."""
        return self._replace(elements=[unmask(element) for element in self.elements])

    def cut(self) -> list[list[Element]]:
        """The elements of each row."""
        width = prod(self.row_shape)
        return [self.elements[row * width : (row + 1) * width] for row in range(self.shape[self.axis])]

    def write(self, rows: Sequence[list[Element]]) -> list[tuple[Span, bytes]]:
        """What must stand where in the answer so that the output holds these rows as it held its own."""
        shape = [*self.shape[: self.axis], len(rows), *self.shape[self.axis + 1 :]]
        elements = list(chain.from_iterable(rows))
        edits = [(self.data_at, nest(elements, shape) if self.nested else enclose(elements))]
        return edits if shape == self.shape else [*edits, (self.find_size(), b"%d" % len(rows))]

    def find_size(self) -> Span:
        """Where the number of rows stands in the answer."""
        at, length = SHAPE_MEMBER.find(self.text)
        sizes = walk_list(self.text[at : at + length])
        return next(
            (self.start + at + offset, self.start + at + offset + len(size))
            for index, (offset, size) in enumerate(sizes)
            if index == self.axis
        )


def find_axis(shape: Sequence[int], rows: int) -> int | None:
    """Where the number of rows stands: first, or behind a batch of one. None if it does not."""
    if len(shape) > 1 and shape[0] == 1 and shape[1] == rows:
        return 1
    return 0 if shape[0] == rows else None


def flatten(data: msgspec.Raw, shape: Sequence[int]) -> tuple[list[Element], bool]:
    """The elements row by row, and whether they were nested. Raises ValueError if they do not fit the shape."""
    elements = ITEMS.decode(data)
    nested = len(shape) > 1 and bool(elements) and bytes(elements[0]).startswith(b"[")
    if not nested and len(elements) == prod(shape):
        return elements, False
    lists = [elements]
    for depth, size in enumerate(shape):
        if any(len(each) != size for each in lists):
            raise ValueError(f"the data do not fit the shape {list(shape)}")
        if depth + 1 < len(shape):
            lists = [ITEMS.decode(element) for each in lists for element in each]
    return [element for each in lists for element in each], True


def nest(elements: Sequence[bytes | Element], shape: Sequence[int]) -> bytes:
    """The elements as lists in lists, from the inside out. They fit the shape."""
    for depth in range(len(shape) - 1, -1, -1):
        size = shape[depth]
        elements = [enclose(elements[list_ * size : (list_ + 1) * size]) for list_ in range(prod(shape[:depth]))]
    return bytes(elements[0])


def enclose(elements: Iterable[bytes | Element]) -> bytes:
    """Elements as a JSON list."""
    return b"[" + b",".join(elements) + b"]"
