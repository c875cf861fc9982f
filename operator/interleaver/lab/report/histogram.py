"""Scores by label: those of label 1 stand up from the middle, those of label 0 hang down, so no colour is needed."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from .curves import Scored
from .plot import HEIGHT, Block, Mark, Plot, x_of, y_of

BINS = 30


def draw_histograms(models: Sequence[Scored]) -> Iterator[Plot]:
    """One for each model, over the same range of scores, so that they can be laid side by side."""
    scores = [model.scores for model in models if len(model.scores)]
    if not scores:
        return
    edges = divide_range(find_range(np.concatenate(scores)), BINS)
    shares = [[share(model, label, edges) for label in (0, 1)] for model in models]
    top = max(float(one.max()) for pair in shares for one in pair) or 1.0
    for model, pair in zip(models, shares, strict=True):
        yield draw_one(model, pair, edges, top)


def find_range(scores: NDArray[np.float64]) -> tuple[float, float]:
    """From 0 to 1 where all scores are, as those of most models; else what there is."""
    low, high = float(scores.min()), float(scores.max())
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return low, high if high > low else low + 1


def divide_range(ends: tuple[float, float], parts: int) -> NDArray[np.float64]:
    """The edges of equal parts. Halves are taken apart, for from -1e308 to 1e308 it is further than numbers reach."""
    low, high = ends
    return np.linspace(low / 2, high / 2, parts + 1) * 2


def share(model: Scored, label: int, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of one label's samples in each bin."""
    of_label = model.labels == label
    counts, _ = np.histogram(model.scores[of_label], edges, weights=model.weights[of_label])
    return np.asarray(counts / (counts.sum() or 1), dtype=np.float64)


def draw_one(model: Scored, pair: Sequence[NDArray[np.float64]], edges: NDArray[np.float64], top: float) -> Plot:
    """One model's picture; `top` is the greatest share, which reaches the edge."""
    blocks = [block for label in (0, 1) for block in draw_label(label, pair[label], edges, top)]
    ones = int(model.labels.sum())
    words = (
        f"Scores of the {model.style}: {ones:,} samples of label 1 above the middle line, "
        f"{len(model.labels) - ones:,} of label 0 below it; each as a share of its label."
    )
    heights = [Mark(y_of(0.5 + sign / 2), f"{100 * top:.0f} %") for sign in (1, -1)] + [Mark(y_of(0.5), "0 %")]
    return Plot(
        f"Scores of the {model.style}", words, "score", "share of the label", mark_scores(edges), heights, (), blocks
    )


def mark_scores(edges: NDArray[np.float64]) -> Sequence[Mark]:
    scores = divide_range((float(edges[0]), float(edges[-1])), 5)
    return [Mark(x_of(step / 5), f"{score:.2g}") for step, score in enumerate(scores.tolist())]


def draw_label(label: int, shares: NDArray[np.float64], edges: NDArray[np.float64], top: float) -> Iterator[Block]:
    """The columns of one label; empty bins are not drawn."""
    middle, width = y_of(0.5), (x_of(1) - x_of(0)) / BINS
    for place, part in enumerate(shares.tolist()):
        if not part:
            continue
        height = round(HEIGHT / 2 * part / top, 1)
        text = f"{edges[place]:.3g} to {edges[place + 1]:.3g}: {100 * part:.1f} % of label {label}"
        left = round(x_of(0) + place * width + 0.5, 1)
        yield Block(f"label{label}", left, middle - height if label else middle, round(width - 1, 1), height, text)
