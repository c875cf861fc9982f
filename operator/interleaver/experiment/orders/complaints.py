"""What is wrong but stands in the way of nothing that runs: shown as Stalled, behind a refusal of the spec."""

from collections.abc import Iterator
from typing import Final

from interleaver.api import conditions, names
from interleaver.api.observed import Clash
from interleaver.api.plan import find_store
from interleaver.api.references import list_owners, name_source
from interleaver.api.revision import Revision, resolve
from interleaver.api.sizes import serving_size
from interleaver.experiment.orders.adoption import find_adoption_complaint
from interleaver.experiment.orders.refusal import Objection
from interleaver.experiment.orders.renewals import find_wishes
from interleaver.experiment.orders.sources import list_missing_sources
from interleaver.experiment.view import View


def find_complaint(view: View) -> Objection | None:
    """The most important complaint; None when there is none."""
    return next(list_complaints(view), None)


def list_complaints(view: View) -> Iterator[Objection]:
    """All complaints, the most important first."""
    spec, entry = view.spec, view.observed.entry
    if entry and (entry.former or not entry.ours) and (complaint := find_adoption_complaint(view)):
        yield complaint
    yield from objects_of_others(view)
    yield from pods_of_others(view)
    yield from crowded_out_records(view)
    yield from list_missing_sources(view)
    for name, owner in list_owners(spec).items():
        revision = resolve(owner)
        if revision and revision.hash in view.observed.invalid:
            words = view.observed.invalid[revision.hash]
            yield Objection(conditions.INVALID_TEMPLATE, f"{name_source(name, owner)} was refused: {words}")
        if revision and is_reused(view, revision):
            message = (
                f"spec.{name}.source, port or container was changed under the name {revision.name!r}, which goes on "
            )
            yield Objection(conditions.REVISION_REUSED, message + "running as it was: give the new version a new name")
    yield from list_barred_gates(view)
    yield from selected_candidates(view)
    yield from list_misfits(view)
    yield from list_late_renewals(view)
    for outside in (view.observed.supply, view.observed.inquiry):
        if outside.reason:
            yield Objection(outside.reason, outside.message)
    yield from missing_store(view)
    for words in view.observed.denied:
        yield Objection(conditions.DENIED, f"an object that this experiment needs cannot be made: {words}")
    yield from idle_candidate(view)


def objects_of_others(view: View) -> Iterator[Objection]:
    """What has a name that this experiment needs, and is left alone. What is about to go by itself needs nobody."""
    for clash in view.observed.clashes:
        if not clash.going:
            yield Objection(conditions.OBJECT_EXISTS, explain_clash(clash))


def pods_of_others(view: View) -> Iterator[Objection]:
    """Pods that get requests for the labels that they carry."""
    strangers = view.observed.strangers
    if strangers:
        some = ", ".join(repr(name) for name in strangers[:3]) + (" and others" if len(strangers) > 3 else "")
        message = f"{len(strangers)} pod(s), {some}, carry the labels by which the Services of this experiment select, "
        message += (
            "and no Deployment of it made them: they get requests, and have no vote. Delete them, or their labels"
        )
        yield Objection(conditions.FOREIGN_PODS, message)


def crowded_out_records(view: View) -> Iterator[Objection]:
    """A record that has no name left, for somebody has taken all that it may have."""
    for found in view.observed.records:
        if found.awaited and len(found.taken) > 1:
            names_taken = " and ".join(repr(name) for name in found.taken)
            message = f"the record of {found.run_id} cannot be stored, for ConfigMaps {names_taken} are none of ours: "
            yield Objection(conditions.OBJECT_EXISTS, f"{message}`kubectl delete configmap {' '.join(found.taken)}`")


def explain_clash(clash: Clash) -> str:
    """What to do about an object that is in the way."""
    if clash.kept:
        return (
            f"the {clash} was kept by a former experiment of this name, and is not taken over by one that serves "
            "already, or whose spec.service.name is another. Make the experiment again with that name, or delete it, "
            "remove what was kept by `interleaver cleanup`, and make it again (docs/how-to/remove-an-experiment.md)"
        )
    return (
        f"a {clash} exists that this experiment did not make, and it is left alone, but one of that name is needed. If "
        f"nobody else needs it, `kubectl delete {clash.kind.lower()} {clash.name}`; else give it another name, or make "
        "a new experiment under another one"
    )


def selected_candidates(view: View) -> Iterator[Objection]:
    """A candidate whose pods are, or would be, behind a Service of others: whoever calls that gets its answers without
    a comparison, and the candidate has users that no ramp gave it and no rollback takes away."""
    for selection in view.observed.selected.values():
        name, run = view.spec.candidate.revision if view.spec.candidate else "", view.experiment.status.run
        what = f"the Service {selection.service!r} selects pods by {selection.labels}, labels of the template of {name}"
        fix = "select by one more label there"
        if run and run.plan.candidate.revision == name:
            words = f"{what}: its users get the answers of a candidate on trial. The run goes on: {fix}, or abort it"
        else:
            words = f"{what}, so {name} is not tried: {fix}, or give the template other labels"
        yield Objection(conditions.SELECTED_ELSEWHERE, words)


def list_misfits(view: View) -> Iterator[Objection]:
    """Pods in which router and model will never get along, which nothing but another template can mend: a container has
    the router's port without declaring it, or the model listens where no other pod's router can call it."""
    for deployed in view.observed.deployed.values():
        reason, _, words = (deployed.trouble or "").partition(": ")
        if reason in (conditions.PORT_CONFLICT, names.MODEL_ON_LOOPBACK):
            yield Objection(reason, f"{deployed.snapshot.name}: {words}")


def list_late_renewals(view: View) -> Iterator[Objection]:
    """Routers that cannot be replaced as the spec says: for a port of the template, or for so long that a person has to
    look."""
    deadline = view.spec.promotion.progress_deadline
    for wish in find_wishes(view).each:
        if wish.conflict and wish.is_open:
            words = f"the routers of {wish.deployed.snapshot.name} stay as they are, for its template declares"
            yield Objection(conditions.PORT_CONFLICT, f"{words} {wish.conflict}")
    for renewal in view.experiment.status.renewals:
        if view.has_passed(renewal.since, deadline):
            deployed = view.deployed(renewal.hash)
            trouble = deployed.trouble if deployed and deployed.trouble else "its pods do not say why"
            words = f"the routers of {renewal.revision} are not all replaced after {deadline} "
            words += f"(spec.promotion.progressDeadline): {trouble}. Mend what is wrong; what served goes on serving"
            yield Objection(conditions.PROGRESS_DEADLINE_EXCEEDED, words)


def idle_candidate(view: View) -> Iterator[Objection]:
    """A candidate that no run is started for: what it wins could not serve."""
    if view.spec.champion.pinned and (name := find_waiting(view)):
        message = f"spec.champion.pinned is true, so {name} is not tried: remove pinned, or spec.candidate"
        yield Objection(conditions.CHAMPION_PINNED, message)


def list_barred_gates(view: View) -> Iterator[Objection]:
    """Gates that cannot be run: all of them, where the operator may not, or those whose Jobs the API server denies."""
    gates, gating = view.spec.candidate.gates if view.spec.candidate else [], view.observed.gating
    if gates and not gating.is_on and (name := find_waiting(view)):
        words = f"spec.candidate.gates asks for Jobs, which this operator may not run, so {name} is not tried: switch "
        words += "gates on (INTERLEAVER_GATES with deploy/gates.yaml, or gates.enabled of the chart), or remove them"
        yield Objection(conditions.GATES_NOT_ALLOWED, words)
    for gate in gates:
        if gate.name in gating.invalid:
            words = f"spec.candidate.gates {gate.name!r} was refused: {gating.invalid[gate.name]}"
            yield Objection(conditions.INVALID_TEMPLATE, words)


WITHHELD: Final = "; or let an administrator add this namespace to those that may have the operator's own store"


def missing_store(view: View) -> Iterator[Objection]:
    """Several routers that would each know of a part of the votes only."""
    spec, run = view.spec, view.experiment.status.run
    few = f"spec.replicas is {spec.replicas}, but several routers count right only with a vote store: "
    fix = "set spec.store to a Secret with the URL of a Valkey or Redis server, or spec.replicas to 1"
    fix += WITHHELD if view.observed.supply.withheld else ""
    if run and spec.replicas > serving_size(spec, run):
        yield Objection(
            conditions.STORE_REQUIRED, f"{few}one pod serves until {run.id} is over. For the next run, {fix}"
        )
    elif needs_store(view) and (name := find_waiting(view)):
        yield Objection(conditions.STORE_REQUIRED, f"{few}{name} is not tried. To try it, {fix}")


def needs_store(view: View) -> bool:
    """Whether a run that would start now could not count right: several routers, and nothing that they share."""
    return view.spec.replicas > 1 and find_store(view.spec, view.observed.supply.default_store) is None


def find_waiting(view: View) -> str | None:
    """The candidate that is neither on trial nor was, if there is one."""
    candidate, status = view.spec.candidate, view.experiment.status
    tried = (status.serving and status.serving.revision, status.concluded and status.concluded.candidate)
    waits = candidate is not None and candidate.revision not in tried and status.run is None
    return candidate.revision if candidate and waits else None


def is_reused(view: View, revision: Revision) -> bool:
    """Whether a revision of that name but with another template or port is in use."""
    status = view.experiment.status
    in_use = [(status.serving.revision, status.serving.hash)] if status.serving else []
    if status.run:
        in_use += [(known.revision, known.hash) for known in (status.run.plan.champion, status.run.plan.candidate)]
    return any(name == revision.name and hash_ != revision.hash for name, hash_ in in_use)
