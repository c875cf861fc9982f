"""Small judged lists, made of plain dictionaries, for tests of what is measured on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from interleaver.lab.measures.joining import Codes, encode
from interleaver.lab.measures.names import parse
from interleaver.lab.measures.ranked import Ideal, Ranked, idealise, rank
from interleaver.lab.measures.walking import measure
from interleaver.lab.terms.lists import Lists
from interleaver.lab.terms.metric import Task

Run = Mapping[str, Sequence[str]]
Grades = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Scene:
    """Judgments and the lists of any number of models, in codes."""

    models: list[Ranked]
    ideal: Ideal
    judged: Lists
    gains: NDArray[np.float64]
    size: int


def make_scene(grades: Grades, *runs: Run, maximum: float = 4, depth: int = 10) -> Scene:
    codes = Codes()
    judged = encode([list(grades[query]) for query in grades], codes)
    gains = np.array([gain for query in grades for gain in grades[query].values()], dtype=np.float64)
    lists = [encode([run.get(query, []) for query in grades], codes) for run in runs]
    models = [rank(answered, judged, gains, len(codes)) for answered in lists]
    return Scene(models, idealise(judged, gains, maximum, depth), judged, gains, len(codes))


def measure_one(scene: Scene, *names: str, model: int = 0) -> NDArray[np.float64]:
    """(names, queries)"""
    return measure(scene.models[model], scene.ideal, [parse(name, Task.RANKING) for name in names])


items = st.sampled_from([f"i{number}" for number in range(9)])
queries = st.sampled_from([f"q{number}" for number in range(6)])
all_grades = st.dictionaries(queries, st.dictionaries(items, st.integers(0, 4), min_size=1), min_size=1)
runs = st.dictionaries(queries, st.lists(items, unique=True))
