"""A small real classifier on public data: what the figures of scores are compared on."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression


@dataclass(frozen=True)
class Scored:
    labels: NDArray[np.int8]
    scores: NDArray[np.float64]


@cache
def score_tumours(decimals: int = 2) -> Scored:
    """The Wisconsin breast cancer samples (569) by four of their features; rounded, so that some scores are equal."""
    data = load_breast_cancer()
    features = data.data[:, [1, 4, 8, 9]]
    model = LogisticRegression(max_iter=5000).fit(features[::2], data.target[::2])
    return Scored(data.target.astype(np.int8), model.predict_proba(features)[:, 1].round(decimals))


def weigh(samples: int, seed: int, rows: int = 4) -> NDArray[np.float64]:
    """How often each sample is drawn in a few resamples, some of them not at all."""
    return np.random.default_rng(seed).poisson(1.0, (rows, samples)).astype(float)
