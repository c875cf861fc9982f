"""What an experiment's situation is, in one word, with the exit code that a pipeline goes by, and why it waits."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.plugin.reading.document import Told, dig

GOOD, UNDER_WAY, ROLLED_BACK, INCONCLUSIVE, ABORTED, NEEDS_PERSON = 0, 3, 4, 5, 6, 7

# Every situation: exit code, and what it means. 1 and 2 are of commands that could not be carried out.
SITUATIONS: Final[dict[str, tuple[int, str]]] = {
    "Serving": (GOOD, "the champion serves, and no candidate waits for a run"),
    "Promoted": (GOOD, "the candidate was promoted and serves"),
    "Leaving": (UNDER_WAY, "the experiment is being deleted"),
    "Unseen": (UNDER_WAY, "the operator has not acted on the spec as it is"),
    "RollingOut": (UNDER_WAY, "what should serve is not Ready yet"),
    "Waiting": (UNDER_WAY, "the candidate waits for its run"),
    "Preparing": (UNDER_WAY, "the candidate's pods come up"),
    "Running": (UNDER_WAY, "the candidate is on trial"),
    "Paused": (UNDER_WAY, "the candidate is on trial, and the ramp and a promotion are held"),
    "Promoting": (UNDER_WAY, "the candidate is about to serve"),
    "RolledBack": (ROLLED_BACK, "the candidate was rolled back, or its promotion taken back"),
    "Inconclusive": (INCONCLUSIVE, "the window ended without a verdict on the candidate"),
    "Aborted": (ABORTED, "the run was ended before it could tell anything"),
    "AwaitingPromotion": (NEEDS_PERSON, "all that a promotion needs holds, but for a person's word (mode Manual)"),
    "Stalled": (NEEDS_PERSON, "a person has to do something"),
}
VERDICTS: Final = {
    "Promote": "Promoted",
    "Rollback": "RolledBack",
    "Inconclusive": "Inconclusive",
    "Aborted": "Aborted",
}
UNCONFIRMED: Final = f"mode Manual needs the annotation {names.ANNOTATION_PROMOTE}"


class Situation(NamedTuple):
    """One word of SITUATIONS, and why, in words of the operator where it gave any."""

    word: str
    why: str

    @property
    def code(self) -> int:
        return SITUATIONS[self.word][0]

    @property
    def is_final(self) -> bool:
        """Whether nothing more comes by itself."""
        return self.code != UNDER_WAY


def find_situation(told: Told) -> Situation:
    """The first that applies: what needs a person goes before what is under way, and that before what is over."""
    steps: tuple[Callable[[Told], Iterator[Situation]], ...] = (find_trouble, find_stage, find_rest)
    return next(found for step in steps for found in step(told))


def find_trouble(told: Told) -> Iterator[Situation]:
    """What is to be told before all else."""
    if deleted := dig(told.document, "metadata", "deletionTimestamp"):
        yield Situation("Leaving", f"deleted at {deleted}: what has a finalizer on it goes first")
    if not told.is_seen:
        words = f"generation {told.generation} of the spec has not been acted on: is the operator running?"
        yield Situation("Unseen", words)
    if told.is_true("Stalled"):
        stalled = told.condition("Stalled")
        yield Situation("Stalled", f"{stalled.get('reason')}: {stalled.get('message')}")


def find_stage(told: Told) -> Iterator[Situation]:
    """Where a run stands that has no verdict yet."""
    words = str(told.condition("Concluded").get("message") or "")
    if told.stage in ("Preparing", "Promoting"):
        trouble = told.condition("CandidateReady")
        lacks = f"; {trouble.get('message')}" if trouble.get("status") == "False" else ""
        yield Situation(told.stage, words + lacks)
    if told.stage == "Running":
        held = told.run.get("paused") or told.is_suspended
        awaits = "AwaitingPromotion" if words == UNCONFIRMED else "Running"
        yield Situation("Paused" if held else awaits, words)


def find_rest(told: Told) -> Iterator[Situation]:
    """What is so without a run, or after its verdict."""
    ready, concluded = told.condition("Ready"), told.condition("Concluded")
    if told.is_true("Reconciling") or ready.get("status") != "True":
        finding = told.condition("Reconciling") or ready
        yield Situation("RollingOut", str(finding.get("message") or "the operator has said nothing yet"))
    if told.candidate and concluded.get("reason") == "RunPending":
        yield Situation("Waiting", str(concluded.get("message") or ""))
    if concluded.get("status") == "True" and (told.candidate or told.run):
        reason = told.decision.get("reason")
        words = f"{reason}: {concluded.get('message')}" if reason else str(concluded.get("message") or "")
        yield Situation(VERDICTS.get(str(concluded.get("reason")), "Serving"), words)
    yield Situation("Serving", str(ready.get("message") or ""))
