"""A hundred thousand judged queries and the lists of two models, made of a seed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.api.v1alpha1 import Contract, Unit
from interleaver.lab.asking.answers import Answers
from interleaver.lab.suites.suite import Cases, Judgments, Suite
from interleaver.lab.terms.labels import Labels
from interleaver.lab.terms.lists import Lists
from interleaver.lab.terms.metric import Task

ITEMS: Final = 20_000  # of the catalogue
JUDGED: Final = 20  # items of each query
SHOWN: Final = 50  # items of each list
FOUND: Final = (0.40, 0.42)  # of the judged items, by the two models
GROUPS: Final = (2, 6)  # of two attributes: 2 + 6 + 12 slices with their pair


class Scene:
    """Suite and answers, and the arrays that they were made of."""

    def __init__(self, queries: int) -> None:
        chance = np.random.default_rng(0)
        self.judged = distinct(chance, queries, JUDGED)
        self.gains = chance.integers(0, 4, (queries, JUDGED)).astype(np.float64)
        self.names = [str(100_000 + item) for item in range(ITEMS)]
        self.suite = make_suite(chance, self.judged, self.gains, self.names)
        self.answers = [
            make_answers(chance, name, self.write(find(chance, self.judged, share)))
            for name, share in zip("ab", FOUND, strict=True)
        ]

    def write(self, lists: NDArray[np.int32]) -> list[Sequence[str]]:
        """Lists of ids, without a second place for any."""
        return [tuple(dict.fromkeys(row)) for row in np.array(self.names, dtype=object)[lists].tolist()]


def distinct(chance: np.random.Generator, rows: int, width: int) -> NDArray[np.int32]:
    """Different items in each row: steps of one odd width from somewhere on."""
    start = chance.integers(0, ITEMS, (rows, 1))
    step = chance.integers(0, ITEMS // (2 * width), (rows, 1)) * 2 + 1
    return ((start + step * np.arange(width)) % ITEMS).astype(np.int32)


def find(chance: np.random.Generator, judged: NDArray[np.int32], share: float) -> NDArray[np.int32]:
    """Lists that hold a share of the judged items, anywhere."""
    rows = np.arange(len(judged))[:, None]
    lists = distinct(chance, len(judged), SHOWN)
    places = np.argsort(chance.random(lists.shape), axis=1)[:, : judged.shape[1]]
    lists[rows, places] = np.where(chance.random(judged.shape) < share, judged, lists[rows, places])
    return lists


def make_suite(
    chance: np.random.Generator, judged: NDArray[np.int32], gains: NDArray[np.float64], names: list[str]
) -> Suite:
    """A unit a query, and two attributes."""
    queries = len(judged)
    ids = [str(query) for query in range(queries)]
    attributes = {
        f"attribute{number}": Labels(
            chance.integers(0, groups, queries).astype(np.int32), tuple(f"group{group}" for group in range(groups))
        )
        for number, groups in enumerate(GROUPS)
    }
    sources = Labels(np.zeros(queries, dtype=np.int32), ("production",))
    return Suite(
        folder=Path("suite"),
        name="bench",
        task=Task.RANKING,
        contract=Contract(path="/rank", unit=Unit(header="x-user-id"), items="/items", item_id="/id"),
        cases=Cases(ids, np.arange(queries), ids, sources, attributes, requests=[]),
        digest="",
        judgments=Judgments(Lists(np.arange(queries + 1) * JUDGED, judged.ravel()), gains.ravel(), tuple(names)),
        maximum_grade=3.0,
    )


def make_answers(chance: np.random.Generator, model: str, lists: list[Sequence[str]]) -> Answers:
    """Every query answered."""
    return Answers(
        model=model,
        states=np.zeros(len(lists), dtype=np.int8),
        milliseconds=chance.gamma(4, 3, len(lists)),
        sizes=np.full(len(lists), 2_000),
        words=[""] * len(lists),
        rankings=lists,
        scores=None,
    )
