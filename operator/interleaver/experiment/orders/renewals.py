"""When the routers of a revision are replaced, and by what: a mended spec.router, and the command to refresh.

What a person asks for is taken up at once where nothing is served by it, or where pods cannot be had with what they
have; else by a rolling update outside a run, for a run's votes are counted by these very routers (decision 33).
"""

from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.api.fields import timestamp
from interleaver.api.observed import Deployed
from interleaver.api.once import latest
from interleaver.api.revision import digest, list_declared_ports
from interleaver.api.sidecar import Sidecar, adapt, make_sidecar
from interleaver.api.sizes import COMPARING
from interleaver.api.status import Renewal, Status
from interleaver.experiment.orders.refusal import list_conflicts
from interleaver.experiment.orders.serving import find_rollout
from interleaver.experiment.view import View

SHARED: Final = (*COMPARING, "RollingBack")  # stages in which routers have to do with two revisions
# Why a pod cannot be had, by reasons that may be the router's fault as well as the model's.
ROOM: Final = ("FailedCreate", "Unschedulable", "OutOfcpu", "OutOfmemory")
LONGEST_COMMAND: Final = 63  # characters that are kept as they are


class Wish(NamedTuple):
    """A revision, what its pods have or are getting, and what they should have."""

    deployed: Deployed
    going: Renewal | None
    """What is going on about it."""
    wanted: Sidecar
    conflict: str
    """What of the template keeps them from having it; empty when nothing does."""

    @property
    def kept(self) -> Sidecar:
        return self.going.sidecar if self.going else self.deployed.snapshot.sidecar

    @property
    def is_open(self) -> bool:
        """Whether there is anything left to order."""
        return self.kept != self.wanted


class Wishes(NamedTuple):
    """What is wished for the routers of every revision that is needed."""

    fresh: Sidecar
    """What a revision would get that is deployed now."""
    command: str | None
    """The command to refresh that was not carried out yet, as it is remembered."""
    each: tuple[Wish, ...]


def order_renewals(view: View, status: Status) -> Status:
    """The status with the routers that are to be replaced now, and without those that have been."""
    wishes = find_wishes(view)
    renewals = [renewal for wish in wishes.each if (renewal := renew(view, status, wish))]
    given = {renewal.hash: renewal.sidecar for renewal in renewals}
    is_done = all(given.get(wish.deployed.snapshot.hash, wish.kept) == wish.wanted for wish in wishes.each)
    refreshed = wishes.command if wishes.command and is_done else status.refreshed
    return status.model_copy(update={"renewals": renewals, "refreshed": refreshed})


@latest
def find_wishes(view: View) -> Wishes:
    """What is wished for, by the status as it was read: what this decision makes serve has its turn at the next."""
    status, command = view.experiment.status, find_command(view)
    fresh = make_sidecar(view.spec.router, view.observed.router_image)
    pending = command if command != status.refreshed else None
    found = [deployed for hash_ in list_needed(view, status) if (deployed := view.deployed(hash_))]
    return Wishes(fresh, pending, tuple(make_wish(view, deployed, fresh, pending is not None) for deployed in found))


def list_needed(view: View, status: Status) -> list[str]:
    """The hashes of what serves, served, is on trial or is rolled out."""
    serving, run, rollout = status.serving, status.run, find_rollout(view, status.serving)
    found = [serving, serving.former if serving else None, rollout, run.plan.candidate if run else None]
    return list(dict.fromkeys(each.hash for each in found if each))


def make_wish(view: View, deployed: Deployed, fresh: Sidecar, is_asked: bool) -> Wish:
    """What is wished for one revision: what the spec says, and the operator's own image where that was asked for, or
    where there is no pod that could be kept as it is."""
    going = next((each for each in view.experiment.status.renewals if each.hash == deployed.snapshot.hash), None)
    kept = going.sidecar if going else deployed.snapshot.sidecar
    is_lost = deployed.size is None or (deployed.ready == 0 and blames_router(deployed.trouble))
    wanted = fresh if is_asked or is_lost else adapt(kept, view.spec.router, fresh)
    return Wish(deployed, going, wanted, "" if wanted == kept else explain_conflict(view, deployed, kept, wanted))


def find_command(view: View) -> str | None:
    """The command to refresh, as it is remembered; None without one."""
    given = view.metadata.annotations.get(names.ANNOTATION_REFRESH_ROUTER) or None
    return given if given is None or len(given) <= LONGEST_COMMAND else digest(given)


def explain_conflict(view: View, deployed: Deployed, kept: Sidecar, wanted: Sidecar) -> str:
    """What of the template has a port that the router should get; empty when nothing has."""
    if (kept.port, kept.admin_port) == (wanted.port, wanted.admin_port):
        return ""
    declared = list_declared_ports(deployed.snapshot.template)
    found = (words for port in declared for words in list_conflicts(port, view.spec.router))
    return next(found, "")


def renew(view: View, status: Status, wish: Wish) -> Renewal | None:
    """What is to go on about a revision's routers; None when nothing is."""
    deployed, hash_ = wish.deployed, wish.deployed.snapshot.hash
    step = take_step(wish) if wish.is_open else wish.kept
    if step != wish.kept and not wish.conflict and may_renew(view, status, deployed):
        name, now = deployed.snapshot.name, timestamp(view.now)
        return Renewal(revision=name, hash=hash_, sidecar=step, since=now)
    is_carried_out = deployed.is_rolled_out and deployed.snapshot.sidecar == wish.kept
    is_on_its_way = wish.is_open and step == wish.kept and not wish.conflict
    return wish.going if is_on_its_way or not is_carried_out else None


def take_step(wish: Wish) -> Sidecar:
    """What the pods get next. Where they have no name for their port yet, they get that before another port: else the
    entry could not lead to both."""
    deployed, kept, wanted = wish.deployed, wish.deployed.snapshot.sidecar, wish.wanted
    is_down = not deployed.ports or (deployed.ready == 0 and deployed.trouble is not None)
    if wanted.port == kept.port or is_down or deployed.is_named:
        return wanted
    return wanted.model_copy(update={"port": kept.port})


def may_renew(view: View, status: Status, deployed: Deployed) -> bool:
    """Whether the pods may be replaced now."""
    run, hash_ = status.run, deployed.snapshot.hash
    if run is None or run.stage not in SHARED or is_stuck(deployed):
        return True
    is_on_trial = run.stage == "Preparing" and run.plan.candidate.hash == hash_
    return is_on_trial or (deployed.ready == 0 and (status.serving is None or status.serving.hash != hash_))


def is_stuck(deployed: Deployed) -> bool:
    """Whether pods cannot be had with what they have, so that there is more to lose by keeping it."""
    if deployed.size is None:
        return True
    return deployed.trouble is not None and (deployed.ready == 0 or blames_router(deployed.trouble))


def blames_router(trouble: str | None) -> bool:
    """Whether the router may be why a pod does not come up: its own container, or the room that it takes."""
    reason, _, words = (trouble or "").partition(": ")
    return reason in ROOM or f"container {names.ROUTER_CONTAINER}" in words
