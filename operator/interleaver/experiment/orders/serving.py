"""What serves: the pointer in status, what it should point at, and its moves.

Revisions are compared by name, for the name is their identity. The rule, and what follows from which event, stand in
docs/explanation/what-serves.md.
"""

from pydantic import ValidationError

from interleaver.api.experiment import Experiment
from interleaver.api.fields import timestamp
from interleaver.api.revision import Identity, resolve
from interleaver.api.sizes import COMPARING
from interleaver.api.status import Concluded, Serving, Status
from interleaver.api.v1alpha1 import Spec
from interleaver.experiment.orders.commands import is_retried
from interleaver.experiment.orders.refusal import find_refusal
from interleaver.experiment.view import View


def restore(view: View) -> Status:
    """The status, or, where it was lost, the pointer rebuilt from the entry Service's selector and annotations."""
    status, entry = view.experiment.status, view.observed.entry
    if status.serving or entry is None or not entry.ours or entry.hash is None:
        return status
    deployed = view.deployed(entry.hash)
    if deployed is None or not entry.seed:
        return status
    revision = deployed.snapshot.name
    origin = "Seed" if revision == entry.seed else "Promotion"
    is_rolled_out = view.spec.champion.revision == revision and not view.is_set_free(entry.hash)
    if origin == "Seed" and (deployed.ready == 0 or is_rolled_out):
        return status  # it may never have served: the entry Service is there before its pods are
    serving = Serving(
        revision=revision, hash=entry.hash, since=timestamp(view.now), origin=origin, seed=entry.seed
    )  # fmt: skip
    return status.model_copy(update={"serving": serving, "concluded": parse_concluded(entry.concluded)})


def parse_concluded(annotation: str | None) -> Concluded | None:
    """What the entry Service remembers of the last run; None when it is nothing that we wrote."""
    candidate, _, verdict = (annotation or "").partition("/")
    try:
        return Concluded.model_validate({"candidate": candidate, "verdict": verdict})
    except ValidationError:
        return None


def find_rollout(view: View, serving: Serving | None) -> Identity | None:
    """The champion that Git orders and that does not serve yet; None when what serves is what should."""
    champion = resolve(view.spec.champion)
    if champion is None or find_refusal(view.spec) or champion.hash in view.observed.invalid:
        return None
    return None if serving and is_obeyed(view.spec, serving) else champion.identity


def is_obeyed(spec: Spec, serving: Serving) -> bool:
    """Whether what serves is the champion that Git orders, or came after it by a run."""
    champion = spec.champion
    return serving.revision == champion.revision or (serving.seed == champion.revision and not champion.pinned)


def is_untried(experiment: Experiment, status: Status) -> bool:
    """Whether the spec has a candidate that neither serves nor has had its verdict, unless a person wants it again."""
    candidate, concluded = experiment.spec.candidate, status.concluded
    if candidate is None or (status.serving and status.serving.revision == candidate.revision):
        return False
    is_over = concluded is not None and concluded.candidate == candidate.revision
    return not is_over or is_retried(experiment.metadata.annotations, status)


def point(view: View, status: Status) -> Status:
    """The status with the pointer moved to Git's champion once that is Ready, and with what is over cleared."""
    serving = status.serving
    rollout = find_rollout(view, serving)
    if rollout and may_serve(view, rollout.hash, view.replicas) and not is_under_trial(status):
        return status.model_copy(update={"serving": move_pointer(view, serving, rollout, "Seed")})
    if serving is None:
        return status
    window = (status.run.plan if status.run else view.spec).promotion.rollback_window
    return status.model_copy(update={"serving": forget_former(view, adopt_seed(view, serving), window)})


def may_serve(view: View, hash_: str, size: int) -> bool:
    """Whether the pointer may move to a revision: it can take the traffic, and nobody takes it away with the
    experiment."""
    return view.is_ready(hash_, size) and view.is_set_free(hash_)


def is_under_trial(status: Status) -> bool:
    """Whether a run stands in the way: it is ended first, for it compares with what serves."""
    return status.run is not None and status.run.stage in COMPARING


def adopt_seed(view: View, serving: Serving) -> Serving:
    """The pointer once Git names what serves as its champion: no pod restarts for that."""
    champion = view.spec.champion.revision
    if serving.revision != champion or serving.seed == champion:
        return serving
    return serving.model_copy(update={"seed": champion})


def forget_former(view: View, serving: Serving, window: str) -> Serving:
    """The pointer without the former revision once the rollback window is over."""
    if serving.former and view.has_passed(serving.since, window):
        return serving.model_copy(update={"former": None})
    return serving


def move_pointer(view: View, former: Serving | None, to: Identity, origin: str) -> Serving:
    """The pointer at another revision; the former one keeps its size for the rollback window."""
    return Serving.model_validate(
        {
            "revision": to.revision,
            "hash": to.hash,
            "since": timestamp(view.now),
            "origin": origin,
            "seed": view.spec.champion.revision,
            "former": Identity(revision=former.revision, hash=former.hash) if former else None,
        }
    )
