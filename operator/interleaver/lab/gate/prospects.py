"""What a suite can show, as a document and as lines for people."""

from collections.abc import Iterator, Sequence
from typing import Any

from interleaver.lab.gate.power import PROBABILITY
from interleaver.lab.gate.reading import Gate
from interleaver.lab.gate.showing import Showing, hold_all
from interleaver.lab.terms.figure import name_slice, show_slice

HEAD = ("rule", "metric", "slice", "bound", "units")


def show_prospects(gate: Gate, showings: Sequence[Showing]) -> dict[str, Any]:
    """The document that `--json` prints."""
    return {
        "confidence": gate.confidence,
        "probability": PROBABILITY,
        "equalModelsHoldAll": hold_all(showings),
        "rules": [
            {
                "rule": shown.rule,
                "metric": shown.metric,
                "slice": show_slice(shown.slice),
                "bound": shown.bound,
                "level": str(shown.level),
                "n": shown.spread.cases,
                "units": shown.spread.units,
                "error": shown.spread.error,
                "from": shown.spread.why,
                "told": shown.told,
                "equalModels": shown.equal,
                "words": shown.words,
            }
            for shown in showings
        ],
    }


def print_prospects(gate: Gate, showings: Sequence[Showing]) -> Iterator[str]:
    """A line for each bound, with its words below; last what they come to together."""
    rows = [HEAD, *(_row(shown) for shown in showings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row, shown in zip(rows, (None, *showings), strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if shown is not None:
            basis = f" (from {shown.spread.why})" if shown.spread.error is not None and shown.told is not None else ""
            yield f"      {shown.words}{basis}"
    yield f"Told means with probability {PROBABILITY}, by intervals of {gate.confidence:g}."
    if (chance := hold_all(showings)) is not None:
        yield f"Equal models hold all blocking notWorseBy with probability {chance:.2g}, were slices independent."


def _row(shown: Showing) -> tuple[str, ...]:
    return str(shown.rule), shown.metric, name_slice(shown.slice), shown.bound, f"{shown.spread.units:,}"
