"""What the status remembers of telling a receiver of verdicts, so that no crash makes the operator forget one."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from interleaver.api.counted import Count
from interleaver.api.fields import Line, Model

MOST_DELIVERIES: Final = 8  # runs take days and deliveries three at most; each that is pending takes 2 to 3 kB


class Delivery(Model):
    """A verdict, and whether the webhook's receiver has been told."""

    id: Line
    """Id of the event, the same in every attempt."""
    run_id: Line
    """The run."""
    verdict: Line
    """What it came to."""
    state: Literal["Pending", "Delivered", "Failed"]
    """Pending: it is tried, or will be. Delivered: the receiver has it. Failed: it is not tried any more."""
    attempts: Count = 0
    """Attempts that are over. One that a crash of the operator cut off is not among them, and is made again."""
    due: Line | None = None
    """When the next attempt is due; absent when there is none."""
    ended_at: Line | None = None
    """When it was delivered, or given up."""
    error: Line | None = None
    """What came of the last attempt, if it failed."""
    event: Annotated[dict[str, Any] | None, Field(json_schema_extra={"x-kubernetes-preserve-unknown-fields": True})] = (
        None
    )
    """The event as it was first written down, while it is Pending."""

    @property
    def is_pending(self) -> bool:
        """Whether it is to be tried."""
        return self.state == "Pending" and self.event is not None
