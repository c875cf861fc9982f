"""Many runs at once: fold, weigh, decide and ramp as `advance` does, on arrays.

The e-values, the bars and, wherever a verdict may fall, the ruling itself are the production code's. What is written
anew here is when a look may end a run or take a step, on columns instead of one resource; the tests replay runs of
this engine through `advance` and compare verdict, reason, look and path, and let both climb the ramp from any state.

Of the router nothing is remembered but what was not read yet, for that is all that a fault can take: the ledger holds
the rest. A look reads the router, so readings are fresh whenever something is decided. Facts that no simulation changes
(late conversions, the candidate's health) are those that production gathers on a cluster without trouble.
"""

from dataclasses import replace
from math import inf, log
from typing import Final

import numpy as np

from interleaver.experiment.deciding.decision import Facts, Ruling, decide
from interleaver.experiment.deciding.ramp import SUSPICION
from interleaver.experiment.guardrails.detectors import list_guards
from interleaver.experiment.weighing.allocation import Allocation
from interleaver.experiment.weighing.evidence import Evidence
from interleaver.simulate.cluster import start_run
from interleaver.simulate.guards import Guards, find_one_sided, find_skewed
from interleaver.simulate.moments import COUNTS, SHARED, VOTES, Flags, Floats, Integers, Moments, Source
from interleaver.simulate.outcome import Outcome
from interleaver.simulate.scenario import DAY, Scenario
from interleaver.simulate.signs import Signs
from interleaver.stats.betting import log_e_values_from
from interleaver.stats.tally import Tally

NEVER: Final = -1
SKEWED: Final = Allocation(True, "SampleRatioMismatch", "the first coins or the votes")


class Fleet:
    """Runs under the same rules, from the first interleaved request to the verdicts. One row for each run."""

    def __init__(self, scenario: Scenario, runs: int) -> None:
        rules = self.rules = scenario.rules
        run, self.healthy = start_run(scenario)
        self.people = scenario.people
        self.watched = scenario.requests.matter
        self.guards = Guards(list(list_guards(run.plan)), runs)
        counts = COUNTS if self.watched else VOTES
        self.kept = np.array([scenario.faults.store and name in SHARED for name in counts])  # whatever happens
        self.bar = log(1 / rules.alpha)
        self.percents, self.holds = np.array(rules.percents), np.array(rules.holds)
        self.last = len(rules.percents) - 1
        self.look = 0
        self.totals = np.zeros((runs, len(counts)), dtype=np.int64)  # what the ledger holds
        self.unread = np.zeros((runs, len(counts)), dtype=np.int64)  # what the router counts beyond that
        self.step = np.zeros(runs, dtype=np.int64)
        self.stepped = np.zeros(runs)  # seconds at which the step was taken
        self.path = np.full((runs, len(rules.percents)), NEVER, dtype=np.int64)
        self.path[:, 0] = 0
        self.heard = np.zeros(runs, dtype=np.bool_)  # where a person's word has been taken
        self.vouched = np.zeros(runs, dtype=np.bool_)  # and was given while votes looked invented
        self.on_par_look = np.full(runs, NEVER, dtype=np.int64)
        self.exposure = np.zeros(runs)
        self.outcomes: list[Outcome | None] = [None] * runs

    def run(self, source: Source) -> list[Outcome]:
        """The outcomes of all runs, in their order."""
        going = np.arange(len(self.outcomes))
        self.judge(going)
        while len(going := np.array([run for run in going.tolist() if self.outcomes[run] is None], dtype=np.int64)):
            moments = source.next(going, self.step[going])
            self.look += 1
            self.exposure[going] += self.percents[self.step[going]] / 100 * self.rules.interval / DAY
            self.count(going, moments)
            here = going[~moments.away]
            self.read(here)
            self.judge(here)
        return [outcome for outcome in self.outcomes if outcome is not None]

    def count(self, runs: Integers, moments: Moments) -> None:
        """What the routers count: a fault takes what was not read."""
        kept = np.where((moments.fault == 0)[:, None] | self.kept, self.unread[runs] + moments.before, 0)
        self.unread[runs] = kept + moments.after

    def read(self, runs: Integers) -> None:
        """A look at the routers, after a person's word."""
        self.hear(runs)
        if self.watched:
            self.guards.watch(runs, self.unread[runs], self.now)
        self.totals[runs] += self.unread[runs]
        self.unread[runs] = 0

    def hear(self, runs: Integers) -> None:
        """A person's word is taken once, and speaks of what the looks before it have shown."""
        if self.people.has_confirmed(self.now):
            new = runs[~self.heard[runs]]
            self.vouched[new], self.heard[new] = find_one_sided(self.totals[new, : len(VOTES)]), True

    def judge(self, runs: Integers) -> None:
        """End runs and take steps, until neither is left to do at this look."""
        signs = self.read_signs(runs)
        rows = np.arange(len(runs))
        while len(rows):
            rows = rows[~self.conclude(runs[rows], signs.of(rows))]
            rows = rows[self.climb(runs[rows], signs.of(rows))]

    def read_signs(self, runs: Integers) -> Signs:
        """Which hypotheses are rejected at this look, each tested only where a rule asks for it: a test costs most."""
        tallies, rules = self.totals[runs, : len(VOTES)], self.rules
        new = self.on_par_look[runs] == NEVER
        asked = new | (self.now >= rules.minimum_run)
        on_par = self.test(tallies, 0.5 - rules.margin, asked, self.bar) >= self.bar
        self.on_par_look[runs[new & on_par]] = self.look
        crossed, least = ~new | on_par, min(self.bar, SUSPICION)
        against = self.test(tallies[:, ::-1], 0.5, ~crossed, least)
        against[crossed] = self.test(tallies[:, ::-1], 0.5 + rules.margin, crossed, least)[crossed]
        harmful, suspect = against >= self.bar, against >= SUSPICION
        return Signs(on_par, harmful, suspect, *self.watch_requests(runs))

    def watch_requests(self, runs: Integers) -> tuple[Flags, Flags, Flags]:
        """What guardrails, coins and votes say: breached, too many fallbacks of late, skewed."""
        skewed = find_one_sided(self.totals[runs, : len(VOTES)]) & ~self.vouched[runs]
        if not self.watched:
            return (np.zeros(len(runs), dtype=np.bool_),) * 2 + (skewed,)
        skewed |= find_skewed(self.totals[runs])
        return self.guards.find_breached(runs), self.guards.find_excess(runs), skewed

    def test(self, tallies: Integers, null_mean: float, where: Flags, least: float) -> Floats:
        """ln of e-values; -inf where they are not asked for, or do not reach `least`."""
        logs, rules = np.full(len(tallies), -np.inf), self.rules
        logs[where] = log_e_values_from(least, tallies[where], null_mean, rules.planned, rules.mixture)
        return logs

    def conclude(self, runs: Integers, signs: Signs) -> Flags:
        """Write down the outcomes of the runs that end now, and say which they are."""
        ready = signs.on_par & (self.step[runs] == self.last) & (self.now >= self.rules.minimum_run)
        ready &= self.totals[runs, : len(VOTES)].sum(axis=1) >= self.rules.minimum_votes
        ready &= ~signs.excess & ~signs.skewed & self.may_promote()
        may_end = signs.breached | signs.harmful | ready | (self.now >= self.rules.window)
        ended = np.zeros(len(runs), dtype=np.bool_)
        rows = np.flatnonzero(may_end)
        for index, evidence in zip(rows.tolist(), self.weigh(runs[rows]), strict=True):
            ruling = decide(self.gather(int(runs[index]), evidence, signs.of(np.array([index]))))
            if ruling is not None:
                self.outcomes[runs[index]] = self.sum_up(int(runs[index]), ruling)
                ended[index] = True
        return ended

    def climb(self, runs: Integers, signs: Signs) -> Flags:
        """Take a step where the hold is over and no harm is suspected, and say where."""
        held = self.now - self.stepped[runs] >= self.holds[self.step[runs]]
        up = held & (self.step[runs] < self.last) & ~signs.suspect & ~signs.skewed
        up &= not self.people.is_paused(self.now)
        climbing = runs[up]
        self.step[climbing] += 1
        self.stepped[climbing] = self.now
        self.path[climbing, self.step[climbing]] = self.look
        return np.asarray(up)

    @property
    def now(self) -> float:
        """Seconds since the first interleaved request."""
        return self.look * self.rules.interval

    def may_promote(self) -> bool:
        """Whether people do not stand in the way of a promotion."""
        return self.people.may_promote(self.now) and not self.people.is_paused(self.now)

    def gather(self, run: int, evidence: Evidence, signs: Signs) -> Facts:
        """The facts of one run, as production gathers them from a resource; `signs` are those of this run alone."""
        return replace(
            self.healthy,
            evidence=evidence,
            votes=int(self.totals[run, : len(VOTES)].sum()),
            on_par_before=bool(self.on_par_look[run] != NEVER),
            minimum_run_over=self.now >= self.rules.minimum_run,
            window_over=self.now >= self.rules.window,
            at_top=bool(self.step[run] == self.last),
            breached="a guardrail" if signs.breached[0] else "",
            fallbacks="too many requests" if signs.excess[0] else "",
            allocation=SKEWED if signs.skewed[0] else self.healthy.allocation,
            paused=self.people.is_paused(self.now),
            confirmed=self.people.may_promote(self.now),
        )

    def weigh(self, runs: Integers) -> list[Evidence]:
        """Tallies' evidence as production weighs it, but for the interval: it costs most and decides nothing."""
        if not len(runs):
            return []
        margin, tallies = self.rules.margin, self.totals[runs, : len(VOTES)]
        whole = np.ones(len(runs), dtype=np.bool_), -inf
        tests = [
            *(self.test(tallies, null_mean, *whole) for null_mean in (0.5 - margin, 0.5)),
            *(self.test(tallies[:, ::-1], null_mean, *whole) for null_mean in (0.5, 0.5 + margin)),
        ]
        return [
            Evidence(on_par, better, harm, worse, Tally(*tally).preference, interval=(-0.5, 0.5), bar=self.bar)
            for *tally, on_par, better, harm, worse in zip(*tallies.T.tolist(), *np.stack(tests).tolist(), strict=True)
        ]

    def sum_up(self, run: int, ruling: Ruling) -> Outcome:
        """The outcome of one run."""
        wins, ties, losses = self.totals[run, : len(VOTES)].tolist()
        proven = int(self.on_par_look[run])
        return Outcome(
            verdict=ruling.verdict,
            reason=ruling.reason,
            look=self.look,
            days=self.now / DAY,
            tally=(wins, ties, losses),
            exposure=float(self.exposure[run]),
            path=tuple(look for look in self.path[run].tolist() if look != NEVER),
            on_par_look=None if proven == NEVER else proven,
        )


def run_many(scenario: Scenario, runs: int, source: Source) -> list[Outcome]:
    """The outcomes of so many runs over a source's moments."""
    return Fleet(scenario, runs).run(source)
