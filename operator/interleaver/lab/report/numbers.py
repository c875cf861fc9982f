"""How numbers are written on the page: as many digits as a reader can use, with the unit, and a dash for nothing."""

from interleaver.lab.terms.figure import Estimate

NOTHING = "—"
TINY = 1e-12
MINUS = "\u2212"


def show(value: float | None, unit: str = "") -> str:
    """A value with its unit: `0.8182`, `12.3 ms`, `1,204 bytes`; a dash where there is none."""
    if value is None:
        return NOTHING
    value = 0.0 if abs(value) < TINY else value  # what is left of a sum that comes to 0, and -0
    if not unit and abs(value) < 10:
        return f"{value:.4f}".replace("-", MINUS)
    digits = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{digits} {unit}".strip().replace("-", MINUS)


def show_signed(value: float | None, unit: str = "") -> str:
    """A difference, whose plus sign is written, too."""
    text = show(value, unit)
    return f"+{text}" if value is not None and value > 0 else text


def show_interval(estimate: Estimate | None, unit: str = "", *, signed: bool = False) -> str:
    """The two ends of an interval, with the unit at the second; empty where there is none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    write = show_signed if signed else show
    high = write(estimate.high, unit)
    low = write(estimate.low, unit)
    return f"{low.removesuffix(unit).rstrip()} to {high}"


def show_share(part: float, whole: float) -> str:
    """A part of a whole in percent; of nothing there is no share."""
    return f"{100 * part / whole:.1f} %" if whole else NOTHING
