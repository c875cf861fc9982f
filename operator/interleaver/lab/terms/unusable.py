"""Input that cannot be used: where it is wrong, what was found, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where something is wrong: a file, and where it applies a row of a table or a line of a text (both counted from 1)
    and a field or column."""

    file: str
    row: int | None = None
    field: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        row = "" if self.row is None else f", row {self.row}"
        line = "" if self.line is None else f", line {self.line}"
        return f"{self.file}{row}{line}" + ("" if self.field is None else f", {self.field}")


class Unusable(ValueError):
    """Input that cannot be used. Its words say where, what was found and what is wanted; commands exit with 2."""

    def __init__(self, place: Place | str, found: str, wanted: str = "") -> None:
        self.place = place
        super().__init__(f"{place}: {found}" + (f"; {wanted}" if wanted else ""))
