"""What larger bets save: votes until proof by both mixtures, on the same votes; whole runs; and what alpha leaves out.

Every case has the product's default plan unless it says otherwise. Former and present bets stand side by side in one
run, so that the machine, the seed and the code around them are the same.
"""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, get_args

import numpy as np
from hack.study.drawing import tabulate
from hack.study.exposure import plan
from hack.study.sensitivity import train

from interleaver.api.v1alpha1 import Traffic
from interleaver.simulate.moments import Floats
from interleaver.simulate.scenario import DAY, Faults, Scenario, Truth
from interleaver.simulate.shoppers import LEAN, Shoppers
from interleaver.simulate.study import study
from interleaver.simulate.summary import Share
from interleaver.stats.betting import Mixture, log_e_values_from

MIXTURES: Final[tuple[Mixture, ...]] = get_args(Mixture)  # the former, and the present one
BAR: Final = -np.log(0.05)
MARGIN: Final = 0.02
LEANING: Final = 0.03  # of heavy users, one way, and of light ones, the other way
FAULTS: Final = Faults(resets=0.5, gaps=0.5, restarts=1)
Votes = dict[Mixture, Floats]  # for each run, by mixture, the vote that was proof


@dataclass(frozen=True, slots=True)
class Case:
    """Something to be proven."""

    title: str
    law: Floats  # (3,) probabilities of a win, a tie and a loss; what is missing to 1 is a session without a vote
    null_mean: float
    step: int  # votes between two looks
    wanted: str
    planned: int = 2000


def report(options: Namespace) -> Iterator[str]:
    """All tables."""
    cases = list_cases(train(options.split, options.sessions, options.seed).votes.mean(axis=0))
    head = ("to be proven", "`plannedVotes`", "former median", "present median", "ratio", "wanted")
    yield from tabulate(head, [describe(each, race(each, options.runs, options.seed)) for each in cases])
    yield from tabulate(("whole runs", "former", "present", "ratio", "wanted"), list(describe_whole(options)))
    leaning = ("heavy users lean", "bets", '"better" at any look', "from day 7 on", "whole runs rolled back on harm")
    yield from tabulate(leaning, [line for lean in (LEANING, -LEANING) for line in describe_heavy(lean, options)])


def list_cases(demo: Floats) -> list[Case]:
    """What is asked for, and the same without ties or at another plan beside it. `demo` are shares of sessions."""
    on_par, equal = 0.5 - MARGIN, 0.5
    return [
        Case("better, effect .20, 30 % ties", make_law(0.2, 0.3), equal, 1, "0.65"),
        Case("better, effect .20, no ties", make_law(0.2, 0.0), equal, 1, ""),
        Case("better, effect .10, 30 % ties", make_law(0.1, 0.3), equal, 1, "0.75"),
        Case("better, effect .10, no ties", make_law(0.1, 0.0), equal, 1, ""),
        Case("better, effect .05, 30 % ties", make_law(0.05, 0.3), equal, 5, ""),
        Case("on par at 0, no ties", make_law(0.0, 0.0), on_par, 20, ""),
        Case("on par at 0, 30 % ties", make_law(0.0, 0.3), on_par, 20, "1.04"),
        Case("on par at 0, 90 % ties", make_law(0.0, 0.9), on_par, 2, "0.70"),
        Case("on par, all ties", make_law(0.0, 1.0), on_par, 1, "0.60"),
        Case("better, the demo's effect, in sessions", demo, equal, 1, "0.75"),
        Case("better, the demo's effect, in sessions", demo, equal, 1, "", planned=600),
    ]


def make_law(preference: float, tie_share: float) -> Floats:
    """Probabilities of a win, a tie and a loss."""
    even = (1 - tie_share) / 2
    return np.array([even, tie_share, even]) + preference * LEAN


def race(case: Case, runs: int, seed: int) -> Votes:
    """Both mixtures on the same votes, until each of them has proof in more than half of the runs."""
    random, totals, looked = np.random.default_rng(seed), np.zeros((runs, 3), dtype=np.int64), 0
    chances = [*case.law, max(0.0, 1 - case.law.sum())]
    ended: Votes = {mixture: np.full(runs, np.inf) for mixture in MIXTURES}
    while min(np.isfinite(each).mean() for each in ended.values()) <= 0.5:
        totals += random.multinomial(case.step, chances, size=runs)[:, :3]
        looked += case.step
        for mixture, first in ended.items():
            going = np.flatnonzero(np.isinf(first))
            proven = log_e_values_from(BAR, totals[going], case.null_mean, case.planned, mixture) >= BAR
            first[going[proven]] = looked
    return ended


def describe(case: Case, ended: Votes) -> tuple[str, ...]:
    """A line of the table."""
    former, present = (find_median(ended[mixture]) for mixture in MIXTURES)
    ratio = f"{present / former:.3f}"
    return case.title, f"{case.planned:,}", f"{former:,.0f}", f"{present:,.0f}", ratio, case.wanted


def find_median(values: Floats) -> float:
    """The median, a value that occurred."""
    return float(np.quantile(values, 0.5, method="inverted_cdf"))


def describe_whole(options: Namespace) -> Iterator[tuple[str, ...]]:
    """Lines on whole runs through the operator's rules: how soon a bad candidate goes, and both errors with faults."""
    days = [find_days(replace(plan("default", -0.2), mixture=each), options) for each in MIXTURES]
    wanted = f"{days[1] / days[0]:.3f}", "0.65"
    yield ("days until the rollback at -.20, median", *(f"{each:.2f}" for each in days), *wanted)
    for title, preference, verdict in (
        ("promoted at the margin", -MARGIN, "Promote"),
        ("rolled back at 0", 0.0, "Rollback"),
    ):
        truth = Truth(win_share=0.5 + preference / 0.7, tie_share=0.3)
        shares = [find_share(Scenario(truth, FAULTS, mixture=each), verdict, options) for each in MIXTURES]
        yield (f"{title}, with faults, 99 % interval", *map(str, shares), "", "below 6 %")


def find_days(scenario: Scenario, options: Namespace) -> float:
    """The median of days until the verdict."""
    (outcomes,) = study([scenario], options.runs, options.seed, jobs=1)
    return find_median(np.array([each.days for each in outcomes]))


def find_share(scenario: Scenario, verdict: str, options: Namespace) -> Share:
    """How often a verdict came."""
    (outcomes,) = study([scenario], options.runs, options.seed, jobs=1)
    return Share(sum(each.verdict == verdict for each in outcomes), len(outcomes))


def describe_heavy(lean: float, options: Namespace) -> Iterator[tuple[str, ...]]:
    """How often "better" is proven though all units together are equal, and whole runs end in harm."""
    full = Traffic.model_validate({"steps": [{"percent": 100}]})
    for mixture in MIXTURES:
        scenario = Scenario(Truth(heavy=lean), mixture=mixture)
        ever, late = watch_heavy(replace(scenario, traffic=full), options)
        yield f"{lean:+g}", mixture, str(ever), str(late), str(find_share(scenario, "Rollback", options))


def watch_heavy(scenario: Scenario, options: Namespace) -> tuple[Share, Share]:
    """In how many runs "better" is proven at a look of the window, and at one after minimumRun, all traffic in."""
    rules, source = scenario.rules, Shoppers(scenario, options.runs, np.random.default_rng(options.seed))
    everyone, top = np.arange(options.runs), np.zeros(options.runs, dtype=np.int64)
    totals = np.zeros((options.runs, 3), dtype=np.int64)
    ever, late = np.zeros((2, options.runs), dtype=np.bool_)
    for look in range(1, round(rules.window / rules.interval) + 1):
        moments = source.next(everyone, top)
        totals += moments.before + moments.after
        proven = log_e_values_from(BAR, totals, 0.5, rules.planned, scenario.mixture) >= BAR
        ever |= proven
        late |= proven & (look * rules.interval >= 7 * DAY)
    return Share(int(ever.sum()), options.runs), Share(int(late.sum()), options.runs)
