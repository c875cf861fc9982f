"""How many requests meet a harmful candidate before it is rolled back, by ramp and by how harmful it is."""

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from hack.study.drawing import BLUE, GREEN, RED, save, start_figure, tabulate

from interleaver.api.v1alpha1 import Traffic
from interleaver.simulate.arguments import read_step
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import Scenario, Truth
from interleaver.simulate.study import study

TIE_SHARE: Final = 0.3
PREFERENCES: Final = (-0.03, -0.05, -0.1, -0.2)
RAMPS: Final = {
    "no ramp": "100",
    "default": "10:24h,25:24h,50:24h,100",
    "slow": "1:24h,5:24h,10:24h,25:24h,50:24h,100",
}
COLOURS: Final = dict(zip(RAMPS, (RED, BLUE, GREEN), strict=True))


@dataclass(frozen=True, slots=True)
class Harm:
    """What a candidate did before it was rolled back. Of all runs of a case, medians and 95 % quantiles."""

    rolled_back: float  # share of runs
    days: tuple[float, float]
    met: tuple[float, float]  # requests that met the candidate, in days of all traffic
    share: float  # of the requests until the verdict, those that met it, all runs together


def report(options: Namespace) -> Iterator[str]:
    """The table, and the plot."""
    cases = [(ramp, preference) for ramp in RAMPS for preference in PREFERENCES]
    outcomes = study([plan(*case) for case in cases], options.runs, options.seed, jobs=1)
    harms = {case: sum_up(ended) for case, ended in zip(cases, outcomes, strict=True)}
    head = (
        "ramp",
        "preference",
        "rolled back",
        "days until the verdict",
        "requests that met it, in days of all traffic",
        "share of the requests until then",
    )
    yield from tabulate(head, [(case[0], f"{case[1]:+.2f}", *describe(harm)) for case, harm in harms.items()])
    yield draw(harms, options.output)


def plan(ramp: str, preference: float) -> Scenario:
    """The default plan with another ramp, and a candidate that is so much worse."""
    steps = [read_step(step) for step in RAMPS[ramp].split(",")]
    truth = Truth(win_share=0.5 + preference / (1 - TIE_SHARE), tie_share=TIE_SHARE)
    return Scenario(truth, traffic=Traffic.model_validate({"steps": steps}))


def sum_up(outcomes: Sequence[Outcome]) -> Harm:
    """The harm of one case."""
    days, met = (np.array([getattr(each, name) for each in outcomes]) for name in ("days", "exposure"))
    rolled_back = np.array([each.verdict == "Rollback" for each in outcomes])
    return Harm(float(rolled_back.mean()), cut(days), cut(met), float(met.sum() / days.sum()))


def cut(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float]:
    """Median and 95 % quantile."""
    half, most = np.quantile(values, [0.5, 0.95], method="inverted_cdf").tolist()
    return half, most


def describe(harm: Harm) -> tuple[str, ...]:
    """The cells of a line."""
    days, met = harm.days, harm.met
    return (
        f"{harm.rolled_back:.1%}",
        f"{days[0]:.1f} ({days[1]:.1f})",
        f"{met[0]:.2f} ({met[1]:.2f})",
        f"{harm.share:.0%}",
    )


def draw(harms: Mapping[tuple[str, float], Harm], directory: str) -> str:
    """The share of requests that met the candidate, and the days until its rollback, over how harmful it is."""
    figure, (left, right) = start_figure(2)
    places = range(len(PREFERENCES))
    for number, (ramp, colour) in enumerate(COLOURS.items()):
        line = [harms[ramp, preference] for preference in PREFERENCES]
        bars = left.bar(
            [place + 0.27 * (number - 1) for place in places],
            [100 * harm.share for harm in line],
            width=0.25,
            color=colour,
            label=f"{ramp} ({'-'.join(step.split(':')[0] for step in RAMPS[ramp].split(','))} %)",
        )
        left.bar_label(bars, fmt="{:.0f}", fontsize=8, padding=1)
        half, most = np.array([harm.days for harm in line]).T
        right.errorbar(
            [place + 0.1 * (number - 1) for place in places],
            half,
            [half * 0, most - half],
            fmt="o",
            color=colour,
            markersize=5,
            capsize=3,
            linewidth=1.5,
        )
    left.set_title("requests until the verdict that met the candidate, %", fontsize=10)
    right.set_title("days until the verdict: median, and 95 % of runs", fontsize=10)
    for panel in (left, right):
        panel.set_xticks(places, [f"{each:+.2f}" for each in PREFERENCES])
        panel.set_xlabel("true preference")
    left.set_ylim(0, 110)
    right.set_ylim(0, 8)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
    return save(figure, directory, "statistics-exposure.png")
