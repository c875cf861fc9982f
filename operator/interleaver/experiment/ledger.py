"""The ledger of a run, read out of its status once for all that ask."""

from collections.abc import Mapping
from typing import Any

from interleaver.api.once import once
from interleaver.api.status import Run
from interleaver.experiment.counters import Ledger


def read_ledger(run: Run) -> Ledger:
    """The run's ledger. Raises ValueError naming the part of the document that is none."""
    return read_document(run.ledger)


@once
def read_document(document: Mapping[str, Any]) -> Ledger:
    """The ledger that a document holds."""
    return Ledger.from_dict(document)
