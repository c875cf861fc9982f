"""The matrix as it is printed: a row for each way, a column for each time of an experiment's life."""

from dataclasses import dataclass, field

from tests.e2e.gitops.engine import COLUMNS

ELSEWHERE = "make gitops-matrix"  # has what a reduced matrix leaves out


@dataclass
class Table:
    """Cells by way and column, in the order in which they came; lines that are about a tool as a whole follow."""

    cells: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def put(self, way: str, column: str, outcome: str) -> None:
        self.cells.setdefault(way, {})[column] = outcome

    def write(self) -> str:
        """As Markdown."""
        rows = [("what is done", *COLUMNS), ("---",) * (1 + len(COLUMNS))]
        rows += [
            (way, *(self.cells[way].get(column, "") for column in COLUMNS)) for way in sorted(self.cells, key=tool_of)
        ]
        head = [f"| {' | '.join(row)} |" for row in rows]
        return "\n".join([*head, "", *(f"- {line}" for line in self.lines), ""])


def tool_of(way: str) -> str:
    """What the rows of one tool begin with, for they came while others' did; what no tool did comes last."""
    tool, colon, _ = way.partition(":")
    return tool if colon else "~"
