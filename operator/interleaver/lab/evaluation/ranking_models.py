"""Judgments and the lists of all models in one coding, a row for each judged query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.asking.answers import Answers
from interleaver.lab.measures.catalogue import inform, state
from interleaver.lab.measures.joining import Codes, choose, collect, encode
from interleaver.lab.measures.ranked import Ideal, Ranked, idealise, rank
from interleaver.lab.suites.suite import Judgments, Suite
from interleaver.lab.terms.lists import Lists
from interleaver.lab.terms.unusable import Place, Unusable

MOST: Final = 1000
"""Greatest grade: nDCG_exp and ERR take 2 to its power, which is no number beyond 1023."""


@dataclass(frozen=True)
class Judged:
    """What models are measured against. Rows are the judged queries, in the order of the suite."""

    rows: NDArray[np.int64]
    """The case that each row is."""
    lists: Lists
    gains: NDArray[np.float64]
    ideal: Ideal
    graded: bool
    """Whether the suite states its maximum grade. If not, the ideal's is the greatest gain there is."""
    weights: NDArray[np.float64]
    units: NDArray[np.int64]
    codes: Codes
    catalogue: NDArray[np.bool_]
    """Which codes are items of the catalogue: the suite's items, or where it has none, all that were judged."""
    unknown: NDArray[np.float64]
    """How unknown each item is, in bits."""

    @property
    def size(self) -> int:
        """How many codes there are."""
        return len(self.codes)


def lay_out(suite: Suite, models: Sequence[Answers], depth: int) -> tuple[Judged, list[Ranked]]:
    """Code everything alike. Raises Unusable for a suite without judgments and for gains that cannot be measured."""
    judgments, popularity = require_judgments(suite), state_popularity(suite)
    rows = np.flatnonzero(judgments.lists.lengths)
    codes = collect(judgments.vocabulary)
    answered = [encode(model.rankings or [()] * len(suite.cases), codes) for model in models]
    items = suite.items or {}
    for item in items:
        codes[item]
    judged = choose(judgments.lists, rows)
    gains = judgments.gains  # queries without judgments have none, so that these are those of the rows
    greatest = float(gains.max())
    laid_out = Judged(
        rows=rows,
        lists=judged,
        gains=gains,
        ideal=idealise(judged, gains, suite.maximum_grade or greatest or 1.0, depth),
        graded=suite.maximum_grade is not None,
        weights=suite.cases.counting[rows],
        units=suite.cases.units[rows],
        codes=codes,
        catalogue=name_catalogue(codes, items, len(judgments.vocabulary)),
        unknown=inform(judged, gains, len(codes), {codes[item]: known for item, known in popularity.items()}),
    )
    return laid_out, [rank(choose(lists, rows), judged, gains, len(codes)) for lists in answered]


def require_judgments(suite: Suite) -> Judgments:
    """What lists are measured against. Raises Unusable for a suite without, and for what cannot be measured with."""
    judgments = suite.judgments
    if judgments is None or not judgments.lists.lengths.any():
        raise Unusable(str(suite.folder), "has no judgments", "a ranking is measured against judged items")
    check_gains(suite, judgments)
    return judgments


def check_gains(suite: Suite, judgments: Judgments) -> None:
    """Raises Unusable for grades that no metric can take, and for a gain above the suite's maximum grade."""
    highest = int(np.argmax(judgments.gains))
    greatest = float(judgments.gains[highest])
    if max(greatest, suite.maximum_grade or 0) > MOST:
        found = f"the greatest grade is {max(greatest, suite.maximum_grade or 0):g}"
        raise Unusable(Place("judgments", field="gain"), found, f"2^grade has to be a number: at most {MOST}")
    if suite.maximum_grade is not None and greatest > suite.maximum_grade:
        query = int(np.searchsorted(judgments.lists.starts, highest, side="right")) - 1
        raise Unusable(
            Place("judgments", field="gain"),
            f"query {suite.cases.ids[query]} has a gain of {greatest:g}",
            f"suite.yaml states a maximumGrade of {suite.maximum_grade:g}",
        )


def name_catalogue(codes: Codes, items: object, judged: int) -> NDArray[np.bool_]:
    """Which codes are items of the catalogue."""
    inside = np.zeros(len(codes), dtype=bool)
    if isinstance(items, dict) and items:
        inside[[codes[item] for item in items]] = True
    else:
        inside[:judged] = True
    return inside


def state_popularity(suite: Suite) -> dict[str, float]:
    """How well known items are, where the suite says it."""
    try:
        return state(suite.items or {})
    except ValueError as wrong:
        raise Unusable(Place("items", field="popularity"), str(wrong)) from None
