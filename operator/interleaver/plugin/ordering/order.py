"""What a command is: pure questions about an experiment's document, so that a table can hold all of them."""

from collections.abc import Callable
from typing import NamedTuple

from interleaver.plugin.reading.document import Told
from interleaver.plugin.refusal import Refusal

Check = Callable[[Told], str]
Question = Callable[[Told, str], bool]


class Order(NamedTuple):
    """A command, whose annotation names a run or a Service by what `value` is."""

    annotation: str
    undoes: tuple[str, ...]
    """Annotations that said the contrary, and go: the operator then takes them anew when they are given again."""
    find_run: Check
    """The run that is meant; of a command about a Service it is not asked. Raises Refusal."""
    find_objection: Check
    """Why the command makes no sense now, and what to do instead; empty when it does."""
    is_so: Question
    """Whether what is ordered is so."""
    find_failure: Check
    """Why the operator does not obey, in its words; empty while it may."""
    words: str
    """What is told once it is so."""
    taken_in: tuple[str, ...] = ()
    """The stages in which the operator takes it; given before, it waits for them. Empty: in all."""

    def is_early(self, told: Told) -> bool:
        """Whether the operator takes it later."""
        return bool(self.taken_in) and told.stage not in self.taken_in


def find_current_run(told: Told) -> str:
    """The run that is going on. Raises Refusal with what there is instead."""
    if not told.run_id:
        raise Refusal(f"{told.name} has no run that is going on{describe_last(told)}")
    return told.run_id


def describe_last(told: Told) -> str:
    """What the last run came to, and what can be done about it, in words."""
    decision = told.decision
    if not decision:
        waiting = told.condition("Concluded")
        return f": {waiting.get('message')}" if waiting.get("reason") == "RunPending" else ""
    last = f"; its last one, {decision.get('runId')}, came to {decision.get('verdict')}/{decision.get('reason')}"
    again = f"; `kubectl interleaver retry {told.name}` tries the candidate again" if told.candidate else ""
    return last + ("" if decision.get("verdict") == "Promote" else again)


def find_no_failure(told: Told) -> str:
    """For commands that the operator always obeys."""
    return ""


def find_stalled(told: Told, *reasons: str) -> str:
    """The words of Stalled, if it has one of these reasons."""
    stalled = told.condition("Stalled")
    is_meant = stalled.get("status") == "True" and stalled.get("reason") in reasons
    return f"{stalled.get('reason')}: {stalled.get('message')}" if is_meant else ""
