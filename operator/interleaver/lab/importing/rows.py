"""The rows of a text as Python's own reader sees them: slow, for the header and for the place of what is wrong."""

import csv
import io
from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from interleaver.lab.terms.unusable import Place, Unusable


class Rows:
    """The rows of a text as Python's own reader sees them: slow, for the header and for the place of what is wrong."""

    def __init__(self, file: str, text: str, separator: str, quoted: bool) -> None:
        self.file, self.text, self.separator, self.quoted = file, text, separator, quoted
        first = next(self.walk(), None)
        if first is None:
            raise Unusable(file, "no row", "a table has a header, or its columns are named by --columns")
        self.first, self.body, fields = first
        self.header = [field.strip() for field in fields]

    def walk(self) -> Iterator[tuple[int, int, list[str]]]:
        """The line in which each row begins, where in the text it ends, and its fields. Blank lines are skipped."""
        lines = Lines(self.text)
        quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
        reader = csv.reader(lines, delimiter=self.separator, quoting=quoting, strict=True)
        begin = 1
        try:
            for fields in reader:
                if fields:
                    yield begin, lines.read, fields
                begin = reader.line_num + 1
        except csv.Error as error:
            raise Unusable(
                Place(self.file, line=begin), f"no row: {error}", "close each quote, and double those inside"
            ) from None

    def check_quotes(self) -> None:
        """Raises Unusable where a quote is closed nowhere: the quick reader takes all that follows for one value."""
        for _ in self.walk():
            pass

    @cached_property
    def lines(self) -> list[int]:
        """The line in which each row begins, the header's too."""
        return [begin for begin, _, _ in self.walk()]


class Lines:
    """The lines of a text, one after the other, and how many characters were given out."""

    def __init__(self, text: str) -> None:
        self.stream = io.StringIO(text, newline="")
        self.read = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self.stream.readline()
        if not line:
            raise StopIteration
        self.read += len(line)
        return line
