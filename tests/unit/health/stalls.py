"""What needs a person: one world and more for each reason that `advance` gives."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from interleaver.api import conditions, names
from interleaver.api.adoption import Terms
from interleaver.api.observed import Clash, Inquiry, Referenced, Selection, Supply
from interleaver.api.status import Status
from interleaver.experiment.run import advance
from tests.builders import World, make_experiment, make_running_world, make_source
from tests.unit.experiment.verdicts import make_promoted

DEADLINE: Final = 600
GATE: Final = {"name": "tests", "job": {"template": {"spec": {"containers": [{"name": "tests"}]}}}}


def see(world: World, **found: Any) -> World:
    """The world after a look at which the operator found something that a world has no room for."""
    world.now += timedelta(seconds=1)
    new = advance(world.experiment, replace(world.observe(), **found), world.now)
    status = Status.model_validate(new.to_dict())
    world.experiment = world.experiment.model_copy(update={"status": status})
    return world


def settle(**spec: Any) -> World:
    world = World(make_experiment(**spec))
    world.settle(8)
    return world


def make_late() -> World:
    """The first champion has not come up in time."""
    world = World(make_experiment(candidate=None), broken={"v41"})
    world.settle(4)
    world.step(DEADLINE)
    return world


def make_late_beside_another() -> World:
    """Another champion has not, and the former one serves."""
    world = World(make_experiment(candidate=None), broken={"v43"})
    world.settle(4)
    world.edit(champion=make_source("v43"))
    world.settle(2)
    world.step(DEADLINE)
    return world


def make_lost() -> World:
    """What served has had no Ready pod for too long."""
    world = settle(candidate=None)
    world.broken.add("v41")
    world.step()
    world.step(DEADLINE)
    return world


def make_reused() -> World:
    """In mid-run, the candidate has another port under its name."""
    world = make_running_world()
    world.edit(candidate=make_source("v42", port=9001))
    world.settle(2)
    return world


def make_mismatched() -> World:
    """In mid-run, answers hold no ranking."""
    world = make_running_world()
    world.fall_back("contract", 100)
    world.step()
    return world


def make_unreverted() -> World:
    """A promotion is to be taken back, and Git orders what was promoted."""
    world = make_promoted()
    world.edit({names.ANNOTATION_REVERT: world.run.id}, champion=make_source("v42"))
    world.step()
    world.step()
    return world


def make_troubled(trouble: str) -> World:
    """The candidate's pods cannot come up, for this."""
    world = World(broken={"v42"}, trouble=trouble)
    world.settle(6)
    return world


def make_selected() -> World:
    """In mid-run, a Service of others selects the candidate's pods."""
    world = make_running_world()
    return see(world, selected={world.run.plan.candidate.hash: Selection("cart", "app=feed")})


def make_refused() -> World:
    """The API server refuses the candidate's template."""
    world = World(invalid={"v42": 'Deployment.apps "feed" is invalid: spec.template.spec: Required value'})
    world.settle(6)
    return world


def make_order_to_adopt() -> World:
    """Somebody orders to take over a Service by a wrong uid."""
    world = World(make_experiment(annotations={names.ANNOTATION_ADOPT_SERVICE: "other"}), foreign_service=True)
    return see(world, terms=Terms(uid="s-1"))


def make_unsourced(reason: str) -> World:
    """A reference of the spec gives no template."""
    world = World(make_experiment())
    return see(world, referenced={"champion": Referenced(reason, "PodTemplate 'feed-v41' gives no template")})


STALLS: Final[dict[str, Callable[[], World]]] = {
    conditions.PROGRESS_DEADLINE_EXCEEDED: make_late,
    "ProgressDeadlineExceeded, another champion": make_late_beside_another,
    "ProgressDeadlineExceeded, what served": make_lost,
    conditions.STORE_REQUIRED: lambda: settle(replicas=3),
    conditions.PORT_CONFLICT: lambda: settle(candidate=make_source("v42", port=9000), router={"port": 9000}),
    "PortConflict, in the pod": lambda: make_troubled("PortConflict: another process has port 17080"),
    names.MODEL_ON_LOOPBACK: lambda: make_troubled(f"{names.MODEL_ON_LOOPBACK}: it listens on 127.0.0.1 alone"),
    conditions.INVALID_SPEC: lambda: settle(candidate=make_source("v42") | {"container": "other"}),
    conditions.INVALID_TEMPLATE: make_refused,
    conditions.DENIED: lambda: see(settle(), denied=("exceeded quota: small",)),
    conditions.SERVICE_EXISTS: lambda: see(World(foreign_service=True)),
    conditions.ADOPTION_REFUSED: make_order_to_adopt,
    conditions.OBJECT_EXISTS: lambda: see(settle(), clashes=(Clash("ConfigMap", "feed-router"),)),
    conditions.FOREIGN_PODS: lambda: see(settle(), strangers=("intruder",)),
    conditions.PROMETHEUS_NOT_ALLOWED: lambda: see(settle(), inquiry=Inquiry({}, "PrometheusNotAllowed", "add it")),
    conditions.SECRET_NOT_USABLE: lambda: see(settle(), supply=Supply(False, "SecretNotUsable", "label it")),
    conditions.SOURCE_NOT_FOUND: lambda: make_unsourced(conditions.SOURCE_NOT_FOUND),
    conditions.SOURCE_NOT_USABLE: lambda: make_unsourced(conditions.SOURCE_NOT_USABLE),
    conditions.SELECTED_ELSEWHERE: make_selected,
    conditions.REVISION_REUSED: make_reused,
    conditions.NOT_REVERTED: make_unreverted,
    conditions.GATES_NOT_ALLOWED: lambda: settle(candidate=make_source("v42") | {"gates": [GATE]}),
    conditions.CHAMPION_PINNED: lambda: settle(champion=make_source("v41") | {"pinned": True}),
    conditions.CONTRACT_MISMATCH: make_mismatched,
}
