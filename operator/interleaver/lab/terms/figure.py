"""One figure of an evaluation: a metric on a slice, for both models, with intervals and a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

Slice = tuple[tuple[str, str | None], ...]
"""Attributes and their values, in the order of the attributes' names; None is the group in which the attribute is
missing. The empty tuple is the whole suite."""

WHOLE: Slice = ()
FEW_UNITS: Final = 30
"""Below so many units an interval says more of chance than of the model; the group is shown, and flagged."""


class Verdict(StrEnum):
    """What the figures say of the candidate against the champion."""

    BETTER = "better"
    WORSE = "worse"
    NOT_TOLD_APART = "not told apart"
    """Both were measured, and the interval of the difference holds 0."""
    NOT_TOLD = "not told"
    """It could not be measured, or depends on how unjudged items are counted; `why` says which."""


@dataclass(frozen=True)
class Estimate:
    """A value with the two-sided interval over units that belongs to it. The ends are None where there is none."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Figure:
    """A metric on a slice. Estimates are None where they could not be measured, and `why` says the reason."""

    metric: str
    slice: Slice
    n: int
    """Judged queries, or samples, in the slice."""
    units: int
    """Independent units behind them: what the intervals resample."""
    champion: Estimate | None
    candidate: Estimate | None
    difference: Estimate | None
    """Candidate against champion, paired by unit, signed so that positive is better whatever the metric's direction."""
    verdict: Verdict | None
    """None where only one model was measured."""
    why: str = ""
    p_value: float | None = None
    """Of the difference, two-sided, by itself: corrected for the family that it is read in, which the reader knows."""
    other_ways: Mapping[str, Estimate] = field(default_factory=dict)
    """The difference where unjudged items are counted otherwise than as 0, by the way's name: `left out`."""
    other_values: Mapping[str, Estimate] = field(default_factory=dict)
    """The candidate's value likewise, of metrics that a gate asks for, where the way comes to another value."""


def name_slice(cut: Slice) -> str:
    """The slice in words for people and keys: `gender=f, age_group=(missing)`; `all` is the whole."""
    return ", ".join(f"{name}={'(missing)' if value is None else show_text(value)}" for name, value in cut) or "all"


def show_text(text: str) -> str:
    """A text of the data as a line has it: what a terminal would obey, and a line break, is spelt out."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def show_slice(cut: Slice) -> dict[str, str | None] | None:
    """The slice as the JSON document has it."""
    return dict(cut) or None
