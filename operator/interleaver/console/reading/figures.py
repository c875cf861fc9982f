"""Figures of an evaluation's document, chosen and put in order."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from interleaver.lab.report.bars import Bar, place
from interleaver.lab.report.numbers import show, show_signed

Figure = Mapping[str, Any]
ORDERS: Final = ("as evaluated", "worst difference first", "smallest first")
WHOLE: Final = "the whole suite"


def name_slice(part: Mapping[str, str | None] | None) -> str:
    """A slice in words."""
    return ", ".join(f"{name}={value or '(missing)'}" for name, value in (part or {}).items()) or WHOLE


def list_metrics(figures: Sequence[Figure]) -> list[str]:
    return list(dict.fromkeys(figure["metric"] for figure in figures))


def list_attributes(figures: Sequence[Figure]) -> list[str]:
    """What figures are cut by, alone or together."""
    return list(dict.fromkeys(" and ".join(figure["slice"]) for figure in figures if figure["slice"]))


def choose(figures: Sequence[Figure], metric: str, attribute: str | None, words: str, order: str) -> list[Figure]:
    """The figures of a metric: by an attribute, and with all of the words in the name of their slice."""
    wanted = words.casefold().split()
    found = [
        figure
        for figure in figures
        if figure["metric"] == metric
        and (attribute is None or " and ".join(figure["slice"] or ()) == attribute)
        and all(word in name_slice(figure["slice"]).casefold() for word in wanted)
    ]
    if order == ORDERS[1]:
        return sorted(found, key=lambda figure: (figure["difference"] is None, figure["difference"] or 0.0))
    return sorted(found, key=lambda figure: figure["units"] or 0) if order == ORDERS[2] else found


def write_rows(figures: Sequence[Figure], reach: float) -> list[dict[str, Any]]:
    """Rows as the lab's table of figures has them; `reach` is the difference that fills half of a bar."""
    return [write_row(figure, reach) for figure in figures]


def write_row(figure: Figure, reach: float) -> dict[str, Any]:
    return {
        "metric": figure["metric"],
        "words": "",
        "slice": name_slice(figure["slice"]),
        "small": False,
        "verdict": figure["verdict"] or "",
        "why": figure["why"],
        "sort": figure["difference"],
        "difference": show_signed(figure["difference"]),
        "difference_interval": show_ends(figure["interval"], signed=True),
        "bar": draw_bar(figure, reach),
        "champion": show(figure["champion"]),
        "champion_interval": show_ends(figure["championInterval"]),
        "candidate": show(figure["candidate"]),
        "candidate_interval": show_ends(figure["candidateInterval"]),
        "n": figure["n"],
        "units": figure["units"],
    }


def show_ends(ends: Sequence[float | None] | None, *, signed: bool = False) -> str:
    write = show_signed if signed else show
    return "" if ends is None else " to ".join(write(end) for end in ends)


def draw_bar(figure: Figure, reach: float) -> Bar | None:
    """The interval of the difference around 0."""
    difference = figure["difference"]
    if difference is None or reach <= 0:
        return None
    low, high = (difference if end is None else end for end in figure["interval"] or (None, None))
    return Bar(place(low, reach), place(difference, reach), place(high, reach))


def find_reach(figures: Sequence[Figure]) -> float:
    """The farthest end of any of the intervals."""
    ends = [end for figure in figures for end in (*(figure["interval"] or ()), figure["difference"])]
    return max((abs(end) for end in ends if end is not None), default=0.0)
