"""How often a test is wrong when it is looked at again and again: ours, and the one a team would write first.

Votes come from the product's own simulator at full traffic. The same votes go to both tests; the operator's rule, with
ramp and minimum run, has runs of its own.
"""

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from hack.study.drawing import AMBER, BLUE, GREEN, GREY, RED, save, start_figure, tabulate

from interleaver.api.v1alpha1 import Traffic
from interleaver.simulate.moments import Flags, Floats, Integers
from interleaver.simulate.scenario import DAY, Scenario, Truth
from interleaver.simulate.shoppers import Shoppers
from interleaver.simulate.study import study
from interleaver.simulate.summary import Share
from interleaver.stats.betting import log_e_values

TIE_SHARE: Final = 0.3  # of all votes, the simulator's default
CRITICAL: Final = 1.6449  # one-sided z-test at 5 %
ENOUGH: Final = 30  # votes from which the z-test is tried
EVERY_LOOK, EVERY_DAY, ONCE, OURS, OPERATOR = (
    "z-test at every look",
    "z-test once a day",
    "z-test once, at the end",
    "our test at every look",
    "the operator's whole rule",
)
COLOURS: Final = {EVERY_LOOK: RED, EVERY_DAY: AMBER, ONCE: GREY, OURS: BLUE, OPERATOR: GREEN}


@dataclass(frozen=True, slots=True)
class Error:
    """A way to be wrong."""

    title: str
    preference: float  # the truth
    null_mean: float  # of the votes as the test counts them
    mirrored: bool  # whether the test counts from the champion's side
    verdict: str  # of the operator that is wrong


def list_errors(margin: float) -> tuple[Error, Error]:
    """Both errors that alpha limits."""
    return (
        Error("an equal candidate is called worse", 0.0, 0.5, True, "Rollback"),
        Error(f"a candidate at −{margin:g} is called on par", -margin, 0.5 - margin, False, "Promote"),
    )


def report(options: Namespace) -> Iterator[str]:
    """The table, and the plot."""
    rows: list[tuple[str, ...]] = []
    curves = []
    for error in list_errors(Scenario().rules.margin):
        wrong = reject(error, options.runs, options.seed) | {OPERATOR: rule(error, options.runs, options.seed)}
        curves.append((error, wrong))
        rows += [(error.title, name, *describe(days)) for name, days in wrong.items()]
    yield from tabulate(("error", "test", "wrong by day 1", "by day 7", "by day 14, 99 % interval"), rows)
    yield draw(curves, options.output)


def describe(days: Floats) -> tuple[str, str, str]:
    """The share of runs that were wrong by some days; inf is never."""
    first, second, last = (Share(int((days <= day).sum()), len(days)) for day in (1, 7, 14))
    low, high = (f"{end:.1%}" for end in last.interval)
    return f"{first.value:.1%}", f"{second.value:.1%}", f"{last.value:.1%} ({low} to {high})"


def at(error: Error, steps: Traffic | None = None) -> Scenario:
    """The default plan with this truth."""
    truth = Truth(win_share=0.5 + error.preference / (1 - TIE_SHARE), tie_share=TIE_SHARE)
    return Scenario(truth, traffic=steps) if steps else Scenario(truth)


def rule(error: Error, runs: int, seed: int) -> Floats:
    """Day of the operator's wrong verdict in each run, inf where it gave none; shape (runs,)."""
    (outcomes,) = study([at(error)], runs, seed, jobs=1)
    return np.array([each.days if each.verdict == error.verdict else np.inf for each in outcomes])


def reject(error: Error, runs: int, seed: int) -> dict[str, Floats]:
    """Day on which each test first was wrong in each run, inf for never; shapes (runs,)."""
    scenario = at(error, Traffic.model_validate({"steps": [{"percent": 100}]}))
    rules, source = scenario.rules, Shoppers(scenario, runs, np.random.default_rng(seed))
    everyone, top = np.arange(runs), np.zeros(runs, dtype=np.int64)
    totals, last = np.zeros((runs, 3), dtype=np.int64), round(rules.window / rules.interval)
    first = {name: np.full(runs, np.inf) for name in (EVERY_LOOK, EVERY_DAY, ONCE, OURS)}
    for look in range(1, last + 1):
        moments = source.next(everyone, top)
        totals += moments.before + moments.after
        counts, day = totals[:, ::-1] if error.mirrored else totals, look * rules.interval / DAY
        naive = reject_naively(counts, error.null_mean)
        note(first[EVERY_LOOK], naive, day)
        note(first[EVERY_DAY], naive & (look % scenario.looks_per_day == 0), day)
        note(first[ONCE], naive & (look == last), day)
        note(first[OURS], log_e_values(counts, error.null_mean, rules.planned) >= -np.log(rules.alpha), day)
    return first


def note(first: Floats, rejected: Flags, day: float) -> None:
    """Write down the day where a test rejects and had not before."""
    first[rejected & np.isinf(first)] = day


def reject_naively(counts: Integers, null_mean: float) -> Flags:
    """Where a z-test of a fixed sample at 5 % rejects "the mean vote is at most this"; counts have shape (runs, 3)."""
    votes = np.maximum(counts.sum(axis=1), 1)
    mean = (counts[:, 0] + counts[:, 1] / 2) / votes
    variance = np.maximum((counts[:, 0] + counts[:, 1] / 4) / votes - mean**2, 1e-12)
    return np.asarray((votes >= ENOUGH) & (mean - null_mean > CRITICAL * np.sqrt(variance / votes)))


def draw(curves: Sequence[tuple[Error, Mapping[str, Floats]]], directory: str) -> str:
    """A panel for each error: the share of runs that had gone wrong, by day."""
    figure, panels = start_figure(len(curves))
    for panel, (error, wrong) in zip(panels, curves, strict=True):
        draw_panel(panel, error, wrong)
    panels[0].set_ylabel("runs wrong so far, %")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
    return save(figure, directory, "statistics-looks.png")


def draw_panel(panel: Any, error: Error, wrong: Mapping[str, Floats]) -> None:
    """One error."""
    days = np.linspace(0, 14, 14 * 48 + 1)
    for name in (EVERY_LOOK, EVERY_DAY, OURS, OPERATOR):
        shares = np.searchsorted(np.sort(wrong[name]), days, side="right") / len(wrong[name])
        panel.plot(days, 100 * shares, color=COLOURS[name], label=name, linewidth=1.8)
    panel.axhline(5, color="black", linestyle="--", linewidth=1, label="alpha, 5 %")
    panel.set_title(error.title, fontsize=10)
    panel.set_xlabel("day")
    panel.set_xlim(0, 14)
    panel.set_ylim(-1, 50)  # below 0, so that a line at 0 is seen
