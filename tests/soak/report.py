"""The report of a soak as a page of Markdown. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tests.soak.results import Results

LE: Final = re.compile(r'^interleaver_event_loop_lag_seconds_bucket\{le="([^"]+)"\}$')


def make_report(results: Results) -> str:
    """The tables, and pass or fail for each promise."""
    return "\n".join(list_lines(results)) + "\n"


def list_lines(results: Results) -> Iterator[str]:
    yield from table("Requests", "number", list_requests(results))
    yield from table("Feedback", "number", list_feedback(results))
    yield from table("Troubles", "times", sorted(results.troubles.items()))
    yield from list_counts(results)
    yield from table("What the routers counted", "number", list_routers(results))
    yield from list_memory(results)
    yield from ["", "| promise | |", "| --- | --- |"]
    for promise, kept in results.verdicts.items():
        yield f"| {promise} | {'pass' if kept else 'FAIL'} |"
    if results.failures:
        yield from ["", *(f"- {failure}" for failure in results.failures)]


def table(head: str, unit: str, rows: Iterable[tuple[str, object]]) -> Iterator[str]:
    """A table of two columns."""
    yield from [f"| {head} | {unit} |", "| --- | ---: |"]
    for name, value in rows:
        yield f"| {name} | {value:,} |" if isinstance(value, int) else f"| {name} | {value} |"
    yield ""


def list_requests(results: Results) -> Iterator[tuple[str, object]]:
    tallies, seconds = results.tallies, max(1, results.tallies.get("seconds", 1))
    yield "ranking requests", tallies.get("requests", 0)
    yield "a second", f"{tallies.get('requests', 0) / seconds:.0f} for {seconds} s"
    yield "failed: no 200, or no whole and right list", tallies.get("failed", 0)
    for kind in ("merged", "champion's", "candidate's"):
        yield f"shown the {kind} list", tallies.get(f"shown {kind}", 0)
    yield "of these while the champion was well", get(tallies, "rescued without a trouble")
    yield (
        "tried again: the router was killed before the answer began",
        get(tallies, "ranking: tried again after a kill"),
    )
    yield "waited for a router", get(tallies, "ranking: no router was ready")
    yield "lost by a router that lives", get(tallies, "ranking: lost without a kill")
    if results.pressure is not None:
        yield "time in which some process of the machine waited for a core", f"{results.pressure:.0%}"
    yield "slowest request, attempts included", f"{results.slowest_seconds:.2f} s"


def list_feedback(results: Results) -> Iterator[tuple[str, object]]:
    tallies = results.tallies
    yield "events sent", get(tallies, "events")
    for kind in ("accepted", "ignored", "buffered", "dropped"):
        yield kind, get(tallies, f"events {kind}")
    yield "sent twice at once", get(tallies, "events doubled")
    yield "requests tried again: the router was killed", get(tallies, "feedback: tried again after a kill")
    yield "most that waited for the store in one router", results.most_buffered


def list_counts(results: Results) -> Iterator[str]:
    yield from ["| | cast | counted |", "| --- | ---: | ---: |"]
    for name in sorted({*results.cast, *results.counted}):
        yield f"| {name} | {results.cast.get(name, 0):,} | {results.counted.get(name, 0):,} |"
    yield f"| recorded gap, votes | {results.gap:,} | |"
    for name, number in sorted(Counter(results.gaps).items()):
        yield f"| gap of {name} | | {number:,} |"
    yield ""


def list_routers(results: Results) -> Iterator[tuple[str, object]]:
    yield from sorted(results.routers.items())
    yield "breaker opened", get(results.extra, "interleaver_breaker_opened_total")
    yield "configurations refused", get(results.extra, "interleaver_config_rejected_total")
    yield (
        "slowest configuration to be in force everywhere, starts of routers included",
        f"{results.slowest_change_seconds:.2f} s",
    )
    for share in (0.99, 0.999):
        yield f"event loop late, {share:.1%} of the time at most", f"{find_lag(results.extra, share)} s"


def list_memory(results: Results) -> Iterator[str]:
    yield from [
        "| memory in MB, by sixths of its life | 1 | 2 | 3 | 4 | 5 | 6 | growth after warm-up |",
        "| --- " + "| ---: " * 7 + "|",
    ]
    for each in results.growths:
        kinds = (("RSS", each.resident, each.growth_resident), ("PSS", each.proportional, each.growth_proportional))
        for kind, levels, growth in kinds:
            shown = " | ".join(f"{level:.1f}" for level in levels)
            yield f"| {each.router}, {each.samples} samples, {kind} | {shown} | {growth:+.1%} |"


def find_lag(extra: Mapping[str, int], share: float) -> str:
    """The bound of the first bucket that holds this share of the timers."""
    buckets = [(found[1], number) for name, number in extra.items() if (found := LE.match(name))]
    total = max((number for _, number in buckets), default=0)
    held = [bound for bound, number in sorted(buckets, key=lambda each: float(each[0])) if number >= share * total]
    return held[0] if held else "?"


def get(counts: Mapping[str, int], name: str) -> int:
    return counts.get(name, 0)
