"""The estimate: votes a day, and days until the run is likely to conclude.

It is the decision's own test, asked of the future: votes go on to come as they did, in the shares that the tally has.
Under fixed shares ln of the evidence is a convex function of the number of votes that starts at 0, so it passes the bar
once and for good. The true shares are not those of the tally, and chance moves the evidence up and down around this
path: with few votes the estimate is coarse, and it can change its mind. A ramp that waits on a suspicion, faults, and
regulars who have voted already are left out of the reckoning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, pairwise
from math import inf, log
from typing import Final

import numpy as np

from interleaver.api.fields import instant, seconds
from interleaver.api.status import Run
from interleaver.experiment.weighing.evidence import find_mixture
from interleaver.stats.betting import Mixture, log_e_values

Votes = tuple[int, int, int]  # wins, ties and losses, or as many from the champion's side

DAY: Final = 86_400.0  # seconds
FEW_VOTES: Final = 100  # below this the shares of the tally say next to nothing
EVEN: Final = np.linspace(
    0.0, 1.0, 32
)  # numbers of votes at which the evidence is computed; between them ln is taken as straight


@dataclass(frozen=True, slots=True)
class Estimate:
    """What to expect."""

    votes_per_day: int  # at the present rate, at the present step
    days_left: str | None  # decimal, until promotion, rollback or the end of the window; None with too few votes


def estimate(run: Run, now: datetime) -> Estimate | None:
    """The estimate for a run that is Running; None before its first vote, and for any other run."""
    if run.stage != "Running" or run.running_since is None or not run.votes:
        return None
    past = count_past_traffic(run, now)
    if past <= 0:
        return None
    rate = run.votes / past  # votes a second at full traffic
    daily = round(rate * run.plan.traffic.steps[run.step].percent / 100 * DAY)
    if run.votes < FEW_VOTES:
        return Estimate(daily, None)
    return Estimate(daily, f"{foresee(run, now, rate) / DAY:.1f}")


def count_past_traffic(run: Run, now: datetime) -> float:
    """Seconds of full traffic that the run has seen: a second at 10 % is a tenth."""
    corners = [*((instant(change.at), change.percent / 100) for change in run.ramp), (now, 0.0)]
    return sum(share * (end - start).total_seconds() for (start, share), (end, _) in pairwise(corners))


def foresee(run: Run, now: datetime, rate: float) -> float:
    """Seconds until the run is likely to conclude."""
    since = instant(run.running_since or run.started_at)
    elapsed, analysis = (now - since).total_seconds(), run.plan.analysis
    left = max(0.0, seconds(analysis.window) - elapsed)
    ramp = plan_ahead(run, now, left)
    margin, votes = float(analysis.margin), run.votes
    tally = run.tally.wins, run.tally.ties, run.tally.losses

    def wait(number: float) -> float:
        """Seconds until there are so many votes."""
        return find_time(ramp, (number - votes) / rate)

    most = 1 + ramp[-1][1] * rate / votes  # times the present votes, at the end of the window
    bar = log(1 / float(analysis.alpha))
    crossed = run.crossed.on_par is not None
    bets = analysis.planned_votes, find_mixture(run.plan)
    on_par = wait(votes * find_growth(tally, 0.5 - margin, *bets, bar, most))
    harm = wait(votes * find_growth(tally[::-1], 0.5 + margin * crossed, *bets, bar, most))
    top = ramp[-2][0]
    promotion = max(on_par, top, wait(analysis.minimum_votes), seconds(analysis.minimum_run) - elapsed)
    return min(left, promotion, harm if crossed or harm < on_par else inf)


def plan_ahead(run: Run, now: datetime, left: float) -> list[tuple[float, float]]:
    """Corners of the ramp that is still to come: seconds from now, and seconds of full traffic by then.

    The last corner is the end of the window; the one before it is where the top is reached.
    """
    times, traffic = zip(*list_rungs(run, now), strict=True)
    corners = list(zip(accumulate(times, initial=0.0), accumulate(traffic, initial=0.0), strict=True))
    top = run.plan.traffic.steps[-1].percent / 100
    rest = max(0.0, left - corners[-1][0])
    return [*corners, (corners[-1][0] + rest, corners[-1][1] + rest * top)]


def list_rungs(run: Run, now: datetime) -> Iterator[tuple[float, float]]:
    """Seconds that each step will still be held, and the full traffic in them; the last step counts for nothing."""
    steps = run.plan.traffic.steps
    held = (now - instant(run.stepped_at)).total_seconds() if run.stepped_at else 0.0
    yield 0.0, 0.0
    for number in range(run.step, len(steps) - 1):
        rest = max(0.0, seconds(steps[number].hold or "0s") - (held if number == run.step else 0.0))
        yield rest, rest * steps[number].percent / 100


def find_time(ramp: list[tuple[float, float]], traffic: float) -> float:
    """Seconds until so much full traffic has come; infinite when the window is over before."""
    if traffic <= 0:
        return 0.0
    times, sums = zip(*ramp, strict=True)
    return float(np.interp(traffic, sums, times)) if traffic <= sums[-1] else inf


def find_growth(tally: Votes, null_mean: float, planned: int, mixture: Mixture, bar: float, most: float) -> float:
    """By what factor the tally must grow, its shares kept, until "the mean is at most this" is rejected.

    Between 1 and `most`; infinite when that is not enough.
    """
    factors = max(most, 1.0) ** EVEN
    counts = np.array(tally) * factors[:, None]
    logs = log_e_values(counts, null_mean, planned, mixture)
    if logs[-1] < bar:
        return inf
    reached = int(np.argmax(logs >= bar))
    if reached == 0:
        return 1.0
    low, high = logs[reached - 1], logs[reached]
    return float(factors[reached - 1] + (bar - low) / (high - low) * (factors[reached] - factors[reached - 1]))
