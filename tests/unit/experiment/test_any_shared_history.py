"""Random histories of runs whose routers share a store: it goes away, forgets, and routers die."""

import json
from dataclasses import dataclass, field

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from interleaver.api.observed import StoreReading
from interleaver.api.record import RECORD_FILE
from interleaver.api.revision import resolve
from interleaver.api.status import Run, Status
from interleaver.experiment.records.verify import verify
from interleaver.resources.record import record_map
from tests.builders import STORE, make_experiment
from tests.unit.experiment.restless import RestlessWorld, make_hasty_experiment
from tests.unit.experiment.test_any_history import HAPPENINGS, USUAL, Happening

SPEC = make_hasty_experiment().spec.model_dump(by_alias=True, exclude_none=True)


@dataclass
class SharingWorld(RestlessWorld):
    """A restless world with three routers. What they show of a store that is away is what they last knew."""

    known: tuple[int, dict[str, int]] = (0, {})  # epoch and totals, as routers last knew them
    truth: dict[int, dict[str, int]] = field(default_factory=dict)  # by epoch, as far as a look showed it

    def show_store(self) -> StoreReading:
        if self.store_up:
            self.known = (self.epoch, dict(self.shared))
        return StoreReading(self.store_up, *self.known)

    def note_look(self) -> None:
        super().note_look()
        epoch, totals = self.known
        if epoch:
            self.truth[epoch] = totals

    def counted(self, name: str) -> int:
        return super().counted(name) + sum(totals.get(name, 0) for totals in self.truth.values())

    def forget(self) -> None:
        """The store loses its memory; what was counted since the last look is lost for ever."""
        self.shared, self.epoch = {}, self.epoch + 1

    def kill_router(self) -> None:
        """One of the routers goes without a word, or comes back."""
        champion = resolve(self.experiment.spec.champion)
        assert champion is not None
        self.lost ^= {f"pod-{champion.hash}-1"}

    def check(self, old: Status, new: Status, looking: bool) -> None:
        super().check(old, new, looking)
        manifest = record_map(self.experiment)
        if manifest:
            assert verify(json.loads(manifest["data"][RECORD_FILE])) == []

    def check_promotion(self, run: Run, looking: bool) -> None:
        super().check_promotion(run, looking)
        assert self.store_up, "nothing is promoted on what the routers once knew"


def toggle_store(world: RestlessWorld) -> None:
    world.store_up = not world.store_up


SHARED: dict[str, Happening] = {
    "the store goes away or comes back": toggle_store,
    "the store forgets": SharingWorld.forget,  # type: ignore[dict-item]
    "a router is killed or comes back": SharingWorld.kill_router,  # type: ignore[dict-item]
}
# A clock that is set back may cost the record its agreement: its times are whole seconds.
NAMES = [name for name in HAPPENINGS if name != "the clock goes back"]
histories = st.lists(st.sampled_from([*NAMES, *SHARED, *USUAL * 3]), min_size=8, max_size=45)
BEGUN = SharingWorld(make_experiment(**{**SPEC, "replicas": 3, "store": STORE})).begin()
PROMOTED = ["wins", "a look", "a later look", "wins", "a later look", "a later look", "a later look", "much later"]


@settings(max_examples=150)
@given(histories)
@example([*PROMOTED, "a look", "a look"])
@example(["a look", "a look", "wins", "a look", "the store forgets", *PROMOTED, "a look", "a look"])
def test_whatever_happens_votes_are_the_truth_minus_what_is_recorded(names: list[str]) -> None:
    world = BEGUN.branch()
    for name in names:
        (HAPPENINGS | SHARED)[name](world)
        run = world.status.run
        if run and "the store forgets" not in names:
            assert "StoreLost" not in [gap.reason for gap in run.gaps]
    decision = world.status.decision
    event(f"{decision.verdict}/{decision.reason}" if decision else "undecided")
