"""Guardrails: evidence that calls go wrong more often than a limit allows."""

from typing import Final

from interleaver.stats import betting
from interleaver.stats.arguments import check_between, check_count
from interleaver.stats.tally import Tally

PLANNED: Final = 600  # calls; sharp on an outage within one look rather than on a drift over a day


def log_e_value(events: int, calls: int, limit: float) -> float:
    """ln of the evidence of one look that a call is an event (an error, a slow answer) more often than `limit`.

    `events` of `calls` went wrong; `limit` is a share between 0 and 1. This is the factor by which the e-CUSUM of a
    guardrail is multiplied at a look: Shin, Ramdas, Rinaldo, "E-detectors", NEJSDS 2(2), 2024 (arXiv 2203.03532).
    Bets are placed in standard deviations of a call at the limit, sqrt(m (1 - m)): against a rate that is off by k
    standard errors of n calls the best bet is k / sqrt(n m (1 - m)) (Waudby-Smith, Ramdas, JRSS B 86(1), 2024). Without
    that, bets made for a limit of 1/2 would take twice the looks to see an outage at a limit of 0.02.
    Raises ValueError if the counts do not fit or the limit is not a share.
    """
    check_count("events", events)
    check_count("calls", calls, events)
    return betting.log_e_value(Tally(wins=int(events), losses=int(calls - events)), limit, plan_calls(limit))


def plan_calls(limit: float) -> int:
    """The calls at which the bets against `limit` are sharpest; bets shrink with the root of them.

    Raises ValueError if the limit is not a share.
    """
    check_between("limit", limit, 0, 1)
    return max(1, round(PLANNED * 4 * limit * (1 - limit)))
