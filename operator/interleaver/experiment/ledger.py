"""The ledger of a run, read out of its status once for all that ask."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from interleaver.api.status import Run
from interleaver.experiment.counters import Ledger


def read_ledger(run: Run) -> Ledger:
    """The run's ledger. Raises ValueError naming the part of the document that is none."""
    return read_document(Document(run.ledger))


class Document:
    """A ledger as JSON, told apart by identity: a status is frozen, and reading is what takes the time."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content  # held, so that no other document can come to have its identity

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and self.content is other.content

    def __hash__(self) -> int:
        return id(self.content)


@lru_cache(maxsize=8)  # one visit asks a dozen times, of the ledger before its look and of the one after
def read_document(document: Document) -> Ledger:
    """The ledger that a document holds."""
    return Ledger.from_dict(document.content)
