"""Guardrails and first coins on columns: what the operator's detectors and its allocation say of each run."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from interleaver.api.guardrail_metrics import TABLE, GuardrailMetric, find_metric
from interleaver.experiment.guardrails.detectors import BREACH, STREAK, Guard
from interleaver.experiment.guardrails.recent import HALF_LIFE
from interleaver.experiment.weighing.allocation import SUSPICION
from interleaver.experiment.weighing.suspicion import ONE_SIDED, bound_wins, is_one_sided
from interleaver.simulate.moments import COUNTS, Flags, Floats, Integers, weigh_columns
from interleaver.stats.allocation import log_e_values as weigh_allocation
from interleaver.stats.betting import log_e_values
from interleaver.stats.guardrail import plan_calls

DIGITS: Final = 6  # to which the status keeps the state
SIMULATED: Final = tuple(metric.name for metric in TABLE if weigh_columns(metric.events).any())  # events are drawn
COINS: Final = [COUNTS.index("coins.candidate"), COUNTS.index("coins.champion")]


class Guards:
    """The state of all guardrails of many runs; arrays of shape (runs, guardrails)."""

    def __init__(self, guards: Sequence[Guard], runs: int) -> None:
        self.limits = [guard.limit for guard in guards]
        metrics = [find_metric(guard.metric) for guard in guards]
        self.holding = [number for number, metric in enumerate(metrics) if metric.hold]
        self.sums = np.stack([weigh_metric(metric) for metric in metrics])  # shape (guardrails, 2, counts)
        self.bars = np.zeros((runs, len(guards)))  # evidence as a share of a breach
        self.streaks = np.zeros((runs, len(guards)), dtype=np.int64)
        self.recent = np.zeros((runs, len(guards), 2), dtype=np.int64)  # events and calls of late
        self.halvings = np.zeros(runs, dtype=np.int64)  # of these, since the start

    def watch(self, runs: Integers, look: Integers, now: float) -> None:
        """Take in what a look added, shape (n, counts), at `now` seconds after the start."""
        halvings = int(now // HALF_LIFE.total_seconds())
        self.recent[runs] >>= (halvings - self.halvings[runs])[:, None, None]
        self.halvings[runs] = halvings
        counted = measure(self.sums, look)
        self.recent[runs] += counted
        for number in range(len(self.limits)):
            events, calls = counted[:, number].T
            seen = calls > 0
            self.detect(number, runs[seen], events[seen], calls[seen])

    def detect(self, number: int, runs: Integers, events: Integers, calls: Integers) -> None:
        """One guardrail's change detector, where there were calls."""
        limit = self.limits[number]
        counts = np.stack([events, np.zeros_like(events), calls - events], axis=1)
        evidence = self.bars[runs, number] * BREACH + log_e_values(counts, limit, plan_calls(limit))
        self.bars[runs, number] = np.round(np.maximum(evidence, 0.0) / BREACH, DIGITS)
        over = events / calls > limit
        self.streaks[runs, number] = np.where(over, np.minimum(self.streaks[runs, number] + 1, STREAK), 0)

    def find_breached(self, runs: Integers) -> Flags:
        """Which of the runs have a guardrail that is breached."""
        return np.asarray(((self.bars[runs] >= 1) & (self.streaks[runs] >= STREAK)).any(axis=1))

    def find_excess(self, runs: Integers) -> Flags:
        """In which of the runs more happened of late than a guardrail allows on which a promotion waits."""
        limits = np.array(self.limits)[self.holding]
        recent = self.recent[runs][:, self.holding]
        shares = recent[..., 0] / np.maximum(recent[..., 1], 1)
        return np.asarray((shares > limits).any(axis=1))


def find_skewed(totals: Integers) -> Flags:
    """In which of the runs the first coins fell as chance does not explain."""
    return np.asarray(weigh_coins(totals[:, COINS]) >= SUSPICION)


def find_one_sided(tallies: Integers) -> Flags:
    """In which runs the candidate wins more of the decided votes than a model does; `tallies` have shape (n, 3)."""
    wins, losses = tallies[:, 0], tallies[:, 2]
    found = wins * (1 - ONE_SIDED) > losses * ONE_SIDED  # few are, and the bound is dear
    for row in np.flatnonzero(found).tolist():
        bounds = bound_wins({"win": int(wins[row]), "loss": int(losses[row])})
        found[row] = bounds is not None and is_one_sided(bounds)
    return np.asarray(found)


def weigh_coins(coins: Integers) -> Floats:
    """ln of the evidence that coins, shape (n, 2), are not fair."""
    return weigh_allocation(coins, (0.5, 0.5))


def weigh_metric(metric: GuardrailMetric) -> Integers:
    """How often each column is in the events of a metric and in what they are among: shape (2, counts)."""
    trials = weigh_columns(metric.trials.counts) - weigh_columns(metric.trials.excused)
    return np.stack([weigh_columns(metric.events), trials])


def measure(sums: Integers, look: Integers) -> Integers:
    """Events of a look, shape (n, counts), and what they are among: shape (n, guardrails, 2)."""
    events, trials = look @ sums[:, 0].T, look @ sums[:, 1].T
    return np.stack([events, np.maximum(trials, events)], axis=-1)
