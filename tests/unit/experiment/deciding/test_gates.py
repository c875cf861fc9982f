"""The gates of the ramp: of those that are closed people are told the first, in the order in which the words stand."""

from dataclasses import replace

from interleaver.api.status import Run
from interleaver.experiment.deciding.decision import Facts
from interleaver.experiment.deciding.facts import gather
from interleaver.experiment.deciding.ramp import HOLDS, climb
from interleaver.experiment.view import View
from interleaver.experiment.weighing.allocation import Allocation
from tests.builders import World, make_running_world


def make_view(world: World) -> View:
    return View(world.experiment, world.observe(), world.now)


def test_the_first_gate_that_is_closed_is_told() -> None:
    """All are closed, then one after the other opens."""
    world = make_running_world()
    world.broken.add("v42")  # not Ready, so at no greater size either
    world.step()
    view, facts = make_view(world), gather(make_view(world), world.run)
    run = world.run.model_copy(update={"store_away_since": "2026-11-22T10:16:00Z"})
    closed = replace(
        facts,
        paused=True,
        evidence=replace(facts.evidence, harm=10.0, worse=10.0),
        fresh=False,
        unknown="no number",
        allocation=Allocation(True, "SampleRatioMismatch", "coins fall unevenly"),
        left_alone=True,
    )
    assert [*tell(view, run, closed, facts), "RoutersBehind"] == list(HOLDS)


def tell(view: View, run: Run, closed: Facts, facts: Facts) -> list[str]:
    """What is told while one gate after the other opens, until only those are left that look at pods."""
    told = [find_hold(view, run, closed)]
    run = run.model_copy(update={"stepped_at": "2026-11-01T00:00:00Z"})
    told.append(find_hold(view, run, closed))
    for opened in (
        closed := replace(closed, paused=False),
        closed := replace(closed, evidence=facts.evidence),
    ):
        told.append(find_hold(view, run, opened))
    run = run.model_copy(update={"store_away_since": None})
    for opened in (
        closed,
        closed := replace(closed, fresh=True),
        closed := replace(closed, unknown=""),
        closed := replace(closed, allocation=facts.allocation),
        replace(closed, left_alone=False),
    ):
        told.append(find_hold(view, run, opened))
    return told


def find_hold(view: View, run: Run, facts: Facts) -> str:
    return climb(view, run, facts).run.hold or ""


def test_a_rung_that_routers_have_not_taken_waits_for_them_whatever_else_is_closed() -> None:
    world = make_running_world()
    world.step()
    view = make_view(world)
    run = world.run.model_copy(update={"stepped_at": None, "percent": 25})
    assert find_hold(view, run, replace(gather(view, run), paused=True)) == "RoutersBehind"
