"""The evidence over time: every point of a run's trail, weighed as the operator weighs it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from interleaver.experiment.weighing.evidence import Evidence, weigh
from interleaver.plugin.reading.document import dig, read_time
from interleaver.stats.tally import Tally

Document = dict[str, Any]


class Moment(NamedTuple):
    """The tally at a time, in seconds since units were interleaved first, and what it said."""

    at: float
    votes: int
    evidence: Evidence


def list_moments(run: Document) -> list[Moment]:
    """The moments of a run in their order, the present one last; none without a plan or a vote."""
    analysis = dig(run, "plan", "analysis") or {}
    if not analysis:
        return []
    return [Moment(at, sum(counts), weigh_counts(counts, run)) for at, counts in list_points(run) if sum(counts)]


def list_points(run: Document) -> Iterator[tuple[float, tuple[int, int, int]]]:
    """Seconds and wins, ties, losses."""
    last = -1.0
    for point in run.get("trail") or []:
        at, wins, ties, losses = map(int, str(point).split())
        last = float(at)
        yield last, (wins, ties, losses)
    now, tally = find_seconds(run), run.get("tally") or {}
    if now is not None and now > last:
        yield now, (tally.get("wins", 0), tally.get("ties", 0), tally.get("losses", 0))


def find_seconds(run: Document) -> float | None:
    """How long after the first units were interleaved the counters were last read; None before that."""
    since, looked = read_time(run.get("runningSince")), read_time(run.get("lookedAt"))
    return (looked - since).total_seconds() if since and looked else None


def weigh_counts(counts: tuple[int, int, int], run: Document) -> Evidence:
    analysis = dig(run, "plan", "analysis") or {}
    return weigh(
        Tally(*counts),
        alpha=float(analysis["alpha"]),
        margin=float(analysis["margin"]),
        planned=int(analysis["plannedVotes"]),
        mixture=dig(run, "plan", "mixture") or "Planned",
    )
