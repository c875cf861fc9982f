"""The stores of the runs that are kept, and which of them is in force."""

from .counters import NO_RUN, Counters
from .feedback import SKEW_SECONDS
from .in_force import InForce
from .store import Store
from .votes import Votes


class Stores:
    """One store for each run whose counters are kept: a run that is paused and taken up again must know its voters."""

    def __init__(self, counters: Counters) -> None:
        self.counters = counters
        self.by_run: dict[str, Store] = {}
        self.current: Store = Votes(counters.run)

    def open(self, force: InForce) -> Store:
        """The store of the run in force, made if there is none; stores of runs that are not kept any more go."""
        run = force.config.run or NO_RUN
        self.by_run = {each: store for each, store in self.by_run.items() if each in self.counters.runs}
        former = self.by_run.get(run)
        self.current = self.by_run[run] = former if former is not None else self.make(force)
        return self.current

    def make(self, force: InForce) -> Store:
        """A new store for the run in force."""
        return Votes(self.counters.run, impression_seconds=force.config.attribution_seconds + SKEW_SECONDS)
