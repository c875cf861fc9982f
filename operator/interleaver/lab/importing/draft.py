"""What an importer hands over: the tables of a suite that is not written yet, and what it left out or put together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from interleaver.lab.terms.metric import Task


@dataclass(frozen=True)
class Draft:
    """Tables in the columns of docs/reference/lab-suite.md, as their Parquet files have them: requests and items are
    JSON text, and each attribute is a column `attributes.NAME`."""

    task: Task
    cases: pa.Table
    """`queries` of a ranking suite, `samples` of a scoring one."""
    judgments: pa.Table | None = None
    items: pa.Table | None = None
    maximum_grade: float | None = None
    """The greatest grade by the rule that the gains were made by; None where nobody stated it."""
    notes: Mapping[str, int] = field(default_factory=dict)
    """How often something was left out, put together or taken as something else, by words for people."""
    rules: tuple[str, ...] = ()
    """How gains, items and attributes were made, in sentences for people."""

    @property
    def told(self) -> tuple[str, ...]:
        """Rules and counts for people; what never happened is not told."""
        return (*self.rules, *(f"{count} {words}" for words, count in self.notes.items() if count))


def make_judgments(queries: list[str], items: list[str], gains: list[float]) -> pa.Table:
    """The table of judgments; items in JSON spelling."""
    columns = {"query": pa.array(queries, pa.string()), "item": pa.array(items, pa.string())}
    return pa.table(columns | {"gain": pa.array(gains, pa.float64())})
