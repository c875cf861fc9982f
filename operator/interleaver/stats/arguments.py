"""What an argument must be: looked at once a call, where it comes in, and never for each number of many.

A bool is no number here, nor is a text. Not-a-number lies within no bounds: each of them is asked whether it holds.
"""

from numbers import Integral, Real
from sys import float_info
from typing import Any, Final

PLAIN: Final = (float, int)  # looked for first: to ask whether a value is a Real takes ten times as long


def is_number(value: Any) -> bool:
    """Whether it is a real number of any kind, which may still be infinite or none."""
    return type(value) in PLAIN or (isinstance(value, Real) and not isinstance(value, bool))


def check_between(name: str, value: Any, low: float, high: float) -> None:
    """Raise ValueError for what does not lie between the two."""
    if not (is_number(value) and low < value < high):
        raise ValueError(f"{name} must be between {low:g} and {high:g}, not {value!r}")


def check_within(name: str, value: Any, low: float, high: float) -> None:
    """Raise ValueError for what does not lie between the two and is neither of them."""
    if not (is_number(value) and low <= value <= high):
        raise ValueError(f"{name} must be within {low:g} and {high:g}, not {value!r}")


def check_planned(planned: Any) -> None:
    """Raise ValueError for a number of votes that nobody can plan for. It tunes power only, so it need not be whole."""
    if not (is_number(planned) and 1 <= planned <= float_info.max):
        raise ValueError(f"planned must be a finite number of at least 1 vote, not {planned!r}")


def is_count(value: Any, least: int = 0) -> bool:
    """Whether it is a whole number, and not less."""
    return is_number(value) and isinstance(value, Integral) and int(value) >= least


def check_count(name: str, value: Any, least: int = 0) -> None:
    """Raise ValueError for what is no whole number, or less."""
    if not is_count(value, least):
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
