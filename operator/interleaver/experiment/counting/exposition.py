"""Exposition: a router's /metrics, as text, read into the counts of one run.

The Prometheus text format, version 0.0.4. The text comes from a pod and is therefore bounded and checked: a router that
shows nonsense has not been read.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from interleaver.api import names
from interleaver.api.observed import StoreReading
from interleaver.experiment.counting.counts import Counts

MAX_CHARACTERS: Final = 1 << 18  # a router's own metrics are about 60 kB
MOST_HEAVY: Final = 20  # units with more than 5 % each
MOST_CHARACTERS: Final = 40  # of a unit's name
MAX_COUNT: Final = 10**12  # three years of 10,000 requests a second; what is summed up must stay a number of 64 bits
MAX_EPOCH: Final = 1 << 53  # milliseconds
MAX_DIGITS: Final = 40  # characters of a number; the status keeps a start as it was printed
SLICE: Final = 500  # lines; reading them takes about 3 ms

# Possessive quantifiers: hostile text costs no more than one pass.
SERIES: Final = re.compile(
    r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*+)"
    r'(?:\{(?P<labels>(?:[^"}]|"(?:[^"\\]|\\.)*+")*+)\})?+'
    r"[ \t]++(?P<value>[^ \t]++)(?:[ \t]++-?[0-9]++)?+[ \t]*+"
)
LABEL: Final = re.compile(r'[ \t]*+(?P<name>[a-zA-Z_][a-zA-Z0-9_]*+)="(?P<value>(?:[^"\\]|\\.)*+)"[ \t]*+(?:,|$)')
NUMBER: Final = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?|[+-]?Inf|NaN")

Labels = tuple[tuple[str, str], ...]  # sorted by name

# Written short, for there are many and the ledger is in the status: place.3.f.win stands for rank 3, first.
PLACED: Final[dict[tuple[str, Labels], str]] = {
    (names.PLACED_VOTES.name, (("outcome", vote), ("place", place), ("rank", rank))): f"place.{rank}.{place[0]}.{vote}"
    for rank in names.RANKS
    for place in names.PLACES
    for vote in names.VOTES
}
COUNTS: Final[dict[tuple[str, Labels], str]] = {
    **{(names.VOTES_TOTAL.name, (("outcome", vote),)): f"votes.{vote}" for vote in names.VOTES},
    **PLACED,
    **{
        (names.WATCHED_VOTES.name, (("outcome", vote), ("sign", sign))): f"{sign}.{vote}"
        for sign in names.VOTE_SIGNS
        for vote in names.DECIDED
    },
    **{(names.CONVERSIONS.name, (("model", team),)): f"conversions.{team}" for team in names.CREDITS},
    **{
        (names.REQUESTS.name, (("arm", names.ARMS[0]), ("outcome", outcome))): f"requests.{outcome}"
        for outcome in names.REQUEST_OUTCOMES
    },
    **{
        (names.MODEL_CALLS.name, (("model", "candidate"), ("outcome", outcome))): f"calls.candidate.{outcome}"
        for outcome in names.CALL_OUTCOMES
    },
    **{(names.FIRST_COINS.name, (("team", team),)): f"coins.{team}" for team in names.MODELS},
    (names.FEEDBACK.name, (("result", "late"),)): "feedback.late",
    **{(names.FALLBACKS.name, (("reason", reason),)): f"fallbacks.{reason}" for reason in names.FALLBACK_REASONS},
    **{
        (names.OVERALL_CONVERSIONS.name, (("arm", arm), ("percent", percent))): f"overall.{arm}.{percent}"
        for arm in names.ARMS
        for percent in names.PERCENTS
    },
    (names.STORE_DROPPED.name, ()): "store.dropped",
}
# What tells why no votes come (weighing/flow.py). It decides nothing, and is kept apart from the ledger.
SIGNS: Final[dict[tuple[str, Labels], str]] = {
    **{
        (names.REQUESTS.name, (("arm", arm), ("outcome", outcome))): f"{family}.{outcome}"
        for arm, family in zip(names.ARMS, ("requests", "alone"), strict=True)
        for outcome in names.REQUEST_OUTCOMES
    },
    **{(names.UNITLESS.name, (("reason", reason),)): f"unitless.{reason}" for reason in names.UNITLESS_REASONS},
    **{(names.PASSED.name, (("reason", reason),)): f"passed.{reason}" for reason in names.PASSED_REASONS},
    **{(names.FALLBACKS.name, (("reason", reason),)): f"fallbacks.{reason}" for reason in names.FALLBACK_REASONS},
    **{(names.FEEDBACK.name, (("result", result),)): f"feedback.{result}" for result in names.FEEDBACK_RESULTS},
    **{(names.SLOTS.name, (("team", team),)): f"slots.{team}" for team in names.SLOT_TEAMS},
}
# Calls of what serves. They tell how a new champion does by itself, and stand in no ledger of a comparison.
SERVED: Final[dict[tuple[str, Labels], str]] = {
    (names.MODEL_CALLS.name, (("model", "champion"), ("outcome", outcome))): f"calls.champion.{outcome}"
    for outcome in names.CALL_OUTCOMES
}
# What the store counts has the names that it has where routers count: a run has either the one or the other.
STORED: Final[dict[tuple[str, Labels], str]] = {
    **{(names.STORE_VOTES.name, (("outcome", vote),)): f"votes.{vote}" for vote in names.VOTES},
    **{(names.STORE_PLACED_VOTES.name, labels): name for (_, labels), name in PLACED.items()},
    **{(names.STORE_CONVERSIONS.name, (("model", team),)): f"conversions.{team}" for team in names.CREDITS},
    **{(names.STORE_FIRST_COINS.name, (("team", team),)): f"coins.{team}" for team in names.MODELS},
    **{
        (names.STORE_OVERALL_CONVERSIONS.name, (("arm", arm), ("percent", percent))): f"overall.{arm}.{percent}"
        for arm in names.ARMS
        for percent in names.PERCENTS
    },
}


@dataclass(frozen=True, slots=True)
class Scrape:
    """What one router shows: when its process started, as printed; the configuration in force; the run's counts."""

    start: str
    generation: int | None  # None when no configuration is in force yet
    counts: Counts
    store: StoreReading | None = None  # None when the router keeps votes in its memory
    breaker_open: bool = False  # the candidate's breaker is not closed
    signs: Counts = field(default_factory=dict)  # of why no votes come
    noted: int = 0  # requests whose unit was noted
    heavy: Counts = field(default_factory=dict)  # of these, those of units that send more than their share
    tells_units: bool = False  # it counts requests without a unit
    reached: bool | None = None  # the model in its own pod; None when it does not tell
    served: Counts = field(default_factory=dict)  # calls of what serves


def read_metrics(text: str, run: str) -> Scrape:
    """Read a router's metrics; only the counts of `run` are taken, and series this version does not know are skipped.

    Raises ValueError, naming the line, for text that is malformed or too long, for a counter that is negative, not
    finite, not whole or too large, for a series given twice, and for text without a process start.
    """
    reading = read_in_slices(text, run)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            found: Scrape = end.value
            return found


def read_in_slices(text: str, run: str) -> Generator[None, None, Scrape]:
    """The same, with a pause after every few lines: whoever has other things to do can do them then."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"metrics of {len(text)} characters, more than {MAX_CHARACTERS}")
    found: dict[tuple[str, Labels], str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if number % SLICE == 0:
            yield
        if line.strip() and not line.startswith("#"):
            series, value = read_line(line, number)
            if series in found:
                raise ValueError(f"line {number}: {series[0]} is given twice with the same labels")
            found[series] = value
    return select(found, run)


def select(found: dict[tuple[str, Labels], str], run: str) -> Scrape:
    """What is taken of all series. Raises ValueError when they are not those of a router."""
    start = found.get((names.PROCESS_START.name, ()))
    if start is None or not isfinite(float(start)):
        raise ValueError(f"no {names.PROCESS_START.name}: not the metrics of a router")
    generation = found.get((names.CONFIG_GENERATION.name, ()))
    counts = dict(select_counts(found, run, COUNTS))
    in_force = None if generation is None else read_count(generation)
    signs = dict(select_counts(found, run, SIGNS))
    tells_units = any(metric == names.UNITLESS.name for metric, _ in found)
    noted = read_count(found.get((names.UNITS_NOTED.name, (("run", run),)), "0"))
    store, heavy = read_store(found, run), read_heavy(found, run)
    reached, served = has_reached(found), dict(select_counts(found, run, SERVED))
    return Scrape(start, in_force, counts, store, is_open(found), signs, noted, heavy, tells_units, reached, served)


def read_heavy(found: dict[tuple[str, Labels], str], run: str) -> Counts:
    """The units that send more than their share, and how often they were noted. More than 20 cannot be."""
    units = [
        (dict(labels).get("unit", "")[:MOST_CHARACTERS], read_count(value))
        for (metric, labels), value in found.items()
        if metric == names.HEAVY_UNITS.name and ("run", run) in labels
    ]
    return dict(sorted(units, key=lambda unit: -unit[1])[:MOST_HEAVY])


def is_open(found: dict[tuple[str, Labels], str]) -> bool:
    """Whether the breaker is not closed. A router that shows none has none."""
    closed = found.get((names.BREAKER.name, (("state", "closed"),)))
    return closed is not None and float(closed) == 0


def has_reached(found: dict[tuple[str, Labels], str]) -> bool | None:
    """Whether the router has reached its own model where it and others will call it; None when it does not tell."""
    loopback, pod = ((names.OWN_MODEL.name, (("address", address),)) for address in names.MODEL_ADDRESSES)
    value = found.get(pod, found.get(loopback))
    return None if value is None else float(value) == 1


def read_store(found: dict[tuple[str, Labels], str], run: str) -> StoreReading | None:
    """What the router shows of the vote store; None when it has none."""
    up = found.get((names.STORE_UP.name, ()))
    if up is None:
        return None
    epoch, set_back = (
        read_count(found.get((metric.name, (("run", run),)), "0"), MAX_EPOCH)
        for metric in (names.STORE_EPOCH, names.STORE_SET_BACK)
    )
    return StoreReading(read_count(up) == 1, epoch, dict(select_counts(found, run, STORED)), set_back)


def select_counts(
    found: dict[tuple[str, Labels], str], run: str, known: dict[tuple[str, Labels], str]
) -> Iterator[tuple[str, int]]:
    """The known counts of one run that are not 0, by the ledger's names."""
    for (metric, labels), value in found.items():
        name = known.get((metric, tuple(label for label in labels if label[0] != "run")))
        if name is not None and ("run", run) in labels and (count := read_count(value)):
            yield name, count


def read_line(line: str, number: int) -> tuple[tuple[str, Labels], str]:
    """One series, by name and labels, and its value as text. Raises ValueError naming the line."""
    match = SERIES.fullmatch(line)
    if match is None or not NUMBER.fullmatch(match["value"]):
        raise ValueError(f"line {number} is no Prometheus sample: {line[:80]!r}")
    if len(match["value"]) > MAX_DIGITS:
        raise ValueError(f"line {number}: a number of {len(match['value'])} characters: {line[:80]!r}")
    try:
        if match["name"].endswith("_total") or match["name"] == names.CONFIG_GENERATION.name:
            read_count(match["value"])
        return (match["name"], read_labels(match["labels"] or "")), match["value"]
    except ValueError as error:
        raise ValueError(f"line {number}: {error}: {line[:80]!r}") from None


def read_labels(text: str) -> Labels:
    """The labels between the braces, sorted; values stay escaped. Raises ValueError for anything else."""
    labels: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = LABEL.match(text, position)
        if match is None or match["name"] in labels:
            raise ValueError("malformed labels")
        labels[match["name"]] = match["value"]
        position = match.end()
    return tuple(sorted(labels.items()))


def read_count(text: str, most: int = MAX_COUNT) -> int:
    """The value of a counter or of the generation. Raises ValueError unless it is a whole number from 0 to `most`."""
    value = float(text)
    if not 0 <= value <= most or not value.is_integer():
        raise ValueError(f"must be a whole number of at least 0 and at most {most}, not {text}")
    return int(value)
