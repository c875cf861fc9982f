"""Guardrails: evidence that calls go wrong more often than a limit allows."""

from typing import Final

from interleaver.stats import betting
from interleaver.stats.tally import Tally

PLANNED: Final = 600  # calls; sharp on an outage within one look rather than on a drift over a day


def log_e_value(events: int, calls: int, limit: float) -> float:
    """ln of the evidence of one look that a call is an event (an error, a slow answer) more often than `limit`.

    `events` of `calls` went wrong; `limit` is a share between 0 and 1. This is the factor by which the e-CUSUM of a
    guardrail is multiplied at a look: Shin, Ramdas, Rinaldo, "E-detectors", NEJSDS 2(2), 2024 (arXiv 2203.03532).
    Raises ValueError if the counts do not fit or the limit is not a share.
    """
    if not 0 < limit < 1:
        raise ValueError(f"limit must be between 0 and 1, not {limit!r}")
    return betting.log_e_value(Tally(wins=events, losses=calls - events), limit, PLANNED)
