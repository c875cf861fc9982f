"""The confidence sequence of the preference: an interval that may be read at every look."""

from collections.abc import Callable
from math import isfinite, log
from typing import Final

from interleaver.stats.arguments import check_between
from interleaver.stats.betting import Mixture, log_e_value
from interleaver.stats.tally import Tally

WIDTH: Final = 2e-12  # of an interval that a root is known to lie in, and that is good enough
STEPS: Final = 200  # bisection alone would need 40 for an interval of length 1


def confidence_sequence(tally: Tally, alpha: float, planned: int, mixture: Mixture = "Planned") -> tuple[float, float]:
    """The preferences that neither one-sided test rejects at `alpha`: (low, high) within [-0.5, 0.5].

    Each end has error `alpha`, so the level of the interval is 1 - 2 alpha, over all looks of a run together. It always
    holds the tally's own preference. `planned` and `mixture` are those of `betting.log_e_value`, and `planned` at least
    600 for the e-value to be monotone. Raises ValueError unless 0 < alpha < 1, and as `betting.log_e_value` does.

    Inverting tests into a confidence sequence: Waudby-Smith and Ramdas 2024, as cited in `betting`.
    """
    return bound_below(tally, alpha, planned, mixture), -bound_below(tally.mirrored, alpha, planned, mixture)


def bound_below(tally: Tally, alpha: float, planned: int, mixture: Mixture) -> float:
    """The smallest preference that "the mean is at most this" does not reject at `alpha`."""
    check_between("alpha", alpha, 0, 1)

    def exceed(mean: float) -> float:
        return log_e_value(tally, mean, planned, mixture) + log(alpha)

    if exceed(0.0) < 0:
        return -0.5
    # At the observed mean every bet has lost or broken even (ln(1 + y) <= y), so a root lies below it.
    return find_root(exceed, 0.0, tally.preference + 0.5) - 0.5


def find_root(evaluate: Callable[[float], float], one: float, other: float) -> float:
    """An argument between `one` and `other` that is off by at most WIDTH, or four units in the last place.

    Each step asks where a parabola through the last three points is zero, if it can be trusted there, and else in the
    middle. Raises ValueError where the ends have the same sign, or no number.

    Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without using
    derivatives", Advances in Engineering Software 28(3), 1997. Not scipy's, for nothing else here needs the half of
    scipy that comes with it: 24 MB of memory and 60 MB of an image.
    """
    newest, value = one, evaluate(one)
    across, beyond = other, evaluate(other)  # the sign is another there
    if not (isfinite(value) and isfinite(beyond)) or value * beyond > 0:
        raise ValueError(f"there is no root to be found between {one} ({value}) and {other} ({beyond})")
    share = 0.5  # of the way from the newest point to the one across
    for _ in range(STEPS):
        tried = newest + share * (across - newest)
        found = evaluate(tried)
        if (found > 0) == (value > 0):
            former, before = newest, value
        else:
            former, before, across, beyond = across, beyond, newest, value
        newest, value = tried, found
        nearest = newest if abs(value) < abs(beyond) else across
        least = (WIDTH / 2 + 4e-16 * abs(nearest)) / abs(across - newest)
        if value == 0 or least > 0.5:
            break
        guess = _guess(newest, value, across, beyond, former, before)
        share = min(1 - least, max(least, guess))
    return nearest


def _guess(a: float, at_a: float, b: float, at_b: float, c: float, at_c: float) -> float:
    """The share of the way from a to b where the inverse parabola through three points is zero; the middle where it is
    not monotone between them. `at_a` and `at_b` have other signs, and c is the point before."""
    place, height = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
    if not (height**2 < place and (1 - height) ** 2 < 1 - place):
        return 0.5
    return at_a / (at_b - at_a) * at_c / (at_b - at_c) + (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b)
