"""Whether the counts can be trusted: coins that fall evenly, books that balance, conversions that come in time, and
votes that people may have cast."""

from math import log
from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.api.status import Run
from interleaver.experiment.counting.counts import Counts, pick
from interleaver.experiment.counting.ledger import STORE, Ledger, read_ledger
from interleaver.experiment.weighing.suspicion import explain_suspicion
from interleaver.stats.allocation import log_e_value

SUSPICION: Final = log(1000)  # the odds at which chance is ruled out; a plain 5 % test would cry wolf every day
LATE_SHARE: Final = 0.1  # above this, what is missing is not missing at random


class Allocation(NamedTuple):
    """What was found; `reason` is empty when all is well."""

    measured: bool
    reason: str = ""
    message: str = ""


UNMEASURED: Final = Allocation(measured=False)


def check_allocation(run: Run) -> Allocation:
    """The allocation of a run so far."""
    ledger = read_ledger(run)
    totals = ledger.totals
    coins = (totals.get("coins.candidate", 0), totals.get("coins.champion", 0))
    if sum(coins) and weigh_coins(coins) >= SUSPICION:
        message = f"{coins[0]} first coins fell to the candidate and {coins[1]} to the champion, which chance does not "
        return Allocation(True, "SampleRatioMismatch", message + "explain: look for units that change between requests")
    if source := find_unbalanced(ledger, {gap.pod for gap in run.gaps}):
        who = "the vote store" if source == STORE else f"router {source}"
        message = f"{who} counted more votes than conversions: the ramp holds and nothing is promoted"
        return Allocation(True, "BooksUnbalanced", message)
    if not run.vouched and (words := explain_suspicion(totals)):
        return Allocation(True, "VotesSuspicious", words)
    return Allocation(sum(coins) > 0)


def weigh_coins(coins: tuple[int, int]) -> float:
    """ln of the evidence against fair coins."""
    return log_e_value(coins, (0.5, 0.5))


def find_unbalanced(ledger: Ledger, gaps: set[str]) -> str | None:
    """A source, a router's pod or the store, whose votes exceed its conversions. A recorded gap suspends its check."""
    sources = {pod: reading.counts for pod, reading in ledger.pods.items()} | {STORE: ledger.store.counts}
    for source, counts in sources.items():
        if source not in gaps and sum(pick(counts, "votes", names.VOTES).values()) > count_conversions(counts):
            return source
    return None


def count_conversions(counts: Counts) -> int:
    """Credited conversions, whoever owned the item."""
    return sum(pick(counts, "conversions", names.CREDITS).values())


def late_share(run: Run) -> float:
    """The share of conversions that came after the attribution window."""
    totals = read_ledger(run).totals
    late, counted = totals.get("feedback.late", 0), count_conversions(totals)
    return late / (late + counted) if late else 0.0
