"""Which metrics go to MLflow: at most 60, because it draws a chart for each of them; the slices are in a table.

In this order, until there are 60: what was measured on the whole suite, in the order of the evaluation; what keeps
the candidate from passing the gate; slices on which the candidate is worse, the greatest loss first; all other slices
in the order of the evaluation. What could not be measured is left out: MLflow keeps NaN as it is and infinity as
1.8e308, which wins every sort.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any, Final

from .names import Key, encode_all

MOST: Final = 60

Figure = Mapping[str, Any]
"""A figure as documents have it (docs/reference/lab-evaluate.md)."""


def choose(trial: Mapping[str, Any]) -> Sequence[tuple[str, Figure]]:
    """The figures of one candidate that are kept, with the names that MLflow has for them, the same for both models."""
    figures = {key_of(figure): figure for figure in trial["figures"] if is_measured(figure)}
    chosen = list(dict.fromkeys(order(trial, figures)))[:MOST]
    names = encode_all(chosen)
    return [(names[key], figures[key]) for key in chosen]


def order(trial: Mapping[str, Any], figures: Mapping[Key, Figure]) -> Iterator[Key]:
    """All keys in the order of their weight, some of them twice."""
    yield from (key for key in figures if not key[1])
    yield from (key for key in map(key_of, (trial["gate"] or {}).get("failures", ())) if key in figures)
    worse = [key for key, figure in figures.items() if figure["verdict"] == "worse"]
    yield from sorted(worse, key=lambda key: figures[key]["difference"])
    yield from figures


def key_of(figure: Figure) -> Key:
    """What tells figures apart."""
    return figure["metric"], tuple((figure["slice"] or {}).items())


def is_measured(figure: Figure) -> bool:
    """Whether one of the models has a value that can be kept."""
    return is_number(figure["champion"]) or is_number(figure["candidate"])


def is_number(value: object) -> bool:
    return isinstance(value, float | int) and isfinite(value)


def read_values(chosen: Sequence[tuple[str, Figure]], role: str) -> Mapping[str, float]:
    """One model's metrics; `role` is champion or candidate."""
    return {name: float(figure[role]) for name, figure in chosen if is_number(figure[role])}
