"""Worlds at every time of an experiment's life; those in which a run has ended stand in experiment/verdicts.py."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from interleaver.api import conditions, names
from interleaver.api.adoption import Former, Terms
from tests.builders import World, make_experiment, make_running_world, make_source
from tests.unit.experiment.verdicts import HOUR, climb, make_promoted
from tests.unit.health.stalls import see

FORMER: Final = Former(uid="s-1", selector={"app": "feed"}, port=80, target=9000)


def make_serving() -> World:
    """No candidate, and something serves."""
    world = World(make_experiment(candidate=None))
    world.settle(6)
    return world


def make_lonely() -> World:
    """What served has no Ready pod any more, a moment ago."""
    world = make_serving()
    world.broken.add("v41")
    world.step()
    return world


def make_starting() -> World:
    world = World(make_experiment(candidate=None))
    world.step(1)
    return world


def make_ordered() -> World:
    """Git orders another champion while one serves."""
    world = make_serving()
    world.broken.add("v43")
    world.edit(champion=make_source("v43"))
    world.settle(3)
    return world


def make_adopting(*broken: str) -> World:
    """Somebody's Service is taken over, or waits for what will serve behind it."""
    world = World(make_experiment(candidate=None), foreign_service=True)
    world.settle(4)
    world.broken |= set(broken)
    world.edit({names.ANNOTATION_ADOPT_SERVICE: FORMER.uid})
    return see(world, terms=Terms(FORMER.uid, former=FORMER, kept="its name"))


def make_giving_back() -> World:
    """An adopted Service is to lead to where it did before."""
    world = make_serving()
    world.edit({names.ANNOTATION_GIVE_BACK_SERVICE: FORMER.uid})
    entry = world.observe().entry
    assert entry is not None
    return see(world, entry=replace(entry, former=FORMER))


def make_mute() -> World:
    """Requests come, and no feedback."""
    world = make_running_world()
    world.count(**{"requests.ok": 50})
    for _ in range(2):
        world.step(400)
    assert world.condition(conditions.VOTES_FLOWING).status == "False"
    return world


def make_preparing() -> World:
    """The candidate's pods do not come up."""
    world = World(broken={"v42"})
    world.settle(6)
    assert world.run.stage == "Preparing"
    return world


def make_ramping() -> World:
    """On its second step, with votes."""
    world = make_running_world()
    world.vote(win=12, tie=3, loss=10)
    world.step(HOUR + 1)
    world.settle(3)
    assert world.run.percent == 50
    return world


def make_unread_now() -> World:
    """The routers cannot be read for so long that the ramp holds."""
    world = make_ramping()
    world.readable = False
    world.step(HOUR)
    return world


def make_paused() -> World:
    world = make_running_world()
    world.edit({names.ANNOTATION_PAUSE: world.run.id})
    world.settle(2)
    assert world.run.paused
    return world


def make_suspended_now() -> World:
    """Git pauses it."""
    world = make_running_world()
    world.edit(suspend=True)
    world.settle(2)
    return world


def make_waiting_for_a_word() -> World:
    world = make_running_world(promotion={"mode": "Manual"})
    world.vote(win=400, tie=100, loss=250)
    climb(world)
    world.step(2 * HOUR)
    assert world.run.stage == "Running"
    return world


def make_promoting() -> World:
    """The candidate is to serve as soon as it is Ready at full size."""
    world = make_running_world()
    world.vote(win=400, tie=100, loss=250)
    climb(world)
    world.broken.add("v42")
    world.step(HOUR + 1.7)
    assert world.run.stage == "Promoting"
    return world


def make_unrecorded() -> World:
    """The rollback window is over, and Git does not know of the promotion."""
    world = make_promoted()
    world.step(2 * HOUR)
    world.settle(3)
    assert world.status.run is None
    return world


def make_recorded() -> World:
    world = make_unrecorded()
    world.edit(champion=make_source("v42"), candidate=None)
    world.settle(3)
    assert world.condition(conditions.PROMOTION_RECORDED).status == "True"
    return world


def make_long_over(ending: Callable[[], World]) -> World:
    """Hours after that verdict, with nothing left to do."""
    world = ending()
    for _ in range(3):
        world.settle(4)
        world.step(2 * HOUR)
    assert world.status.run is None
    return world


def make_renewing() -> World:
    """Routers are being replaced, by command."""
    world = make_serving()
    world.lingering = {}
    world.router_image = "localhost/interleaver-router:next"
    world.edit({names.ANNOTATION_REFRESH_ROUTER: "today"})
    world.settle(2)
    assert world.status.renewals
    return world
