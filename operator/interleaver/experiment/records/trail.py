"""What the status keeps of a run beside what decides it, so that its record tells how it went (decision 6).

Nothing here decides anything: a run without its trail comes to the same verdict.
"""

from itertools import islice
from typing import Final

from interleaver.api.fields import timestamp
from interleaver.api.measured import COLUMNS
from interleaver.api.observed import Observed
from interleaver.api.record import record_name
from interleaver.api.status import Estimate, RampChange, Run, Status
from interleaver.experiment.counting.counts import Counts
from interleaver.experiment.counting.ledger import read_ledger
from interleaver.experiment.guardrails.detectors import measure
from interleaver.experiment.view import View
from interleaver.experiment.weighing.estimate import estimate

LONGEST_DENIAL_SECONDS: Final = 600  # time for a person to make room
TRAIL_POINTS: Final = 200  # each is about 25 bytes of every status
SPACING: Final = 100  # a point is due once this part of the time so far has passed; below 200, or thinning never ends


def is_on_record(view: View, status: Status, run: Run) -> bool:
    """Whether the status may forget a run that has had its verdict: its record is stored, or cannot be.

    What the API server does not take for so long, for a quota is used up, must not keep the next run from starting.
    """
    if status.decision is None or status.decision.run_id != run.id or view.observed.recorded:
        return True
    if view.elapsed(status.decision.at) < LONGEST_DENIAL_SECONDS:
        return False
    refused = f"ConfigMap {record_name(view.metadata.name, run.id)}"
    return is_crowded_out(view.observed, run.id) or any(words.startswith(refused) for words in view.observed.denied)


def is_crowded_out(observed: Observed, run_id: str) -> bool:
    """Whether somebody has taken every name that the record may have."""
    return any(found.run_id == run_id and len(found.taken) > 1 for found in observed.records)


def add_to_record(view: View, status: Status) -> Status:
    """The status with what this visit adds to the story of its run."""
    before, run = view.experiment.status.run, status.run
    if before is None or run is None or before.id != run.id:
        return status
    changes: dict[str, object] = {}
    if before.stage == "Running":
        changes["suspended"] = view.spec.suspend
    if run.looked_at != before.looked_at:
        changes |= {"trail": extend_trail(view, run), "measured": extend_measured(view, run)}
        changes["estimate"] = expect(view, run)
    if run.percent != before.percent:
        changes["ramp"] = [*run.ramp, note_step(view, before, run)]
    return status.model_copy(update={"run": run.model_copy(update=changes)})


def extend_trail(view: View, run: Run) -> list[str]:
    """The trail after a whole look: `seconds wins ties losses`, where seconds count from running_since."""
    return extend(view, run, run.trail, [run.tally.wins, run.tally.ties, run.tally.losses])


def extend_measured(view: View, run: Run) -> list[str]:
    """What guardrails on counters went by, after a whole look, at points like those of the trail."""
    return extend(view, run, run.measured, measure_all(read_ledger(run).totals))


def measure_all(totals: Counts) -> list[int]:
    """What the guardrails on counters go by, in the order that a point has."""
    return [measure(column.metric, totals)[column.part] for column in COLUMNS]


def extend(view: View, run: Run, points: list[str], counts: list[int]) -> list[str]:
    """The points with one more: seconds from running_since, and the counts.

    Looks that changed nothing are left out, and so are those that follow the last point too closely. A list that is
    full is thinned by keeping every second point.
    """
    at = int(view.elapsed(run.running_since or run.started_at))
    last, *former = read_counts(points[-1]) if points else [0] * (1 + len(counts))
    if former == counts or (points and (at - last) * SPACING < at) or at < last:
        return points
    kept = points if len(points) < TRAIL_POINTS else list(islice(points, 0, None, 2))
    return [*kept, " ".join(map(str, (at, *counts)))]


def read_counts(point: str) -> list[int]:
    """Seconds and counts of a point. Raises ValueError when it is none."""
    return [int(number) for number in point.split(" ")]


def read_point(point: str) -> tuple[int, int, int, int]:
    """Seconds, wins, ties and losses of a point of the trail. Raises ValueError when it is none."""
    at, wins, ties, losses = read_counts(point)
    return at, wins, ties, losses


def note_step(view: View, before: Run, run: Run) -> RampChange:
    """A step up, and what the ramp had waited for until then."""
    reason = before.hold or ("CandidateReady" if before.stage == "Preparing" else "Hold")
    return RampChange(at=timestamp(view.now), percent=run.percent, reason=reason)


def expect(view: View, run: Run) -> Estimate | None:
    """The estimate as the status shows it."""
    found = estimate(run, view.now)
    return Estimate(votes_per_day=found.votes_per_day, days_left=found.days_left) if found else None
