"""The same queries through pytrec_eval: one plain pass over both runs, and the straightforward way to slices and
intervals."""

import time
from typing import Final

import numpy as np
import pytrec_eval

from bench.lab.queries import SHOWN, Scene

DEPTHS: Final = (5, 10, 20)
AT_DEPTHS: Final = ("P", "recall", "map_cut", "ndcg_cut", "success")
MEASURES: Final = {f"{name}.{','.join(map(str, DEPTHS))}" for name in AT_DEPTHS} | {"map", "recip_rank"}
"""All that it has of what the lab measures: no ERR, no exponential gain, no reciprocal rank at a depth, no overlap."""

Grades = dict[str, dict[str, int]]
Run = dict[str, dict[str, float]]


def time_pass(scene: Scene) -> tuple[float, float]:
    """Seconds to bring judgments and both runs into its dictionaries, and to evaluate both runs."""
    start = time.perf_counter()
    grades, runs = convert(scene)
    converted = time.perf_counter()
    evaluator = pytrec_eval.RelevanceEvaluator(grades, MEASURES)
    for run in runs:
        average(evaluator.evaluate(run))
    return converted - start, time.perf_counter() - converted


def time_straightforward(scene: Scene, queries: int, resamples: int) -> float:
    """Seconds for one query in one resample of one model, measured on a part."""
    grades, runs = convert(scene)
    chance = np.random.default_rng(0)
    start = time.perf_counter()
    for _ in range(resamples):
        drawn = chance.integers(0, queries, queries).tolist()
        # A query that is drawn twice takes two names.
        some = {str(place): grades[str(query)] for place, query in enumerate(drawn)}
        evaluator = pytrec_eval.RelevanceEvaluator(some, MEASURES)
        for run in runs:
            average(evaluator.evaluate({str(place): run[str(query)] for place, query in enumerate(drawn)}))
    return (time.perf_counter() - start) / (resamples * queries * len(runs))


def convert(scene: Scene) -> tuple[Grades, list[Run]]:
    """Judgments and runs as it wants them: dense places as scores."""
    grades = {
        str(query): {scene.names[item]: gain for item, gain in zip(items, gains, strict=True)}
        for query, (items, gains) in enumerate(
            zip(scene.judged.tolist(), scene.gains.astype(int).tolist(), strict=True)
        )
    }
    scores = [-float(place) for place in range(SHOWN)]
    runs = [
        {str(query): dict(zip(row, scores, strict=False)) for query, row in enumerate(model.rankings or ())}
        for model in scene.answers
    ]
    return grades, runs


def average(found: dict[str, dict[str, float]]) -> list[float]:
    """The mean of every measure."""
    return [float(mean) for mean in np.array([list(values.values()) for values in found.values()]).mean(axis=0)]
