"""The pictures of a run: evidence, preference, ramp, attention by rank. None is drawn of what is not there."""

from datetime import datetime
from math import ceil, log
from typing import Any, Final, NamedTuple

from interleaver.experiment.counting.counts import Counts
from interleaver.experiment.counting.ledger import Ledger
from interleaver.plugin.reading.document import dig, read_time
from interleaver.plugin.reporting.moments import Moment, find_seconds
from interleaver.plugin.reporting.plot import Band, Frame, Line, Mark, Point, draw
from interleaver.plugin.reporting.scales import list_ticks, list_times, write_time

Document = dict[str, Any]

LN10: Final = log(10)
FEWEST_DECADES, MOST_DECADES = 2, 12  # of evidence that are shown; beyond that nothing changes any more


class Picture(NamedTuple):
    """A drawing with its heading, what the lines are, and what it says in words."""

    heading: str
    legend: tuple[tuple[str, str], ...]
    words: str
    svg: str


def draw_evidence(moments: list[Moment]) -> Picture | None:
    """Each e-value over time, on a scale of powers of ten, with the bar."""
    if not moments:
        return None
    bar = moments[0].evidence.bar / LN10
    series = {
        kind: [(each.at, getattr(each.evidence, kind) / LN10) for each in moments]
        for kind in ("on_par", "better", "harm")
    }
    top = max(value for points in series.values() for _, value in points)
    high = min(MOST_DECADES, max(FEWEST_DECADES, ceil(max(top, bar) + 0.2)))
    low = -2.0
    last = moments[-1].evidence
    frame = make_frame(moments[-1].at, (low, high), lambda value: f"{10.0**value:g}" if value < 4 else f"1e{value:g}")
    names = {"on_par": "on par", "better": "better", "harm": "harm"}
    proven = [words for kind, words in names.items() if getattr(last, kind) >= last.bar]
    words = f"e-values over time; the bar is {10**bar:.4g}. Proven at the end: {', '.join(proven) or 'nothing'}"
    lines = [Line(kind.replace("_", "-"), points) for kind, points in series.items()]
    legend = tuple((kind.replace("_", "-"), words) for kind, words in names.items())
    return Picture("Evidence", legend, words, draw(frame, words, [], lines, [Mark(bar, f"bar {10**bar:.4g}")]))


def draw_preference(moments: list[Moment], margin: float) -> Picture | None:
    """The preference with the interval that holds at every look."""
    if not moments:
        return None
    low = [(each.at, each.evidence.interval[0]) for each in moments]
    high = [(each.at, each.evidence.interval[1]) for each in moments]
    settled = len(moments) // 4  # the first intervals are as wide as can be, and would leave no room for the rest
    reach = max(0.02, margin * 1.2, *(abs(value) for _, value in low[settled:] + high[settled:]))
    frame = make_frame(
        moments[-1].at,
        (-min(0.5, reach), min(0.5, reach)),
        lambda value: f"{value:+.0%}" if reach >= 0.05 else f"{value:+.1%}",
    )
    last = moments[-1].evidence
    words = f"preference for the candidate over time, {last.preference:+.2%} at the end, between "
    words += f"{last.interval[0]:+.2%} and {last.interval[1]:+.2%}"
    line = Line("preference", [(each.at, each.evidence.preference) for each in moments])
    marks = [Mark(0.0, "no difference"), Mark(-margin, f"margin -{margin:g}")]
    legend = (("preference", "preference"), ("band", "interval, valid at every look"))
    return Picture("Preference", legend, words, draw(frame, words, [Band("preference", low, high)], [line], marks))


def draw_ramp(run: Document) -> Picture | None:
    """The share of units that were interleaved."""
    since, end = read_time(run.get("runningSince")), find_end(run)
    ramp = run.get("ramp") or []
    if since is None or end is None or not ramp:
        return None
    points: list[Point] = [
        ((datetime.fromisoformat(one["at"]) - since).total_seconds(), one["percent"]) for one in ramp
    ]
    points = [(max(0.0, at), percent) for at, percent in points]
    points.append((max(end, points[-1][0]), points[-1][1]))
    frame = make_frame(points[-1][0], (0, 100), lambda value: f"{value:g} %")
    words = "share of units that were interleaved: " + ", ".join(f"{one['percent']} % from {one['at']}" for one in ramp)
    return Picture(
        "Ramp", (("ramp", "percent of units"),), words, draw(frame, words, [], [Line("ramp", points, stepped=True)], [])
    )


def draw_attention(run: Document) -> Picture | None:
    """How much attention each rank gets, with its interval."""
    position = run.get("position") or {}
    curve, low, high = (
        [float(value) for value in position.get(name) or []] for name in ("curve", "curveLow", "curveHigh")
    )
    if len(curve) < 2 or not len(curve) == len(low) == len(high):
        return None
    ranks = range(1, len(curve) + 1)
    top = max(1.0, min(2.0, *[max(high)]))
    frame = Frame(
        (1, len(curve)),
        (0, top),
        lambda value: f"{value:g}",
        lambda value: f"{value:.1f}",
        list(ranks),
        list_ticks(0, top, 5),
    )
    words = "attention by rank, the first being 1: " + ", ".join(f"{value:g}" for value in curve)
    bands = [Band("preference", list(zip(ranks, low, strict=True)), list(zip(ranks, high, strict=True)))]
    legend = (("preference", "attention"), ("band", "interval"))
    return Picture(
        "Attention by rank",
        legend,
        words,
        draw(frame, words, bands, [Line("preference", list(zip(ranks, curve, strict=True)))], []),
    )


def read_totals(run: Document) -> Counts:
    """What was counted in all; nothing where the ledger cannot be read."""
    try:
        return Ledger.from_dict(run.get("ledger") or {}).totals
    except (ValueError, TypeError, AttributeError):
        return {}


def find_end(run: Document) -> float | None:
    """How far the axis of time goes."""
    seconds = find_seconds(run)
    points = run.get("trail") or []
    last = float(str(points[-1]).split()[0]) if points else None
    return max((each for each in (seconds, last) if each is not None), default=None)


def make_frame(end: float, y: tuple[float, float], write_y: Any) -> Frame:
    """Time from the beginning on."""
    end = max(end, 1.0)
    whole = y[1] - y[0] > 3
    ticks = [tick for tick in list_ticks(*y) if not whole or tick == int(tick)]
    return Frame((0.0, end), y, write_time, write_y, list_times(end), ticks)


def find_margin(run: Document) -> float:
    return float(dig(run, "plan", "analysis", "margin") or 0)
