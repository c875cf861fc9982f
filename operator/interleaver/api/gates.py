"""What became of a gate, as the status and the record remember it."""

from typing import Annotated, Final, Literal

from pydantic import Field

from interleaver.api.fields import Line, Model

LONGEST_WORDS: Final = 400  # characters of what happened
LONGEST_LOG: Final = 2048  # characters of the end of a log; the gates of a run together have 10 kB of them

GateState = Literal["Starting", "Running", "Passed", "Failed", "Stopped"]


class GateResult(Model):
    """A gate that was begun."""

    name: Line
    """Name of the gate."""
    state: GateState
    """Starting until its Job was seen, then Running; Passed or Failed once it is over, Stopped where the run ended
    before it. None is begun twice."""
    job: Line
    """Name of its Job."""
    started_at: Line
    """When it was begun; its deadline counts from here."""
    ended_at: Line | None = None
    """When it was over."""
    message: Annotated[str, Field(max_length=LONGEST_WORDS)] | None = None
    """What happened, in words."""
    log: Annotated[str, Field(max_length=LONGEST_LOG)] | None = None
    """The end of its log."""

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.state in ("Starting", "Running")
