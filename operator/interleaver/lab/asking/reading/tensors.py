"""Rankings in tensors: an Open Inference Protocol v2 answer, with ids, scores and more in outputs side by side.

What the router would refuse to put into one order is refused here, too: a live trial could not be held with it.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import Annotated, Any, Final

import msgspec

from interleaver.interleaving.ranking import Identity, identify
from interleaver.lab.terms.ids import Spellings

from .bare_words import mask
from .content import Content, Reader, Unreadable
from .lists import write_content
from .pointers import ITEMS, UNREADABLE, find_member, locate

MOST_ROWS: Final = 10_000
MOST_OUTPUTS: Final = 64
Size = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
SHAPE: Final = msgspec.json.Decoder(Annotated[list[Size], msgspec.Meta(min_length=1, max_length=8)])
IDS: Final = msgspec.json.Decoder(list[str | int | float | bool])


class Output(msgspec.Struct, gc=False):
    """What an output says of itself, and the bytes of its data."""

    name: str
    datatype: str
    shape: msgspec.Raw
    data: msgspec.Raw


OUTPUT: Final = msgspec.json.Decoder(Output)
Outputs = dict[str, tuple[Output, msgspec.Raw]]  # by name, each with its whole text


class TensorReader(Reader):
    """Reads rankings whose ids stand in the output of this name. `columns` are names of others that must have a row
    for each id; without any, all whose shape says so."""

    def __init__(self, ids: str, columns: Iterable[str], spellings: Spellings) -> None:
        self.ids = ids
        self.names = {ids, *columns} if columns else None
        self.spellings = spellings

    def read(self, body: bytes) -> Content:
        """The ranking in an answer. Raises Unreadable."""
        try:
            return write_content(self.read_names(body), self.spellings)
        except UNREADABLE as error:
            masked = mask(body)
            if masked is body:
                raise Unreadable(f"no ids in an output {self.ids!r}: {error}") from None
        try:
            return write_content(self.read_names(masked), self.spellings)
        except UNREADABLE as error:
            raise Unreadable(f"no ids in an output {self.ids!r}: {error}") from None

    def read_names(self, body: bytes) -> list[Identity]:
        """The id of each row."""
        outputs = find_outputs(body)
        if self.ids not in outputs:
            raise LookupError(f"the outputs are {list(outputs)}")
        rows = prod(SHAPE.decode(outputs[self.ids][0].shape))
        if rows > MOST_ROWS:
            raise ValueError(f"more than {MOST_ROWS} ids")
        elements = self.read_columns(outputs, rows)[self.ids]
        return [identify(value) for value in IDS.decode(b"[" + b",".join(elements) + b"]")]

    def read_columns(self, outputs: Outputs, rows: int) -> dict[str, list[Any]]:
        """The elements of each output that has a row for each id."""
        if self.names is not None:
            outputs = {name: outputs[name] for name in sorted(self.names)}
        columns = {}
        for name, (output, text) in outputs.items():
            shape = SHAPE.decode(output.shape)
            axis = find_axis(shape, rows)
            if axis is None:
                continue
            find_member(bytes(text), "data")  # a name twice makes it doubtful which data are meant
            columns[name] = flatten(output.data, shape)
            if name == self.ids and any(size != 1 for size in shape[axis + 1 :]):
                raise ValueError(f"output {name!r} holds more than one list of ids")
        if self.names is not None and len(columns) < len(self.names):
            raise ValueError(f"not all of {sorted(self.names)} have {rows} rows")
        return columns


def find_outputs(body: bytes) -> Outputs:
    """All outputs by name."""
    found: Outputs = {}
    start, end = locate(body, ["outputs"])
    for raw in ITEMS.decode(body[start:end]):
        output = OUTPUT.decode(raw)
        if output.name in found or len(found) == MOST_OUTPUTS:
            raise ValueError(f"more than {MOST_OUTPUTS} outputs, or two {output.name!r}")
        found[output.name] = output, raw
    return dict(sorted(found.items()))


def find_axis(shape: Sequence[int], rows: int) -> int | None:
    """Where the number of rows stands: first, or behind a batch of one. None if it does not."""
    if len(shape) > 1 and shape[0] == 1 and shape[1] == rows:
        return 1
    return 0 if shape[0] == rows else None


def flatten(data: msgspec.Raw, shape: Sequence[int]) -> list[Any]:
    """The elements row by row, in one list or in lists within lists. Raises ValueError if they do not fit the shape."""
    elements = ITEMS.decode(data)
    nested = len(shape) > 1 and bool(elements) and bytes(elements[0]).startswith(b"[")
    if not nested and len(elements) == prod(shape):
        return elements
    lists = [elements]
    for depth, size in enumerate(shape):
        if any(len(each) != size for each in lists):
            raise ValueError(f"the data do not fit the shape {list(shape)}")
        if depth + 1 < len(shape):
            lists = [ITEMS.decode(element) for each in lists for element in each]
    return [element for each in lists for element in each]
