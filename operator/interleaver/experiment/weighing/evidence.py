"""Evidence: what a tally says against the four hypotheses a run is decided by."""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log
from typing import Final

from interleaver.api.plan import Plan
from interleaver.api.status import Evidence as Shown
from interleaver.api.status import Run
from interleaver.stats.betting import Mixture, log_e_value
from interleaver.stats.interval import confidence_sequence
from interleaver.stats.tally import Tally

LARGEST_EXPONENT: Final = 700  # exp() of more overflows a float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Natural logs of e-values, each against one hypothesis about the true preference, and the bar they must reach.

    Whichever look they are read at, a hypothesis that is true is rejected in a run with probability alpha at most.
    """

    on_par: float  # against preference <= -margin: the candidate would be worse than tolerated
    better: float  # against preference <= 0
    harm: float  # against preference >= 0; rolls back until on par is first reached
    worse: float  # against preference >= -margin; rolls back after that
    preference: float  # of the votes seen, -0.5 to 0.5, above 0 favours the candidate
    interval: tuple[float, float]  # of the true preference, at level 1 - 2 alpha over all looks
    bar: float  # ln(1 / alpha)

    @property
    def on_par_proven(self) -> bool:
        """The candidate is not worse than the margin tolerates."""
        return self.on_par >= self.bar

    @property
    def better_proven(self) -> bool:
        """The candidate is better. Words the reason of a promotion and decides nothing."""
        return self.better >= self.bar

    def harm_that_counts(self, on_par_before: bool) -> float:
        """What is held against the candidate: any harm until on par was first proven, only that beyond the margin then.

        Otherwise the margin would be void at high traffic.
        """
        return self.worse if on_par_before else self.harm


@lru_cache(maxsize=64)  # every visit asks, most tallies have not grown since the last, and the interval is dear
def weigh(tally: Tally, *, alpha: float, margin: float, planned: int, mixture: Mixture) -> Evidence:
    """The evidence of a tally.

    `alpha` (0 to 1) is the error allowed per hypothesis, `margin` (0 to 0.5) how far below 0 the preference of a
    candidate may be to count as on par, `planned` the votes at which the tests are sharpest, `mixture` the bets that
    they are made of. Raises ValueError for values outside. A mean vote of m is a preference of m - 1/2, hence the null
    means.
    """
    if not 0 <= margin < 0.5:
        raise ValueError(f"margin must be at least 0 and below 0.5, not {margin!r}")
    return Evidence(
        on_par=log_e_value(tally, 0.5 - margin, planned, mixture),
        better=log_e_value(tally, 0.5, planned, mixture),
        harm=log_e_value(tally.mirrored, 0.5, planned, mixture),
        worse=log_e_value(tally.mirrored, 0.5 + margin, planned, mixture),
        preference=tally.preference,
        interval=confidence_sequence(tally, alpha, planned, mixture),
        bar=log(1 / alpha),
    )


def weigh_run(run: Run) -> Evidence:
    """The evidence of the run's tally under its frozen plan."""
    analysis, votes = run.plan.analysis, run.tally
    tally = Tally(votes.wins, votes.ties, votes.losses)
    alpha, margin = float(analysis.alpha), float(analysis.margin)
    return weigh(tally, alpha=alpha, margin=margin, planned=analysis.planned_votes, mixture=find_mixture(run.plan))


def find_mixture(plan: Plan) -> Mixture:
    """The mixture that a run is weighed by from its beginning to its end: whoever may choose has the better of two
    tests, and that one errs in more runs than alpha allows."""
    return plan.mixture or "Planned"


def show_evidence(evidence: Evidence) -> Shown:
    """The evidence as the status holds it: numbers as strings."""
    low, high = evidence.interval
    return Shown(
        on_par=show_e_value(evidence.on_par),
        better=show_e_value(evidence.better),
        harm=show_e_value(evidence.harm),
        preference=f"{evidence.preference:z.4f}",
        interval=[f"{low:z.4f}", f"{high:z.4f}"],
    )


def show_e_value(logarithm: float) -> str:
    """An e-value from its natural logarithm, to four digits."""
    if logarithm > LARGEST_EXPONENT:
        return f"1e+{int(logarithm / log(10))}"
    return f"{exp(logarithm):.4g}"
