"""What is said of the candidate: a word for each difference, corrected for how many differences were looked at."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.terms.figure import Estimate, Verdict

NOT_MEASURED: Final = float("nan")
"""The p-value of what could not be measured. It belongs to no family, and makes nothing harder to find."""


def survive(p_values: Sequence[float] | NDArray[np.float64], rate: float) -> NDArray[np.bool_]:
    """Which of a family's p-values may be called findings, with a false share among them of at most `rate`.

    Benjamini and Hochberg 1995, Controlling the False Discovery Rate, Journal of the Royal Statistical Society B
    57(1), equation (1): all up to the greatest i with p_(i) <= i * rate / m. Slices overlap (a pair of attributes
    lies within both of them), which makes their figures depend on each other positively; the procedure holds under
    such dependence (Benjamini and Yekutieli 2001, theorem 1.2). NaN is no member of the family.
    """
    found = np.asarray(p_values, dtype=np.float64)
    members = np.flatnonzero(~np.isnan(found))
    kept = np.zeros(len(found), dtype=bool)
    order = members[np.argsort(found[members], kind="stable")]
    below = np.flatnonzero(found[order] <= rate * np.arange(1, len(order) + 1) / max(len(order), 1))
    if len(below):
        kept[order[: below[-1] + 1]] = True
    return kept


def tell(difference: Estimate | None, survives: bool) -> Verdict:
    """The word for a difference that is signed so that positive is better.

    "Better" and "worse" take both: an interval that does not hold 0, and a p-value that survived its family.
    """
    if difference is None or difference.low is None or difference.high is None:
        return Verdict.NOT_TOLD
    if not survives or difference.low <= 0 <= difference.high:
        return Verdict.NOT_TOLD_APART
    return Verdict.BETTER if difference.value > 0 else Verdict.WORSE


def tell_count(difference: float) -> Verdict:
    """The word for a difference of two counts, signed so that positive is better.

    A count of these very cases has no interval, so that one more is a difference.
    """
    if not difference:
        return Verdict.NOT_TOLD_APART
    return Verdict.BETTER if difference > 0 else Verdict.WORSE
