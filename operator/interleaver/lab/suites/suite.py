"""A suite that was read and checked: what the other rooms of the lab work with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interleaver.api.v1alpha1 import Contract
from interleaver.lab.terms.labels import Labels
from interleaver.lab.terms.lists import Lists
from interleaver.lab.terms.metric import Task


@dataclass(frozen=True)
class ScoringContract:
    """How a scoring request and its answer look: path, JSON pointers to the input in the request and the score in the
    answer. A picture travels as base64 at `input`."""

    path: str
    input: str
    score: str


@dataclass(frozen=True)
class Request:
    """What is sent for one case: the JSON body, and headers beside those that the lab sends itself."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Cases:
    """The queries or samples of a suite, row by row in the order of the file; all columns have one length."""

    ids: Sequence[str]
    units: NDArray[np.int64]
    """The unit's code, 0 and up: intervals resample units. A case without a unit has a code of its own."""
    unit_names: Sequence[str]
    sources: Labels
    """production, benchmark, corner, or a name of the team's own."""
    attributes: Mapping[str, Labels]
    requests: Sequence[Request]
    """Made when they are asked for, so that pictures are not all in memory."""
    labels: NDArray[np.int8] | None = None
    """Scoring: 0 or 1."""
    attacks: Labels | None = None
    """Scoring: the kind of presentation attack; missing is a genuine presentation."""
    pictures: Sequence[str | None] | None = None
    """Scoring: path of the picture below the suite."""
    weights: NDArray[np.float64] | None = None
    """What each case counts beside others, 0 or more; None: all count the same."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def counting(self) -> NDArray[np.float64]:
        """What each case counts, (cases,): 1 for all where the suite says nothing."""
        return np.ones(len(self)) if self.weights is None else self.weights


@dataclass(frozen=True)
class Judgments:
    """Judged items of every query, in the order of `Cases`: `lists.row(i)` are codes into `vocabulary`, and
    `gains[lists.starts[i]:lists.starts[i + 1]]` their gains, float64, 0 or more. A query may have none."""

    lists: Lists
    gains: NDArray[np.float64]
    vocabulary: tuple[str, ...]
    """The JSON spelling of each item's id, so that 1 and "1" are two items."""

    def gains_of(self, row: int) -> Mapping[str, float]:
        """The gain of each judged item of a query, by JSON spelling, in the order of the table."""
        start, end = self.lists.starts[row], self.lists.starts[row + 1]
        items = [self.vocabulary[code] for code in self.lists.items[start:end].tolist()]
        return dict(zip(items, self.gains[start:end].tolist(), strict=True))


@dataclass(frozen=True)
class Suite:
    """A suite of either task. `judgments` and `maximum_grade` belong to rankings, `threshold` to scores."""

    folder: Path
    name: str
    task: Task
    contract: Contract | ScoringContract
    cases: Cases
    digest: str
    """SHA-256 over the description and every row of every table, in hex: equal exactly if the content is."""
    judgments: Judgments | None = None
    items: Mapping[str, Mapping[str, object]] | None = None
    """Metadata of items by JSON spelling: title, picture, and whatever else the table has."""
    maximum_grade: float | None = None
    unjudged_unwanted: bool = False
    """Whether the suite states that items which nobody judged are not wanted, so that no verdict depends on them."""
    threshold: float | None = None
    collected_at: datetime | None = None
    """When the newest of its samples were collected, in UTC: what a gate's `suite.maxAge` counts from."""
    asked: str = ""
    """SHA-256 in hex over what is asked alone: answers stay good while it is, whatever is judged, labelled or told of
    the cases meanwhile. Empty: the digest of the whole."""
