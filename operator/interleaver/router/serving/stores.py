"""The stores of the runs that are kept, and which of them is in force."""

from interleaver.router.config.in_force import InForce
from interleaver.router.feedback.ballot import SKEW_SECONDS
from interleaver.router.shared.courier import Courier
from interleaver.router.shared.shared_votes import SharedVotes
from interleaver.router.system.counters import NO_RUN, Counters
from interleaver.router.votes.memory import Votes
from interleaver.router.votes.store import Store


class Stores:
    """One store for each run whose counters are kept: a run that is paused and taken up again must know its voters."""

    def __init__(self, counters: Counters) -> None:
        self.counters = counters
        self.courier = Courier(counters)
        self.by_run: dict[str, Store] = {}
        self.current: Store = Votes(counters.run)

    def open(self, force: InForce) -> Store:
        """The store of the run in force, made if there is none; stores of runs that are not kept any more go."""
        run = force.config.run or NO_RUN
        self.by_run = {each: store for each, store in self.by_run.items() if each in self.counters.runs}
        self.current = self.by_run[run] = self.find(run, force) or self.make(force)
        shared = [store for store in self.by_run.values() if isinstance(store, SharedVotes)]
        current = self.current if isinstance(self.current, SharedVotes) else None
        for former in shared:
            if former is not current:
                former.forget_tossed()
        # What a former run has left to write goes where that run's store was.
        url = self.courier.url if force.config.store is None else force.mounted.store_url
        self.courier.follow(url, shared, current)
        return self.current

    def find(self, run: str, force: InForce) -> Store | None:
        """The run's store, if it is of the kind that the configuration names; from now on it keeps things for as long
        as that says. What it has kept so far goes when it would have gone, unless the unit is shown another list."""
        former = self.by_run.get(run)
        if force.config.store is None or force.trial is None:
            if not isinstance(former, Votes):
                return None
            former.shown.seconds = float(find_seconds(force))  # compiled, an int is no float
            return former
        if not isinstance(former, SharedVotes):
            return None
        former.retention = force.config.store.retention_seconds
        former.impression_seconds = find_seconds(force)
        return former

    def make(self, force: InForce) -> Store:
        """A new store for the run in force."""
        counters, seconds = self.counters.run, find_seconds(force)
        if force.config.store is None or force.trial is None:
            return Votes(counters, impression_seconds=seconds)
        return SharedVotes(counters, force.trial, self.courier, force.config.store.retention_seconds, seconds)

    async def finish(self, seconds: float) -> None:
        """Write what waits for a shared store, within so many seconds."""
        await self.courier.finish(seconds)


def find_seconds(force: InForce) -> int:
    """For how long an impression is of use to an event that names the unit alone."""
    return force.config.attribution_seconds + int(SKEW_SECONDS)
