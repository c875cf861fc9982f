"""What the matrix asks of a tool that applies documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

Document = dict[str, Any]

HELD: Final = "held"
BEFORE: Final = "before a candidate"
RUNNING: Final = "in mid-run"
PROMOTED: Final = "after the promotion"
MERGED: Final = "after the merge"
COLUMNS: Final = (BEFORE, RUNNING, PROMOTED, MERGED)


@dataclass(frozen=True)
class Way:
    """One way of applying what Git says, though nothing was ordered."""

    name: str
    do: Callable[[Document], str | None]  # applies it; returns what came of it where that is not simply that all held
    alters: frozenset[str] = frozenset()  # fields of Standing that are other ones afterwards, for the way says so
    lasts: bool = False  # takes long, so that a reduced matrix does it in one column alone


class Engine(Protocol):
    """A tool that makes the cluster follow a document."""

    name: str

    def deliver(self, document: Document) -> None:
        """Git says this from now on; returns when the tool says that it is applied, and well if it judges that."""

    def ways(self) -> Sequence[Way]:
        """In which ways it applies the same again."""

    def trace(self) -> str:
        """What it has done so far, in a form that grows when it does more: a tool at rest leaves it as it is."""

    def vouches(self) -> str:
        """What it says of the experiment's health, right after the first delivery; empty if it has nothing to say."""
