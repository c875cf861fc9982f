"""Rankings in tensors: an Open Inference Protocol v2 answer, with ids, scores and more in outputs side by side.

Outputs are told apart by name, never by index, for servers promise no order. All that have a row for each id are put
into one order together, and each row is taken from the model that owns the slot. Of the rest the champion's are kept.
The protocol's binary extension is not read: such an answer is no JSON.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from math import prod
from typing import Final, NamedTuple

import msgspec

from interleaver.interleaving.ranking import Identity, identify

from .bare_words import mask
from .columns import SHAPE, Column, Element, enclose, find_axis, flatten
from .members import Step, locate, walk_list
from .ranked import BESIDE_WORDS, NO_NUMBER, UNREADABLE, Ranking, Reader, Unusable

# No answer for a page has more, and to take one apart must not hold up other requests.
MOST_ROWS: Final = 10_000
MOST_OUTPUTS: Final = 64

IDS: Final = msgspec.json.Decoder(list[str | int | float | bool])

Row = tuple[list[Element], ...]  # what one id has in each column


class Output(msgspec.Struct, gc=False):
    """What an output says of itself, and the bytes of its data."""

    name: str
    datatype: str
    shape: msgspec.Raw
    data: msgspec.Raw


OUTPUT: Final = msgspec.json.Decoder(Output)


class Located(NamedTuple):
    """An output where it stands in the answer."""

    output: Output
    text: bytes
    start: int


class Rows(Ranking):
    """A model's ranking: its columns by name, and the rows of each item."""

    def __init__(self, columns: list[Column], items: dict[Identity, Row]) -> None:
        """The form is what a row is made of. Rows of another form have no place in this answer."""
        super().__init__(items, tuple((column.name, column.datatype, column.row_shape) for column in columns))
        self.columns = columns

    def splice(self, body: bytes, rows: Iterable[Row]) -> bytes:
        """The answer with the rows of all columns replaced and every other byte kept."""
        columns = zip(self.columns, cross(rows, len(self.columns)), strict=True)
        edits = sorted(chain.from_iterable(column.write(cells) for column, cells in columns))
        parts: list[bytes] = []
        position = 0
        for (start, end), text in edits:
            parts += body[position:start], text
            position = end
        return b"".join((*parts, body[position:]))


class TensorReader(Reader):
    """Reads rankings whose ids stand in the output of this name.

    `names` are those of the other columns; without any, all outputs are columns that have a row for each id.
    """

    def __init__(self, ids: str, names: Iterable[str] = ()) -> None:
        self.ids = ids
        self.names = {ids, *names} if names else None
        self.path = [Step("outputs")]
        self.data = Step("data")

    def read(self, body: bytes) -> Rows:
        """The ranking in an answer. Raises Unusable."""
        try:
            columns = self.read_columns(self.find_outputs(body))
            return make_rows(columns, self.read_names(columns))
        except UNREADABLE as error:
            masked = mask(body)
            if masked is body:
                raise Unusable(str(error)) from None
        return self.read_masked(masked)

    def read_masked(self, masked: bytes) -> Rows:
        """The ranking in an answer of which numbers were masked, with its elements as they came."""
        try:
            columns = self.read_columns(self.find_outputs(masked))
            names = self.read_names(columns)
        except UnicodeDecodeError:
            raise Unusable(NO_NUMBER) from None
        except UNREADABLE as error:
            raise Unusable(f"{error}; {BESIDE_WORDS}") from None
        return make_rows({name: column.unmask() for name, column in columns.items()}, names)

    def read_names(self, columns: dict[str, Column]) -> list[Identity]:
        """The id of each row."""
        ids = columns[self.ids]
        if ids.row_shape:
            raise ValueError(f"output {self.ids!r} holds more than one list of ids")
        return [identify(value) for value in IDS.decode(enclose(ids.elements))]

    def find_outputs(self, body: bytes) -> dict[str, Located]:
        """All outputs by name, in the order of their names."""
        start, end = locate(body, self.path)
        found: dict[str, Located] = {}
        for at, raw in walk_list(body[start:end]):
            output = OUTPUT.decode(raw)
            if output.name in found or len(found) == MOST_OUTPUTS:
                raise ValueError(f"more than {MOST_OUTPUTS} outputs, or two {output.name!r}")
            found[output.name] = Located(output, bytes(raw), start + at)
        return dict(sorted(found.items()))

    def read_columns(self, outputs: dict[str, Located]) -> dict[str, Column]:
        """The outputs that have a row for each id."""
        rows = prod(SHAPE.decode(outputs[self.ids].output.shape))
        if rows > MOST_ROWS:
            raise ValueError(f"more than {MOST_ROWS} ids")
        if self.names is not None:
            outputs = {name: outputs[name] for name in sorted(self.names)}
        read = {name: self.read_column(located, rows) for name, located in outputs.items()}
        columns = {name: column for name, column in read.items() if column is not None}
        if self.names is not None and len(columns) < len(self.names):
            raise ValueError(f"not all of {sorted(self.names)} have {rows} rows")
        return columns

    def read_column(self, located: Located, rows: int) -> Column | None:
        """The output as a column; None if it has not so many rows."""
        output, text, start = located
        shape = SHAPE.decode(output.shape)
        axis = find_axis(shape, rows)
        if axis is None:
            return None
        at, length = self.data.find(text)
        data_at = start + at, start + at + length
        return Column(output.name, output.datatype, shape, axis, *flatten(output.data, shape), text, start, data_at)


def make_rows(columns: dict[str, Column], names: list[Identity]) -> Rows:
    """The rows of each item. Of those with one id the first one counts."""
    items: dict[Identity, Row] = {}
    for name, row in zip(names, zip(*(column.cut() for column in columns.values()), strict=True), strict=True):
        items.setdefault(name, row)
    return Rows(list(columns.values()), items)


def cross(rows: Iterable[Row], columns: int) -> Iterator[list[list[Element]]]:
    """The cells of each column, for there may be no row."""
    chosen = list(rows)
    return ([row[index] for row in chosen] for index in range(columns))
