"""The page: markdown from figures. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from math import isinf

from bench.router.figures import Range, Sample, Samples, read_micros, read_rate
from bench.router.goals import Goal
from bench.router.hanging import Hanging
from bench.router.prose import BUSY, COSTS, GOALS, HANGS, INTRODUCTION, RATES, WARNING
from bench.router.targets import BY_NAME, FLOOR, NGINX, OURS

MISSING = "–"
Row = Sequence[str]
RATE_HEADER = (
    "target", "1", "16", "64", "of the model (64)", "of nginx (64)", "interleaver is … times it (64)",
    "processor, µs (64)", "failed", "wrong", "fallbacks", "foreign",
)  # fmt: skip
COST_HEADER = ("target", "added to p50, ms", "added to p99, ms", "memory, MB")
HANG_HEADER = ("target", "failed", "p50 of the first second, ms", "p50 after it, ms")
GOAL_HEADER = ("what", "goal", "measured", "reached", "by processor time")


def make_page(about: Mapping[str, str], samples: Samples, hanging: Sequence[Hanging], goals: Sequence[Goal]) -> str:
    """The whole page. `about` says under what circumstances, a line each."""
    names = [name for name in BY_NAME if samples.of(name)]
    parts = [
        INTRODUCTION,
        *warn(samples),
        render([("what", "with"), *about.items()]),
        RATES,
        render([RATE_HEADER, *(make_rate_row(samples, name) for name in names)]),
        COSTS,
        render([COST_HEADER, *(make_cost_row(samples, name) for name in names)]),
        HANGS,
        render([HANG_HEADER, *(make_hang_row(each) for each in hanging)]),
        GOALS,
        render([GOAL_HEADER, *(make_goal_row(goal) for goal in goals)]),
    ]
    return "\n\n".join(parts) + "\n"


def warn(samples: Samples) -> list[str]:
    """What to say of a machine that was busy with something else; nothing of a quiet one."""
    foreign = max((sample.foreign for sample in samples.all), default=0.0)
    return [WARNING.format(foreign)] if foreign > BUSY else []


def make_rate_row(samples: Samples, name: str) -> Row:
    connections = sorted(samples.of(name)[0].rates)
    rates = [show(samples.summarise(name, partial(read_rate, n)), "{:,.0f}") for n in connections]
    last = connections[-1]
    ratios = [
        show(samples.divide_rates(name, FLOOR, last), "{:.2f}"),
        show(samples.divide_rates(name, NGINX, last), "{:.2f}"),
        show(samples.divide_rates(OURS, name, last), "{:.2f}") if name != OURS else MISSING,
    ]
    micros = show(samples.summarise(name, partial(read_micros, last)), "{:.0f}")
    own = samples.of(name)
    wrong = f"{sum(sample.faults for sample in own)} of {sum(sample.looked_into for sample in own):,}"
    counts = [f"{sum(sample.errors for sample in own):,}", wrong, count_fallbacks(own)]
    return (BY_NAME[name].words, *rates, *ratios, micros, *counts, f"{max(sample.foreign for sample in own):.0f} %")


def count_fallbacks(samples: Iterable[Sample]) -> str:
    counts = [sample.fallbacks for sample in samples if sample.fallbacks is not None]
    return f"{sum(counts):,}" if counts else MISSING


def make_cost_row(samples: Samples, name: str) -> Row:
    def add(figure: Callable[[Sample], float]) -> str:
        if name == FLOOR:
            own = show(samples.summarise(name, figure), "{:.2f}")
            return f"(itself: {own})"
        return show(samples.compare(name, FLOOR, lambda a, b: figure(a) - figure(b)), "{:+.2f}")

    memory = show(samples.summarise(name, lambda sample: sample.memory), "{:.0f}")
    return (BY_NAME[name].words, add(lambda sample: sample.p50), add(lambda sample: sample.p99), memory)


def make_hang_row(hanging: Hanging) -> Row:
    failed = f"{hanging.failed:,} of {hanging.sent:,}"
    return (BY_NAME[hanging.target].words, failed, show_time(hanging.first), show_time(hanging.later))


def make_goal_row(goal: Goal) -> Row:
    bound = f"{'at most' if goal.most else 'at least'} {show_number(goal.bound)}{goal.unit}"
    measured = MISSING if goal.figure is None else f"{show_number(goal.figure)}{goal.unit}"
    reached = {True: "yes", False: "**no**", None: MISSING}[goal.is_reached]
    beside = MISSING if goal.by_processor is None else show_number(goal.by_processor)
    return (goal.words, bound, measured, reached, beside)


def show(found: Range | None, form: str) -> str:
    """A median and its range; requests that failed have no time."""
    if found is None:
        return MISSING
    figures = (found.median, found.low, found.high)
    middle, low, high = ("not answered" if isinf(each) else form.format(each) for each in figures)
    return f"{middle} ({low} to {high})" if low != high else middle


def show_time(milliseconds: float) -> str:
    return "not answered" if isinf(milliseconds) else f"{milliseconds:.2f}"


def show_number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def render(rows: Sequence[Row]) -> str:
    """A markdown table; the first row is its header."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])
