"""What the driver notices from one reading to the next, and the live view. No cluster, no clock of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from demo.progress import draw_block, draw_line
from demo.report import Moment
from demo.snapshot import Snapshot

LINE_SECONDS: Final = 5.0  # between two lines where no terminal redraws


@dataclass
class Watch:
    """Everything seen so far."""

    started: float  # when the experiment was applied
    candidate: str  # which model the experiment put on trial
    moments: list[Moment] = field(default_factory=list)
    last: Snapshot | None = None
    last_running: Snapshot | None = None
    not_ready: int = 0

    def note(self, now: float, text: str) -> None:
        """Something happened."""
        self.moments.append(Moment(now - self.started, text))

    def take(self, snapshot: Snapshot, now: float) -> None:
        """Compare with the snapshot before and note what changed."""
        for text in list_changes(self.last, snapshot):
            self.note(now, text)
        self.not_ready += not snapshot.ready
        if snapshot.stage:
            self.last_running = snapshot
        self.last = snapshot

    @property
    def shown(self) -> Snapshot | None:
        """The newest snapshot; once the run has left the status, with the ramp and the evidence that it ended with.

        A run can end between two readings: evidence on other votes than the final ones is left out.
        """
        if self.last is None or self.last.stage is not None or self.last_running is None:
            return self.last
        run = self.last_running
        evidence = run.evidence if run.tally == self.last.tally else None
        return replace(self.last, percent=run.percent, evidence=evidence)


def list_changes(before: Snapshot | None, after: Snapshot) -> list[str]:
    """What a person would notice between two snapshots, in words."""
    changes: list[str] = []
    if after.stage and (before is None or before.stage != after.stage):
        changes.append(f"the run is {after.stage}")
    if after.stage == "Running" and after.percent and (before is None or before.percent != after.percent):
        changes.append(f"{after.percent} % of users are interleaved, {after.tally.votes} have voted")
    if after.decision and (before is None or before.decision != after.decision):
        changes.append(f"verdict {after.decision['verdict']} ({after.decision.get('reason', '')})")
    if before is not None and after.serving != before.serving:
        changes.append(f"{after.serving} serves")
    if after.stalled and (before is None or before.stalled != after.stalled):
        changes.append(f"stalled: {after.stalled}")
    return changes


class Screen:
    """The live view: redrawn in place on a terminal of so many columns, else (None) a line now and then."""

    def __init__(self, columns: int | None, write: Callable[[str], object]) -> None:
        self._columns, self._write = columns, write
        self._height = 0
        self._due = 0.0

    def show(self, snapshot: Snapshot, shoppers: Mapping[str, Any] | None, seconds: float) -> None:
        """Show the newest state."""
        if self._columns is not None:
            # A line that wraps would take two, and the next redraw would begin too low.
            lines = [line[: self._columns - 1] for line in draw_block(snapshot, shoppers, seconds)]
            up = f"\x1b[{self._height}A" if self._height else ""
            self._write(up + "".join(f"\x1b[2K{line}\n" for line in lines))
            self._height = len(lines)
        elif seconds >= self._due:
            self._due = seconds + LINE_SECONDS
            self._write(draw_line(snapshot, shoppers, seconds) + "\n")


def is_over(snapshot: Snapshot) -> bool:
    """A verdict is there and no run goes on."""
    return snapshot.decision is not None and snapshot.stage is None
