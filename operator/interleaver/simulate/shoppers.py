"""Shoppers: units that vote, at random.

Most units come once: they arrive at a steady rate, and a share of them, the percent of the step, is interleaved; each
votes when it first converts. Regulars are a stock of units, each of which converts every `return_days` on average. A
regular votes at its first conversion after its part of the units was let in, and is closed from then on, so a step of
the ramp brings a wave of regulars who have not voted yet, and the wave ebbs. With taste every other unit goes on to
convert within a day or so, always for the same side.

Heavy users come to vote before light ones. If they lean, so do the first votes, though all units together do not: every
other unit that comes is heavy and votes at once, the others convert a day later on average, and lean the other way.

The router remembers who has voted and counts one vote for each. When it starts anew it has forgotten: whoever converts
again votes again, and as before. That is what makes votes dependent; without faults they are not, whatever the taste.
"""

from typing import Final

import numpy as np

from interleaver.simulate.moments import Fault, Flags, Floats, Integers, Moments
from interleaver.simulate.scenario import DAY, HOUR, Scenario

BURST: Final = 10 * HOUR / DAY  # days of usual votes that a burst brings between two looks
STAY: Final = 1.0  # days after its vote for which a unit with taste goes on to convert, on average
LAG: Final = 1.0  # days from a light unit's first request to its first conversion, on average
LEAN: Final = np.array([1.0, 0.0, -1.0])  # what a preference adds to the chances of a win, a tie and a loss
ONCE, REGULARS = 0, 1


class Shoppers:
    """The source of moments for `runs` runs of a scenario."""

    def __init__(self, scenario: Scenario, runs: int, random: np.random.Generator) -> None:
        rules, truth = scenario.rules, scenario.truth
        self.truth, self.faults, self.random = truth, scenario.faults, random
        self.requests = scenario.requests
        self.law = np.array(truth.law)
        self.shares = np.array(rules.percents) / 100
        self.interval = rules.interval / DAY  # days
        self.now = 0.0  # days since the start
        self.away_until = np.zeros(runs)
        stock = truth.returning * truth.votes_per_day * truth.return_days
        self.open = np.tile(np.round(stock * np.diff(self.shares, prepend=0)).astype(np.int64), (runs, 1))
        self.light = np.zeros(runs, dtype=np.int64)  # units that have come and are yet to convert
        self.voted = np.zeros((runs, 2, 3), dtype=np.int64)  # may convert again, by who they are and how they voted
        self.forgotten = np.zeros((runs, 2, 3), dtype=np.int64)  # the same, but the router does not know any more
        self.again = np.array([(truth.taste - 1) / STAY, 1 / truth.return_days])[:, None]  # conversions a day
        forgets = scenario.faults.resets + scenario.faults.gaps > 0 and not scenario.faults.store
        self.remembers = forgets and (truth.taste > 1 or truth.returning > 0)

    def next(self, runs: Integers, steps: Integers) -> Moments:
        """The moments of one interval, in which the votes fall at the rate at its start."""
        span = self.draw_span(len(runs))
        once = self.draw_once(runs, self.truth.votes_per_day * (1 - self.truth.returning) * span * self.shares[steps])
        regulars = self.draw_regulars(runs, steps, span)
        votes = once + regulars
        if self.remembers:
            votes += self.draw_repeated(runs, span)
            self.voted[runs] += np.stack([once, regulars], axis=1)
        counts = self.add_requests(votes, span * self.shares[steps])
        fault = self.draw_faults(len(runs))
        moments = Moments(*self.divide(counts, fault), fault, self.draw_absence(runs))
        if self.remembers:
            self.forget(runs[fault != Fault.NONE])
        self.now += self.interval
        return moments

    def draw_span(self, count: int) -> Floats:
        """The length of the interval in usual days, by drift and bursts."""
        rate = (1 + self.truth.drift) ** self.now
        burst = np.where(self.happens(self.truth.bursts, count), BURST, 0.0)
        return np.asarray((self.interval + burst) * rate)

    def draw_once(self, runs: Integers, expected: Floats) -> Integers:
        """First conversions of units that come once, of which so many are expected."""
        if not self.truth.heavy:
            return np.asarray(self.random.poisson(expected[:, None] * self.law))
        lean = self.truth.heavy * LEAN
        heavy = self.random.poisson(expected[:, None] / 2 * (self.law + lean))
        self.light[runs] += self.random.poisson(expected / 2)
        light = self.random.binomial(self.light[runs], -np.expm1(-self.interval / LAG))
        self.light[runs] -= light
        return np.asarray(heavy + self.random.multinomial(light, self.law - lean))

    def draw_regulars(self, runs: Integers, steps: Integers, span: Floats) -> Integers:
        """First conversions of regulars whose part of the units is interleaved."""
        if not self.truth.returning:
            return np.zeros((len(runs), 3), dtype=np.int64)
        let_in = self.open[runs] * (np.arange(len(self.shares)) <= steps[:, None])
        first = self.random.binomial(let_in, -np.expm1(-span / self.truth.return_days)[:, None])
        self.open[runs] -= first
        return self.random.multinomial(first.sum(axis=1), self.law)

    def draw_repeated(self, runs: Integers, span: Floats) -> Integers:
        """Second votes of units that the router has forgotten. Some units go before they convert again."""
        voted, forgotten = self.voted[runs], self.forgotten[runs]
        repeated = self.random.binomial(forgotten, -np.expm1(-span[:, None, None] * self.again))
        forgotten, voted = forgotten - repeated, voted + repeated
        for units in (voted, forgotten):
            units[:, ONCE] = self.random.binomial(units[:, ONCE], np.exp(-self.interval / STAY))
        self.voted[runs], self.forgotten[runs] = voted, forgotten
        return np.asarray(repeated.sum(axis=1))

    def forget(self, runs: Integers) -> None:
        """The router's memory of who has voted is gone."""
        self.forgotten[runs] += self.voted[runs]
        self.voted[runs] = 0

    def add_requests(self, votes: Integers, traffic: Floats) -> Integers:
        """The votes with all that is counted beside them; the votes alone where nothing goes wrong with requests."""
        if not self.requests.matter:
            return votes
        burst = self.happens(self.requests.bursts_of_errors, len(votes))
        expected = self.truth.votes_per_day * self.requests.requests_per_vote * traffic
        return np.hstack([votes, self.requests.draw(self.random, expected, burst)])

    def draw_faults(self, count: int) -> Integers:
        """What happens to the routers."""
        lost = self.happens(self.faults.gaps, count)
        reset = self.happens(self.faults.resets, count)
        return np.where(lost, Fault.LOST, np.where(reset, Fault.RESET, Fault.NONE))

    def divide(self, counts: Integers, fault: Integers) -> tuple[Integers, Integers]:
        """What is counted before and after the fault, which comes at any time of the interval."""
        before = np.zeros_like(counts)
        hit = np.flatnonzero(fault)
        if len(hit):
            before[hit] = self.random.binomial(counts[hit], self.random.random(len(hit))[:, None])
        return before, counts - before

    def draw_absence(self, runs: Integers) -> Flags:
        """Whether the operator is away at the end of the interval. Each absence ends with a look."""
        if not self.faults.restarts:
            return np.zeros(len(runs), dtype=np.bool_)
        here = self.now >= self.away_until[runs]
        leaves = here & self.happens(self.faults.restarts, len(runs))
        hours = self.random.exponential(self.faults.away_hours, len(runs))
        self.away_until[runs] = np.where(leaves, self.now + hours * HOUR / DAY, self.away_until[runs])
        return np.asarray(self.now < self.away_until[runs])

    def happens(self, rate: float, count: int) -> Flags:
        """Whether an event of so many a day comes in the interval, for `count` runs."""
        if not rate:
            return np.zeros(count, dtype=np.bool_)
        return np.asarray(self.random.random(count) < -np.expm1(-rate * self.interval))
