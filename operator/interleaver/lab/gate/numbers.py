"""Numbers as a gate spells them: in the metric's unit, named or not, or as a share of the champion's value."""

import re
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from typing import Final

_SPELT: Final = re.compile(r"([-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*(\S*)")
_LENGTHS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True)
class Number:
    """A bound's number. `unit` is "" where none is written, "%" for a share of the champion's value."""

    value: float
    unit: str = ""

    @property
    def relative(self) -> bool:
        return self.unit == "%"

    def __str__(self) -> str:
        return f"{self.value:.10g}{'%' if self.relative else f' {self.unit}' if self.unit else ''}"


def parse_number(written: object) -> Number:
    """`0.31`, `2%`, `120 ms`. Raises ValueError with words that say what is wanted."""
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        raise ValueError("has to be a number")
    match = _SPELT.fullmatch(written.strip()) if isinstance(written, str) else None
    if isinstance(written, str) and match is None:
        raise ValueError(f"has to be a number, and not {written!r}")
    value, unit = (float(match[1]), match[2]) if match else (float(written), "")
    if not isfinite(value):
        raise ValueError("has to be a finite number")
    return Number(value, unit)


def parse_value(written: object) -> Number:
    """A bound of a value: a share of the champion's is none, and would be read as one hundredth by many."""
    number = parse_number(written)
    if number.relative:
        raise ValueError(
            f"means {number} of the champion's value, which only notWorseBy, betterBy and notBetterBy can be; "
            f"a share is written as {number.value / 100:.10g}"
        )
    return number


def parse_margin(written: object) -> Number:
    """A margin that may be 0."""
    number = parse_number(written)
    if number.value < 0:
        raise ValueError("has to be 0 or more: which way is better belongs to the metric")
    return number


def parse_step(written: object) -> Number:
    """A margin above 0: better by nothing is not better."""
    number = parse_number(written)
    if number.value <= 0:
        raise ValueError("has to be more than 0: which way is better belongs to the metric")
    return number


def parse_length(written: object) -> timedelta:
    """`60d`, `8w`, `36h`. Months are of no one length, and an m would be read as minutes by others."""
    if not isinstance(written, str) or (match := _SPELT.fullmatch(written.strip())) is None or not match[2]:
        raise ValueError("has to be a length of time: 60d, 8w or 36h")
    if (unit := _LENGTHS.get(match[2])) is None:
        raise ValueError(f"has the unit {match[2]!r}, which is unknown; known: h, d, w")
    try:
        length = float(match[1]) * unit
    except OverflowError:
        raise ValueError("is longer than any suite lives") from None
    if length <= timedelta(0):
        raise ValueError("has to be more than 0")
    return length
