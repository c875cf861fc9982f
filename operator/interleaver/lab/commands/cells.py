"""Figures as cells of a table in the terminal."""

from rich.markup import escape

from interleaver.lab.terms.figure import Estimate, Figure, Verdict

COLOURS = {Verdict.BETTER: "green", Verdict.WORSE: "red", Verdict.NOT_TOLD: "yellow", Verdict.NOT_TOLD_APART: ""}


def show_figure(figure: Figure) -> tuple[str, ...]:
    """Champion, candidate, difference, interval and verdict as cells."""
    colour = COLOURS[figure.verdict] if figure.verdict else ""
    words = "" if figure.verdict is None else str(figure.verdict)
    if figure.why:
        words = f"{words}: {figure.why}" if words else figure.why
    told = f"[{colour}]{escape(words)}[/]" if colour else escape(words)
    return (
        show(figure.champion),
        show(figure.candidate),
        show(figure.difference, "+"),
        show_ends(figure.difference),
        told,
    )


def show(estimate: Estimate | None, sign: str = "") -> str:
    return "–" if estimate is None else format_number(estimate.value, sign)


def show_ends(estimate: Estimate | None) -> str:
    if estimate is None or estimate.low is None or estimate.high is None:
        return "–"
    return f"{format_number(estimate.low, '+')} to {format_number(estimate.high, '+')}"


def format_number(number: float, sign: str = "") -> str:
    """Four digits after the point where figures are shares, fewer where they are milliseconds or bytes."""
    digits = 1 if abs(number) >= 10 else 4
    return format(round(number, digits) + 0.0, f"{sign}.{digits}f")  # 0 is added for -0 to lose its sign
