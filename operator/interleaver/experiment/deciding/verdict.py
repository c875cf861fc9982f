"""The verdict as it is written down: decision, history, and the candidate that is never run again by itself."""

from typing import Final

from interleaver.api.conditions import shorten
from interleaver.api.fields import timestamp
from interleaver.api.status import LONGEST_DETAIL, Concluded, Decision, Past, Run, Status
from interleaver.experiment.deciding.decision import Ruling
from interleaver.experiment.deciding.obstacles import advise
from interleaver.experiment.view import View

GATE_FAILED: Final = "GateFailed"
WORDS: Final = {
    "Better": "{candidate} is better than {champion}: it serves now",
    "OnPar": "{candidate} is on par with {champion} within the margin of {margin}: it serves now",
    "Harm": "{candidate} does harm: {champion} goes on serving",
    "Guardrail": "guardrail {detail}: {champion} goes on serving. Find out why {candidate} breaches it",
    "Paused": "the window of {window} is over and the run was paused: {champion} goes on serving. Annotate "
    "interleaver.dev/retry with the run's id to try {candidate} again",
    "NotConfirmed": "{candidate} could have been promoted, but nobody confirmed it within the window of {window}: "
    "{champion} goes on serving. Annotate interleaver.dev/retry with the run's id to try it again",
    "CandidateUnhealthy": "{detail}: {champion} goes on serving. Look at the candidate's pods",
    "WindowOver": "the window of {window} is over and {candidate} could not be promoted ({detail}): {champion} goes "
    "on serving. Try it again under a new revision name, with what stood in the way mended, a longer window or a wider "
    "margin",
    GATE_FAILED: "gate {detail}. {champion} goes on serving, and no user has seen {candidate}. Mend what the gate "
    "found and give it a new revision name; if the gate was at fault, annotate interleaver.dev/retry with the run's id",
    "CandidateNotReady": "{candidate} did not become Ready within {deadline}{detail}: {champion} goes on serving. "
    "{advice}",
    "Reverted": "{detail}: {champion} serves again, in place of {candidate}, which had been promoted. Find out "
    "why, and try it again under a new revision name",
    "Command": "aborted by the annotation interleaver.dev/abort: {champion} goes on serving",
    "CandidateRemoved": "spec.candidate was removed: {champion} goes on serving",
    "CandidateReplaced": "spec.candidate names another revision than {candidate}: {champion} goes on serving",
    "ChampionPinned": "spec.champion.pinned is true: {champion} goes on serving, and no candidate is tried",
    "ChampionChanged": "spec.champion orders another champion than {champion}, which {candidate} was compared with",
}


def conclude(view: View, status: Status, run: Run, ruling: Ruling) -> Status:
    """The status with the verdict on a run, written in the same patch as the move it goes with."""
    at = timestamp(view.now)
    candidate = run.plan.candidate.revision
    decision = Decision(
        run_id=run.id, verdict=ruling.verdict, reason=ruling.reason, message=put_in_words(run, ruling), at=at
    )
    past = Past(
        run_id=run.id,
        candidate=candidate,
        verdict=ruling.verdict,
        reason=ruling.reason,
        detail=shorten(take_out(ruling.detail), LONGEST_DETAIL) or None,
        tally=run.tally,
        started_at=run.started_at,
        ended_at=at,
    )
    changes = {
        "decision": decision,
        "concluded": Concluded(candidate=candidate, verdict=ruling.verdict),
        # A revert is another word on a run that has had its verdict.
        "history": [past, *(each for each in status.history if each.run_id != run.id)][: view.spec.history_limit],
    }
    return status.model_copy(update=changes)


def take_out(detail: str) -> str:
    """A detail as it stands by itself: without the parentheses in which a sentence has it."""
    return detail[2:-1] if detail.startswith(" (") else detail


def put_in_words(run: Run, ruling: Ruling) -> str:
    """The verdict in a sentence, with the votes it stands on."""
    plan, votes = run.plan, run.tally
    sentence = WORDS[ruling.reason].format(
        candidate=plan.candidate.revision,
        champion=plan.champion.revision,
        margin=plan.analysis.margin,
        window=plan.analysis.window,
        deadline=plan.promotion.progress_deadline,
        detail=ruling.detail,
        advice=advise(run),
    )
    return f"{sentence}. Votes: {votes.wins} won, {votes.ties} tied, {votes.losses} lost{show_preference(run)}"


def show_preference(run: Run) -> str:
    """The preference with its interval, when there is any."""
    if run.evidence is None:
        return ""
    low, high = run.evidence.interval
    return f"; preference {run.evidence.preference} in [{low}, {high}]"
