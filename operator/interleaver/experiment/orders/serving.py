"""What serves: the pointer in status, what it should point at, and its moves.

Revisions are compared by name, for the name is their identity. The rule, and what follows from which event, stand in
docs/explanation/what-serves.md.
"""

from pydantic import ValidationError

from interleaver.api.fields import timestamp
from interleaver.api.revision import Identity, resolve
from interleaver.api.status import Concluded, Serving, Status
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
    if origin == "Seed" and deployed.ready == 0:
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
    if serving is None:
        return champion.identity
    obeyed = serving.seed == champion.name and not view.spec.champion.pinned
    return None if obeyed or serving.revision == champion.name else champion.identity


def point(view: View, status: Status) -> Status:
    """The status with the pointer moved to Git's champion once that is Ready, and with what is over cleared."""
    serving = status.serving
    rollout = find_rollout(view, serving)
    if rollout and view.is_ready(rollout.hash, view.replicas) and not is_under_trial(status):
        return status.model_copy(update={"serving": move_pointer(view, serving, rollout, "Seed")})
    if serving is None:
        return status
    window = (status.run.plan if status.run else view.spec).promotion.rollback_window
    return status.model_copy(update={"serving": forget_former(view, adopt_seed(view, serving), window)})


def is_under_trial(status: Status) -> bool:
    """Whether a run stands in the way: it is ended first, for it compares with what serves."""
    return status.run is not None and status.run.stage in ("Preparing", "Running", "Promoting")


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
