"""Ticks that people can read, and the time on an axis."""

from math import ceil, floor, log10
from typing import Final

STEPS: Final = (1.0, 2.0, 5.0, 10.0)
TIMES: Final = (60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400, 7 * 86_400, 30 * 86_400)


def list_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers between two numbers."""
    if high <= low:
        return [low]
    rough = (high - low) / most
    unit: float = 10.0 ** floor(log10(rough))
    step = next(unit * factor for factor in STEPS if unit * factor >= rough)
    return [number * step for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def list_times(seconds: float, most: int = 7) -> list[float]:
    """Round lengths of time up to one."""
    step = next((time for time in TIMES if time * most >= seconds), TIMES[-1] * ceil(seconds / TIMES[-1] / most))
    return [float(step * number) for number in range(int(seconds // step) + 1)]


def write_time(seconds: float) -> str:
    """A round length of time, in the largest unit of which it is a multiple."""
    units = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))
    name, length = next((unit for unit in units if seconds % unit[1] == 0), units[-1])
    return f"{seconds / length:g}{name}" if seconds else "0"
