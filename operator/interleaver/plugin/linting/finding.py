"""One thing to say of a document: where, what is wrong, and how bad that is."""

from typing import Literal, NamedTuple

Level = Literal["FAIL", "WARN"]


class Finding(NamedTuple):
    """FAIL is refused, by the API server or by the operator; WARN is accepted, and hardly meant."""

    level: Level
    field: str
    words: str

    def __str__(self) -> str:
        return f"{self.level}  {self.field + ': ' if self.field else ''}{self.words}"
