"""Verifying a record: the verdict is come to again, by the code that came to it first, and compared.

What a record cannot prove is what came from outside: that routers counted what they say, that a person aborted a run.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import chain, pairwise
from math import log
from typing import Any, Final

from interleaver.api.experiment import Experiment, Metadata
from interleaver.api.fields import compact_timestamp, instant, seconds
from interleaver.api.observed import Observed, Reading
from interleaver.api.plan import Plan
from interleaver.api.record import Record, seal
from interleaver.api.revision import digest
from interleaver.api.status import Run, Status
from interleaver.api.v1alpha1 import Spec
from interleaver.experiment.counting.ledger import read_ledger
from interleaver.experiment.deciding.decision import Ruling, decide
from interleaver.experiment.deciding.facts import gather
from interleaver.experiment.deciding.obstacles import quote
from interleaver.experiment.deciding.verdict import GATE_FAILED, put_in_words
from interleaver.experiment.gates.passing import explain_failure, find_waiting_since
from interleaver.experiment.look import show_counts
from interleaver.experiment.probation import find_revert
from interleaver.experiment.records.trail import read_point
from interleaver.experiment.records.verify_guardrails import check_guardrails
from interleaver.experiment.view import View
from interleaver.experiment.weighing.evidence import find_mixture, show_evidence, weigh_run
from interleaver.stats.betting import log_e_value
from interleaver.stats.tally import Tally

# Verdicts that people or pods bring about; the counts say nothing of them.
OUTSIDE: Final = ("Command", "ChampionChanged", "ChampionPinned", "CandidateRemoved", "CandidateReplaced")
PROMOTED: Final = ("Settling", "Reverting")  # stages after a promotion
# A record's times are whole seconds, and the decision fell somewhere in one.
MOMENTS: Final = (timedelta(0), timedelta(milliseconds=999))


def verify(document: Mapping[str, Any]) -> list[str]:
    """What does not agree, in words; empty when the record comes to its own verdict again.

    Raises ValueError (as pydantic.ValidationError, too) when the document is no record that this version can read.
    """
    record = Record.model_validate(document)
    written = (check_seal(document), check_plan(document, record), check_totals(record))
    story = (check_trail(record), check_ramp(record), check_crossing(record))
    weighed = (check_evidence(record), check_guardrails(record.run))
    return list(chain(*written, *story, *weighed, check_verdict(record)))


def differ(what: str, recorded: object, computed: object) -> Iterator[str]:
    """One sentence when the two are not equal."""
    if recorded != computed:
        yield f"{what}: recorded {recorded}, computed {computed}"


def check_seal(document: Mapping[str, Any]) -> Iterator[str]:
    """The record is what was written."""
    yield from differ("digest", document.get("digest"), seal(dict(document))["digest"])


def check_plan(document: Mapping[str, Any], record: Record) -> Iterator[str]:
    """The plan is the one that was frozen. It is hashed as it stands: another version may know more fields."""
    run = record.run
    yield from differ("run.planHash", run.plan_hash, digest(document["run"]["plan"]))
    start = compact_timestamp(instant(run.started_at))
    yield from differ("run.id", run.id, f"{run.plan.candidate.revision}-{start}")
    yield from differ("decision.runId", record.decision.run_id, run.id)


def check_totals(record: Record) -> Iterator[str]:
    """What is shown is what the ledger adds up to."""
    run, totals = record.run, show_counts(read_ledger(record.run).totals)
    shown = {"tally": run.tally, "votes": run.votes, "conversions": run.conversions}
    for name, value in shown.items():
        yield from differ(f"run.{name}", value, totals[name])


def check_trail(record: Record) -> Iterator[str]:
    """The tally only grew."""
    tally = record.run.tally
    points = [read_point(point) for point in record.run.trail]
    at = points[-1][0] if points else 0
    for before, after in pairwise([*points, (at, tally.wins, tally.ties, tally.losses)]):
        if any(early > late for early, late in zip(before, after, strict=True)):
            yield f"run.trail: {before} is followed by {after}, and counts never fall"


def check_ramp(record: Record) -> Iterator[str]:
    """The ramp rose step by step, and each step was held. Times are whole seconds, so one of them may be missing."""
    run, steps = record.run, record.run.plan.traffic.steps
    planned = [step.percent for step in steps if step.percent <= run.percent]
    yield from differ("run.ramp", [change.percent for change in run.ramp], planned)
    for step, (before, after) in zip(steps, pairwise(run.ramp), strict=False):
        if (instant(after.at) - instant(before.at)).total_seconds() < seconds(step.hold or "0s") - 1:
            yield f"run.ramp: {before.percent} % was held from {before.at} to {after.at}, shorter than {step.hold}"


def check_crossing(record: Record) -> Iterator[str]:
    """On par was noticed when the trail proves it: from then on another harm counts."""
    run = record.run
    proven = next((point for point in run.trail if is_on_par(run, point)), None)
    if proven and run.crossed.on_par is None:
        yield f"run.crossed.onPar: recorded as never proven, computed from the trail as proven at {proven!r}"


def is_on_par(run: Run, point: str) -> bool:
    """Whether a point of the trail proves on par."""
    analysis, (_, *votes) = run.plan.analysis, read_point(point)
    null_mean = 0.5 - float(analysis.margin)
    logarithm = log_e_value(Tally(*votes), null_mean, analysis.planned_votes, find_mixture(run.plan))
    return logarithm >= log(1 / float(analysis.alpha))


def check_evidence(record: Record) -> Iterator[str]:
    """The evidence is that of the tally under the plan."""
    run = record.run
    if run.evidence is not None or run.votes:
        yield from differ("run.evidence", run.evidence, show_evidence(weigh_run(run)))


def check_verdict(record: Record) -> Iterator[str]:
    """The verdict, its reason and its words follow from the facts."""
    decision, rulings = record.decision, list(rule_again(record))
    recorded = Ruling(decision.verdict, decision.reason)
    fitting = next((ruling for ruling in rulings if ruling[:2] == recorded[:2]), None)
    if fitting is None:
        computed = " or ".join(sorted({f"{ruling.verdict}/{ruling.reason}" for ruling in rulings})) or "no verdict yet"
        yield f"decision: recorded {decision.verdict}/{decision.reason}, computed {computed}"
        return
    yield from differ("decision.message", decision.message, put_in_words(record.run, fitting))


def rule_again(record: Record) -> Iterator[Ruling]:
    """Every ruling that the record allows. A record does not tell whether its last look met an open breaker."""
    run, decision = record.run, record.decision
    rulings = [list(rule_once(record, met=met)) for met in (True, False)]
    if run.stage == "Reverting":
        yield from revert_again(record) if any(rulings) else ()
        return
    yield from chain(*rulings)
    since, deadline = find_waiting_since(run), run.plan.promotion.progress_deadline
    overdue = run.gate is None and recall(record, decision.at, MOMENTS[-1]).has_passed(since, deadline)
    if run.running_since is None and (failure := explain_failure(run)):
        yield Ruling("Rollback", GATE_FAILED, failure)
    if run.running_since is None and overdue:
        yield Ruling("Aborted", "CandidateNotReady", quote(run) or recall_trouble(record))
    ruled = all(rulings) or run.stage == "Settling"
    if not ruled and decision.verdict == "Aborted" and decision.reason in OUTSIDE:
        yield Ruling("Aborted", decision.reason)


def revert_again(record: Record) -> Iterator[Ruling]:
    """The revert of what was promoted, if what is recorded of the rollback window asks for one."""
    for moment in MOMENTS:
        if ruling := find_revert(recall(record, record.decision.at, moment), record.run):
            yield ruling


def recall_trouble(record: Record) -> str:
    """What its pods said of a candidate that did not get Ready, in the record of an older version, which has it in the
    decision alone."""
    message, unknown = record.decision.message, "\0"
    before, after = put_in_words(record.run, Ruling("Aborted", "CandidateNotReady", unknown)).split(unknown)
    fits = message.startswith(before) and message.endswith(after)
    return message[len(before) : len(message) - len(after)] if fits else ""


def rule_once(record: Record, *, met: bool) -> Iterator[Ruling]:
    """The rulings when requests had `met` with failures of the candidate at the last look, or had not."""
    run, decision = record.run, record.decision
    # Once promoted, a candidate may still need pods: the look that promoted it was the last one.
    at = run.looked_at if run.stage in PROMOTED else decision.at
    for moment in MOMENTS:
        ruling = decide(gather(recall(record, at or decision.at, moment, met=met), run))
        if ruling is not None and (ruling.verdict == "Promote") == (run.stage in PROMOTED):
            yield ruling


def recall(record: Record, at: str, later: timedelta, *, met: bool = True) -> View:
    """What could be seen when it was decided, as far as a verdict looks at it."""
    run, metadata = record.run, Metadata(name=record.experiment, namespace=record.namespace, uid="recorded")
    router = Reading("recorded", run.plan.champion.hash, ready=True, counts={})
    # No count shows whether the candidate's routers had reached it; a promotion says that they had.
    beside = Reading("beside", run.plan.candidate.hash, ready=True, counts={}, reached=True)
    observed = Observed("recorded", readings=(router, beside) if run.looked_at == at else None)
    former = Status() if met else Status(run=run)  # a look that adds nothing to the ledger has met nothing
    experiment = Experiment(metadata=metadata, spec=thaw(run.plan, run.suspended), status=former)
    return View(experiment, observed, instant(at) + later)


def thaw(plan: Plan, suspended: bool) -> Spec:
    """A spec that freezes into this plan; what a plan does not hold has its default, or stands for nothing."""
    timeouts = {"championTimeout": plan.timeouts.champion, "candidateTimeout": plan.timeouts.candidate}
    champion = {"revision": plan.champion.revision, "port": 1, "source": {"template": {}}}
    rest = {"service": {"name": "recorded"}, "champion": champion, "router": timeouts, "suspend": suspended}
    # A verdict asks for no Secret, the store that the operator's settings name stands in no spec, nor does a mixture.
    foreign = ("candidate", "timeouts", "store", "mixture", "gates")
    shared = {name: value for name, value in plan.to_dict().items() if name not in foreign}
    return Spec.model_validate(shared | rest)
