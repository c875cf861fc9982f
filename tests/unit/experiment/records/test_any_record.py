"""Whatever happens in a run, its record comes to the verdict that the run came to."""

import json

from hypothesis import event, given, settings
from hypothesis import strategies as st

from interleaver.api.record import RECORD_FILE
from interleaver.api.status import Status
from interleaver.experiment.records.verify import verify
from interleaver.resources.record import record_map
from tests.unit.experiment.restless import RestlessWorld, make_hasty_experiment
from tests.unit.experiment.test_any_history import HAPPENINGS, USUAL, visit

# Visits fall anywhere in a second, while times in the status are whole; a clock that was set back may cost agreement.
NAMES = [name for name in HAPPENINGS if name != "the clock goes back"]
UNEVEN = {"a look": visit(29.6), "a later look": visit(700.3), "an event": visit(0.9, looking=False)}

happenings = st.lists(st.sampled_from([*NAMES, *USUAL * 3]), min_size=8, max_size=45)


class RecordedWorld(RestlessWorld):
    """A world that verifies the record of each run as soon as it was decided, and at every visit after that."""

    def check(self, old: Status, new: Status, looking: bool) -> None:
        super().check(old, new, looking)
        manifest = record_map(self.experiment)
        if manifest:
            assert verify(json.loads(manifest["data"][RECORD_FILE])) == []


BEGUN = RecordedWorld(make_hasty_experiment()).begin()


@settings(max_examples=150)
@given(happenings)
def test_whatever_happens_the_record_agrees_with_the_run(names: list[str]) -> None:
    world = BEGUN.branch()
    for name in names:
        (HAPPENINGS | UNEVEN)[name](world)
    decision = world.status.decision
    event(f"{decision.verdict}/{decision.reason}" if decision else "undecided")
