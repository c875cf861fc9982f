"""Worlds whose run has ended in each verdict, and their records."""

import json
from collections.abc import Callable
from typing import Any

from interleaver.api import names
from interleaver.api.record import RECORD_FILE, record_name
from tests.builders import World, make_running_world
from tests.unit.experiment.guardrails.test_queries import BAD, make_asked

HOUR = 3600


def climb(world: World) -> None:
    """To the top of the ramp."""
    for _ in range(2):
        world.step(HOUR + 1)
        world.settle(4)


def promote(**votes: int) -> World:
    world = make_running_world()
    for _ in range(4):
        world.vote(**votes)
        world.step()
    climb(world)
    world.step(HOUR + 1)
    return world


def make_better() -> World:
    return promote(win=100, tie=25, loss=60)


def make_on_par() -> World:
    return promote(win=75, tie=250, loss=75)


def make_promoted_late() -> World:
    """The candidate needs more pods before it can serve all, and a fraction of a second counts."""
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    climb(world)
    world.broken.add("v42")
    world.step(HOUR + 1.7)
    assert world.run.stage == "Promoting"
    world.broken.clear()
    world.step(61.4)
    return world


def make_harmful() -> World:
    world = make_running_world()
    world.vote(win=50, loss=150)
    world.step()
    return world


def make_erring() -> World:
    world = make_running_world(guardrails=[{"name": "errors", "metric": "ErrorRatio", "max": "0.02"}])
    for _ in range(3):
        world.vote(win=2, loss=1)
        world.count(**{"calls.candidate.error": 50, "calls.candidate.ok": 10})
        world.step()
    return world


def make_costly() -> World:
    """Units with merged lists convert less often."""
    world = make_running_world(guardrails=[{"name": "overall", "metric": "OverallConversion", "max": "0.05"}])
    world.vote(win=12, tie=3, loss=10)
    world.count(**{"overall.interleaved.10": 100, "overall.champion.10": 1800})
    world.step()
    return world


def make_asked_and_wrong() -> World:
    """A query of Prometheus is on the wrong side three times."""
    world = make_asked()
    world.answer = BAD
    for _ in range(3):
        world.vote(win=2, loss=1)
        world.step()
    return world


def make_broken_at_the_end() -> World:
    """The candidate could have been promoted, but its pods went."""
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    climb(world)
    world.broken.add("v42")
    world.step(HOUR + 1.2)
    world.step(5.9)
    world.step(700.2)
    return world


def make_unconfirmed() -> World:
    """Nobody says that the candidate may be promoted."""
    world = make_running_world(promotion={"mode": "Manual"})
    world.vote(win=400, tie=100, loss=250)
    climb(world)
    world.step(24 * HOUR)
    return world


def make_unhealthy() -> World:
    world = make_running_world()
    world.broken.add("v42")
    world.step()
    world.step(700.5)
    return world


def make_left_alone() -> World:
    """Most routers have had their breaker open for too long."""
    world = make_running_world()
    world.vote(win=12, tie=3, loss=10)
    world.step()
    world.breaker_open = True
    for _ in range(2):
        world.count(**{"calls.candidate.timeout": 1})
        world.step(300.7)
    return world


def make_quiet() -> World:
    """The breakers have opened for a failure, and then nobody came."""
    world = make_running_world()
    world.vote(win=12, tie=3, loss=10)
    world.step()
    world.breaker_open = True
    world.count(**{"calls.candidate.timeout": 1})
    world.step()
    return world


def make_quiet_to_the_end() -> World:
    world = make_quiet()
    world.step(24 * HOUR)
    return world


def make_quiet_and_harmful() -> World:
    """Conversions of the hour before come in."""
    world = make_quiet()
    world.step(400)
    world.vote(win=50, loss=150)
    world.step()
    return world


def make_quiet_and_removed() -> World:
    world = make_quiet()
    world.step(400)
    world.edit(candidate=None)
    world.step()
    return world


def make_undecided() -> World:
    world = make_running_world()
    world.vote(win=12, tie=3, loss=10)
    climb(world)
    world.step(24 * HOUR)
    return world


def make_suspended() -> World:
    world = make_running_world(suspend=True)
    world.vote(win=400, tie=100, loss=250)
    world.step(24 * HOUR + 1)
    return world


def make_unread() -> World:
    """The routers cannot be read any more when the window ends."""
    world = make_running_world()
    world.vote(win=12, tie=3, loss=10)
    world.step()
    world.readable = False
    world.step(24 * HOUR)
    return world


def make_unready() -> World:
    world = World(broken={"v42"})
    world.settle(6)
    world.step(700)
    return world


def make_aborted() -> World:
    world = make_running_world()
    world.vote(win=12, tie=3, loss=10)
    world.step()
    world.edit(candidate=None)
    world.step()
    return world


def make_retried() -> World:
    """A second run of the same candidate, aborted by command."""
    world = make_harmful()
    world.settle(3)
    decision = world.status.decision
    assert decision is not None
    world.counts = {}  # routers count each run from zero
    world.edit({names.ANNOTATION_RETRY: decision.run_id})
    world.settle(8)
    world.edit({names.ANNOTATION_ABORT: world.run.id})
    world.step()
    return world


def make_promoted(**spec: Any) -> World:
    """The candidate serves, its record is stored, and the former champion could take its place again."""
    world = make_running_world(**spec)
    for _ in range(4):
        world.vote(win=100, tie=25, loss=60)
        world.step()
    climb(world)
    world.step(HOUR + 1)
    world.settle(3)
    assert world.run.stage == "Settling"
    return world


def fail_calls(world: World, looks: int = 4) -> World:
    """What serves fails half of its calls for some looks; the visit after these would store the record."""
    for _ in range(looks):
        world.serve(ok=30, error=30)
        world.step()
    world.step(1)
    return world


def make_reverted() -> World:
    return fail_calls(make_promoted(guardrails=[{"name": "errors", "metric": "ErrorRatio", "max": "0.02"}]), looks=3)


def make_sent_back() -> World:
    """By command."""
    world = make_promoted()
    world.edit({names.ANNOTATION_REVERT: world.run.id})
    world.step(0.7)
    world.step(1)
    return world


def make_broken_alone() -> World:
    """Its pods are not Ready any more."""
    world = make_promoted()
    world.broken.add("v42")
    world.step(0.4)
    world.step(600.2)
    world.step(1)
    return world


ENDINGS: dict[str, Callable[[], World]] = {
    "Promote/Better": make_better,
    "Promote/OnPar": make_on_par,
    "Promote/Better, late": make_promoted_late,
    "Rollback/Harm": make_harmful,
    "Rollback/Guardrail": make_erring,
    "Rollback/Guardrail, overall": make_costly,
    "Rollback/Guardrail, query": make_asked_and_wrong,
    "Rollback/CandidateUnhealthy": make_unhealthy,
    "Rollback/CandidateUnhealthy, late": make_broken_at_the_end,
    "Rollback/CandidateUnhealthy, breaker": make_left_alone,
    "Rollback/Harm, quiet": make_quiet_and_harmful,
    "Rollback/Reverted": make_reverted,
    "Rollback/Reverted, command": make_sent_back,
    "Rollback/Reverted, unhealthy": make_broken_alone,
    "Inconclusive/NotConfirmed": make_unconfirmed,
    "Inconclusive/WindowOver": make_undecided,
    "Inconclusive/Paused": make_suspended,
    "Inconclusive/WindowOver, unread": make_unread,
    "Inconclusive/WindowOver, quiet": make_quiet_to_the_end,
    "Aborted/CandidateNotReady": make_unready,
    "Aborted/CandidateRemoved": make_aborted,
    "Aborted/CandidateRemoved, quiet": make_quiet_and_removed,
    "Aborted/Command": make_retried,
}


def read_record(world: World) -> dict[str, Any]:
    """The record that the next visit would store."""
    name = record_name("feed", world.run.id)
    (found,) = [item for item in world.objects("ConfigMap") if item["metadata"]["name"].startswith(name)]
    document: dict[str, Any] = json.loads(found["data"][RECORD_FILE])
    return document
