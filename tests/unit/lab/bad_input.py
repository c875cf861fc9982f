"""docs/reference/lab-bad-input.md: which bad input gets which answer, as rows that tests hold."""

from pathlib import Path
from typing import Final, NamedTuple

PAGE: Final = Path(__file__).parents[3] / "docs" / "reference" / "lab-bad-input.md"


class Told(NamedTuple):
    """One row: what the file is, what is wrong with it, what is said, and the exit code."""

    file: str
    wrong: str
    said: str
    code: str


def list_told(heading: str) -> list[Told]:
    """The rows below a heading of the second level. Raises ValueError where there is no such heading, or it twice."""
    (section,) = [part for part in PAGE.read_text().split("\n## ")[1:] if part.partition("\n")[0] == heading]
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [Told(file.strip("`"), wrong, said.strip("`"), code) for file, wrong, said, code in cells[2:]]
