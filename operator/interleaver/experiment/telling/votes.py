"""The VotesFlowing condition: whether votes come, and if not why, within ten minutes."""

from typing import Final

from interleaver.api import conditions
from interleaver.api.conditions import Finding
from interleaver.api.status import Flow, Run
from interleaver.experiment.deciding.standing import Standing
from interleaver.experiment.telling.causes import CAUSES, PATIENCE, Cause, names_few_units
from interleaver.experiment.telling.silence import Silence, measure_silence, measure_whole
from interleaver.experiment.telling.unit_words import explain_heavy, explain_unitless
from interleaver.experiment.view import View

DUE: Final = 20  # votes that would have come by the run's own rate: chance alone brings none of them once in e^20
ALMOST_ALL: Final = 90  # percent of the requests: whoever sends so many has had its vote
MANY_SLOTS: Final = 400  # of one model alone, before no item in common is strange


def find_votes_flowing(view: View, run: Run | None, standing: Standing | None) -> Finding:
    """The VotesFlowing condition. `standing` is that of a run that is Running."""
    if run is None or standing is None:
        return Finding(conditions.VOTES_FLOWING, "Unknown", conditions.NO_RUN, "no votes are being counted")
    flow = run.flow
    if not standing.facts.fresh or flow is None:
        message = "the routers' counters are not known: see MetricsFresh"
        return Finding(conditions.VOTES_FLOWING, "Unknown", conditions.NOT_YET_MEASURED, message)
    silence = measure_silence(view, run, flow)
    if cause := find_cause(silence):
        return Finding(conditions.VOTES_FLOWING, "False", cause.reason, tell_cause(silence, cause))
    if run.votes and max(flow.heavy.values(), default=0) >= ALMOST_ALL:
        message = f"{run.votes} vote(s) are all there can be: {explain_heavy(silence)}"
        return Finding(conditions.VOTES_FLOWING, "False", "OneUnit", message)
    if run.votes:
        message = f"{run.votes} votes; the last was first seen {flow.since}"
        return Finding(conditions.VOTES_FLOWING, "True", "VotesCome", message + remark(run, flow))
    return Finding(conditions.VOTES_FLOWING, "Unknown", conditions.NOT_YET_MEASURED, tell_figures(silence))


def find_cause(silence: Silence) -> Cause | None:
    """The first cause that fits, where votes should have come; None when there is none."""
    if silence.run.votes and not is_overdue(silence):
        return None
    return next((cause for cause in CAUSES if silence.seconds >= cause.after and cause.holds(silence)), None)


def is_overdue(silence: Silence) -> bool:
    """Whether votes that came before should have gone on. A night without requests is no fault."""
    return silence.seconds >= PATIENCE and silence.votes_due >= DUE


def tell_cause(silence: Silence, cause: Cause) -> str:
    """A cause in words, with since when."""
    run = silence.run
    since = run.flow.since if run.flow else run.running_since
    before = f", though {run.votes} came before and {silence.votes_due:.0f} more were due" if run.votes else ""
    return f"no vote since {since}{before}: {cause.words(silence)}"


def tell_figures(silence: Silence) -> str:
    """What there is while it is too little to tell anything by."""
    return (
        f"no vote yet, {silence.seconds:.0f} s after the start: {silence.ranking} ranking request(s), {silence.merged} "
        f"merged, {silence.events} feedback event(s); that is too little to tell a cause by"
    )


def remark(run: Run, flow: Flow) -> str:
    """What is wrong though votes come."""
    whole = measure_whole(run, flow)
    words = [explain_unitless(whole)] if names_few_units(whole) else []
    words += [explain_heavy(whole)] if whole.heavy else []
    if whole.slots_apart >= MANY_SLOTS and not whole.slots_shared:
        words.append(
            f"the models had no item in common in {whole.slots_apart} slots: if their catalogues overlap, their ids "
            "differ in spelling or in JSON type"
        )
    return "".join(f". But {each}" for each in words)
