"""The confidence sequence of the preference: an interval that may be read at every look."""

from math import log

from scipy.optimize import brentq

from interleaver.stats.arguments import check_between
from interleaver.stats.betting import log_e_value
from interleaver.stats.tally import Tally


def confidence_sequence(tally: Tally, alpha: float, planned: int) -> tuple[float, float]:
    """The preferences that neither one-sided test rejects at `alpha`: (low, high) within [-0.5, 0.5].

    Each end has error `alpha`, so the level of the interval is 1 - 2 alpha, over all looks of a run together. It always
    holds the tally's own preference. `planned` is that of `betting.log_e_value`, and at least 600 for the e-value to be
    monotone. Raises ValueError unless 0 < alpha < 1, and as `betting.log_e_value` does.

    Inverting tests into a confidence sequence: Waudby-Smith and Ramdas 2024, as cited in `betting`.
    """
    return bound_below(tally, alpha, planned), -bound_below(tally.mirrored, alpha, planned)


def bound_below(tally: Tally, alpha: float, planned: int) -> float:
    """The smallest preference that "the mean is at most this" does not reject at `alpha`."""
    check_between("alpha", alpha, 0, 1)

    def exceed(mean: float) -> float:
        return log_e_value(tally, mean, planned) + log(alpha)

    if exceed(0.0) < 0:
        return -0.5
    # At the observed mean every bet has lost or broken even (ln(1 + y) <= y), so a root lies below it.
    return float(brentq(exceed, 0.0, tally.preference + 0.5)) - 0.5
