"""Counters in plain integers, and their text for Prometheus (format 0.0.4), rendered by hand.

An increment of the usual client library costs up to 4 microseconds, and a scrape 5 milliseconds on the event loop.
Names, labels and their values are those of `api/names.py`; every combination of the run in force is exported from zero,
and that of the runs before it for a while, so that the operator can take the last reading of a run that has ended.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Final

from interleaver.api import names
from interleaver.api.names import Metric
from interleaver.interleaving.team_draft import CANDIDATE, CHAMPION, FILL, NEUTRAL, Team

from .heavy_units import HeavyUnits
from .vote_sources import VoteSources

KEPT_RUNS: Final = 3  # the run in force and two before it
NO_RUN: Final = ""  # feedback that comes while no run is going on
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final[tuple[float, ...]] = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
)  # seconds
BY_RUN: Final = tuple(metric for metric in names.ROUTER_METRICS if "run" in metric.labels)
SPARSE: Final = (names.OVERALL_CONVERSIONS,)  # a run has a handful of percents, not a hundred

Series = dict[tuple[str, ...], int]  # by the values of all labels but the run
SeriesByName = Mapping[str, Series]  # by the metric's name


class RunCounters:
    """The counters of one run, one integer for each combination of the labels' values, and what the store holds."""

    def __init__(self) -> None:
        self.counts: dict[str, Series] = {
            metric.name: {} if metric in SPARSE else dict.fromkeys(product(*list_values(metric)), 0)
            for metric in BY_RUN
            if metric.kind == "counter" and metric is not names.SLOTS
        }
        self.stored: dict[str, Series] = {}  # as last read from the vote store, by the gauge's name
        self.requests = self.counts[names.REQUESTS.name]
        self.conversions = self.counts[names.CONVERSIONS.name]
        self.votes = self.counts[names.VOTES_TOTAL.name]
        self.placed_votes = self.counts[names.PLACED_VOTES.name]
        self.watched_votes = self.counts[names.WATCHED_VOTES.name]
        self.sources = VoteSources()
        self.slots = SlotCounts()
        self.first_coins = self.counts[names.FIRST_COINS.name]
        self.fallbacks = self.counts[names.FALLBACKS.name]
        self.heavy = HeavyUnits()
        self.unitless = self.counts[names.UNITLESS.name]
        self.passed = self.counts[names.PASSED.name]
        self.feedback = self.counts[names.FEEDBACK.name]
        self.model_calls = self.counts[names.MODEL_CALLS.name]
        self.overall = self.counts[names.OVERALL_CONVERSIONS.name]
        self.dropped = self.counts[names.STORE_DROPPED.name]

    def open_percent(self, percent: int) -> None:
        """Export both arms at this percent of the ramp, from zero."""
        for arm in names.ARMS:
            self.overall.setdefault((arm, str(percent)), 0)

    def read(self, metric: Metric) -> Series:
        """The series of one metric of the run."""
        if metric is names.SLOTS:
            return self.slots.list_series()
        return self.counts[metric.name] if metric.kind == "counter" else self.stored.get(metric.name, {})


class SlotCounts:
    """How many slots each team had. Many are counted with every answer, and a look-up for each team costs more."""

    def __init__(self) -> None:
        self.champion = self.candidate = self.neutral = self.fill = 0

    def add(self, teams: list[Team]) -> None:
        """Count the slots of an answer."""
        for team in teams:
            if team is CHAMPION:
                self.champion += 1
            elif team is CANDIDATE:
                self.candidate += 1
            elif team is NEUTRAL:
                self.neutral += 1
            else:
                self.fill += 1

    def list_series(self) -> Series:
        """The counts by their label."""
        counts = {CHAMPION: self.champion, CANDIDATE: self.candidate, NEUTRAL: self.neutral, FILL: self.fill}
        return {(team.value,): count for team, count in counts.items()}


class Histogram:
    """Counts by upper bound, and their sum."""

    def __init__(self) -> None:
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        place = 0
        for bound in BUCKETS:  # mostly one of the first
            if seconds <= bound:
                break
            place += 1
        self.buckets[place] += 1
        self.sum += seconds


class Counters:
    """All that a router exports."""

    def __init__(self, started: float) -> None:
        self.started = started  # unix time
        self.generation: int | None = None  # of the configuration in force; not exported before there is one
        self.rejected = 0
        self.store_up: bool | None = None  # None = there is no store
        self.store_refuses: bool | None = None
        self.store_buffered: int | None = None
        self.seconds = {model: Histogram() for model in names.MODELS}
        self.request_seconds = {arm: Histogram() for arm in names.ARMS}
        self.lag = Histogram()
        self.previews: Series = dict.fromkeys(product(*list_values(names.PREVIEWS_TOTAL)), 0)
        self.look: Callable[[], SeriesByName] = dict  # what stands elsewhere and is read when it is shown
        self.runs: dict[str, RunCounters] = {}  # in the order in which they came into force
        self.run = RunCounters()
        self.open_run(None)

    def open_run(self, run: str | None) -> RunCounters:
        """Count for this run from now on; the oldest run is dropped when there are too many."""
        name = run or NO_RUN
        self.run = self.runs.pop(name) if name in self.runs else RunCounters()
        self.runs[name] = self.run
        kept = [each for each in self.runs if each != NO_RUN]
        for former in kept[:-KEPT_RUNS]:
            del self.runs[former]
        return self.run

    def count_rejected(self) -> None:
        self.rejected += 1

    def render(self) -> str:
        """The text of /metrics."""
        lines, shown = list[str](), self.look()
        for metric in names.ROUTER_METRICS:
            lines += f"# HELP {metric.name} {metric.help}", f"# TYPE {metric.name} {metric.kind}"
            lines += render_series(metric, shown[metric.name]) if metric.name in shown else self.render_metric(metric)
        return "\n".join(lines) + "\n"

    def render_metric(self, metric: Metric) -> Iterator[str]:
        """The samples of one metric."""
        if metric.kind == "histogram":
            return render_histograms(metric, self.find_histograms(metric))
        if metric in BY_RUN:
            return self.render_runs(metric)
        values: dict[str, object] = {  # compiled, a whole number among floats would become one of them
            names.CONFIG_GENERATION.name: self.generation,
            names.CONFIG_REJECTED.name: self.rejected,
            names.PROCESS_START.name: self.started,
            names.STORE_UP.name: None if self.store_up is None else int(self.store_up),
            names.STORE_REFUSES.name: None if self.store_refuses is None else int(self.store_refuses),
            names.STORE_BUFFERED.name: self.store_buffered,
        }
        value = values.get(metric.name)
        return iter([] if value is None else [f"{metric.name} {value!r}"])

    def find_histograms(self, metric: Metric) -> dict[str, Histogram]:
        """The histograms of a metric by its label's value; one without a label has the value ""."""
        return {
            names.MODEL_SECONDS.name: self.seconds,
            names.REQUEST_SECONDS.name: self.request_seconds,
            names.LOOP_LAG.name: {"": self.lag},
        }[metric.name]

    def render_runs(self, metric: Metric) -> Iterator[str]:
        """The samples of a metric for every run that is kept. Outside a run only feedback is counted."""
        for run, counters in self.runs.items():
            if run == NO_RUN and metric is not names.FEEDBACK:
                continue
            head, tails = f'{metric.name}{{run="{escape(run)}"', TAILS[metric.name]
            for values, count in counters.read(metric).items():
                yield f"{head}{tails[values]}{count}"


def render_histograms(metric: Metric, histograms: dict[str, Histogram]) -> Iterator[str]:
    """The samples of a histogram for every value of its label, of which there is one at most."""
    for value, histogram in histograms.items():
        label = "".join(f'{name}="{value}"' for name in metric.labels)
        head, braces = f"{label}," if label else "", f"{{{label}}}" if label else ""
        total = 0
        for bound, count in zip((*BUCKETS, "+Inf"), histogram.buckets, strict=True):
            total += count
            yield f'{metric.name}_bucket{{{head}le="{bound}"}} {total}'
        yield f"{metric.name}_sum{braces} {histogram.sum!r}"
        yield f"{metric.name}_count{braces} {total}"


def render_series(metric: Metric, series: Series) -> Iterator[str]:
    """The samples of a metric that is not a run's."""
    for values, number in series.items():
        labels = ",".join(f'{label}="{value}"' for label, value in zip(metric.labels, values, strict=True))
        yield f"{metric.name}{{{labels}}} {number}" if labels else f"{metric.name} {number}"


def list_values(metric: Metric) -> list[tuple[str, ...]]:
    """The values of each label but the run."""
    return [values for label, values in metric.labels.items() if label != "run"]


def name_tails(metric: Metric) -> dict[tuple[str, ...], str]:
    """What follows the run in each series of a metric."""
    labels = [label for label in metric.labels if label != "run"]
    return {
        values: "".join(f',{label}="{value}"' for label, value in zip(labels, values, strict=True)) + "} "
        for values in product(*list_values(metric))
    }


def escape(value: str) -> str:
    """A label's value as the format wants it."""
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


# Written once, for a scrape holds up the event loop: three runs are some 800 series.
TAILS: Final = {metric.name: name_tails(metric) for metric in BY_RUN}
