"""Votes that routers share: what of a look is the vote store's, whether it is within reach, and what it has lost."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from interleaver.api.fields import timestamp
from interleaver.api.observed import Reading, StoreReading
from interleaver.api.plan import Plan
from interleaver.api.status import Run
from interleaver.experiment.counting.counts import Counts
from interleaver.experiment.counting.ledger import DROPPED, STORE, LastReading, Ledger, NewGap
from interleaver.experiment.counting.store import is_reached, leave_out_shared
from interleaver.experiment.view import View


def list_shown(run: Run, readings: Iterable[Reading]) -> list[StoreReading]:
    """What these routers show of the store, if the run has one. All show the same, so that those that may vote suffice:
    the greatest counts, and one that lies must not be heard."""
    stores = [reading.store for reading in readings if reading.store] if run.plan.store else []
    return [replace(store, counts=leave_out_foreign(run.plan, store.counts)) for store in stores]


def own_counts(run: Run, reading: Reading) -> Counts | None:
    """What is counted in the router: with a store, neither votes nor what goes with them."""
    if reading.counts is None:
        return None
    counts = leave_out_foreign(run.plan, reading.counts)
    return leave_out_shared(counts) if run.plan.store else counts


def leave_out_foreign(plan: Plan, counts: Counts) -> Counts:
    """The counts without conversions at percents that the plan does not have: the ledger has no room for a hundred."""
    percents = {str(step.percent) for step in plan.traffic.steps}
    return {
        name: count
        for name, count in counts.items()
        if not name.startswith("overall.") or name.rpartition(".")[2] in percents
    }


def note_reach(view: View, run: Run, ledger: Ledger, serving: Iterable[Reading]) -> str | None:
    """Since when no router behind the entry Service reaches the store; None while one does, or when there is no store.

    Routers that were not read, or that have not taken the configuration yet, tell nothing.
    """
    config = view.observed.config
    heard = [one for one in serving if one.counts is not None and config and one.generation == config.generation]
    if run.plan.store is None or (heard and is_reached(ledger.store, (router.store for router in heard))):
        return None
    return (run.store_away_since or timestamp(view.now)) if heard else run.store_away_since


def find_gaps(run: Run, before: Ledger, after: Ledger) -> Iterator[NewGap]:
    """The gaps of a look that may cost votes. A router that is gone takes none with it while the store is in reach."""
    for gap in after.gaps:
        if run.plan.store is None or gap.pod == STORE or run.store_away_since:
            yield gap
    # By the ledger, which knows all routers, and not by the status, which keeps the newest gaps alone.
    known = {pod for pod, reading in before.pods.items() if has_dropped(reading)}
    for pod, reading in after.pods.items():
        if has_dropped(reading) and pod not in known:
            yield NewGap(pod, DROPPED)


def has_dropped(router: LastReading) -> bool:
    """Whether a router has given up events that never reached the store."""
    return router.counts.get("store.dropped", 0) > 0


def explain_store(run: Run) -> str:
    """Why the store's counts cannot be trusted to be the newest, in words; empty when they can, or without a store."""
    if run.store_away_since is None:
        return ""
    return (
        f"no router has reached the vote store since {run.store_away_since}: conversions wait in the routers' memory, "
        "the ramp holds and nothing is promoted. See to the server whose URL the store's Secret holds, and to what "
        "stands between it and the serving pods, or, if interleaver_store_refuses is 1, to what the routers' logs say"
    )


def count_dropped(totals: Counts) -> str:
    """How many events never reached the store, in words; empty when all did."""
    dropped = totals.get("store.dropped", 0)
    return f"; {dropped} event(s) never reached the vote store" if dropped else ""
