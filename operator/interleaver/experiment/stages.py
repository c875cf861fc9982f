"""The stages of a run as a table of transitions; what it does not hold is illegal (docs/reference/stages.md)."""

from typing import Final, Literal

from interleaver.api.status import Stage

Move = Literal["Start", "BecomeReady", "Promote", "GiveUp", "MovePointer", "Remove", "Settle", "Revert"]

TRANSITIONS: Final[dict[tuple[Stage | None, Move], Stage | None]] = {
    (None, "Start"): "Preparing",
    ("Preparing", "BecomeReady"): "Running",
    ("Preparing", "GiveUp"): "RollingBack",
    ("Running", "Promote"): "Promoting",
    ("Running", "GiveUp"): "RollingBack",
    ("Promoting", "MovePointer"): "Settling",
    ("Promoting", "GiveUp"): "RollingBack",
    ("RollingBack", "Remove"): None,
    ("Settling", "Settle"): None,
    ("Settling", "Revert"): "Reverting",
    ("Reverting", "Remove"): None,
}


class IllegalTransition(Exception):
    """The table does not hold this move from this stage: a mistake in the program, never of a user."""


def follow(stage: Stage | None, move: Move) -> Stage | None:
    """The stage that the move leads to; None is no run. Raises IllegalTransition."""
    try:
        return TRANSITIONS[stage, move]
    except KeyError:
        raise IllegalTransition(f"there is no move {move} from stage {stage}") from None
