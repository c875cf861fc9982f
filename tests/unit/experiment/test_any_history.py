"""Whole runs under random histories: votes, faults, clocks that jump, an operator that dies at any moment."""

from collections.abc import Callable

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from interleaver.api import names
from tests.unit.experiment.restless import RestlessWorld, make_hasty_experiment

Happening = Callable[[RestlessWorld], None]

COMMON = 3  # times as likely as the rest, so that runs get somewhere


def visit(seconds: float, **circumstances: bool) -> Happening:
    return lambda world: world.visit(seconds, **circumstances)


def vote(win: int = 0, tie: int = 0, loss: int = 0) -> Happening:
    return lambda world: world.vote(win, tie, loss)


def toggle(flag: str) -> Happening:
    return lambda world: setattr(world, flag, not getattr(world, flag))


def toggle_candidate(world: RestlessWorld) -> None:
    world.broken ^= {"v42"}


HAPPENINGS: dict[str, Happening] = {
    "a look": visit(30),
    "a later look": visit(700),
    "much later": visit(4000),
    "an event": visit(1, looking=False),
    "the clock goes back": visit(-900),
    "the write fails": visit(30, written=False),
    "the operator dies after its write": visit(30, applied=False),
    "wins": vote(win=90, tie=20, loss=40),
    "losses": vote(win=30, loss=80),
    "ties": vote(tie=300),
    "fallbacks": lambda world: world.fall_back("timeout", 15),
    "the router restarts": RestlessWorld.restart_router,
    "routers cannot be read": toggle("readable"),
    "routers are slow to follow": toggle("slow_routers"),
    "the candidate breaks or mends": toggle_candidate,
    "breakers open or close": toggle("breaker_open"),
    "what serves answers": lambda world: world.serve(ok=50),
    "what serves fails": lambda world: world.serve(error=60),
    "a person wants it back": lambda world: world.order(names.ANNOTATION_REVERT),
}
USUAL = ["a look", "a later look", "wins", "ties"]

happenings = st.lists(st.sampled_from([*HAPPENINGS, *USUAL * COMMON]), min_size=8, max_size=45)


BEGUN = RestlessWorld(make_hasty_experiment()).begin()


def live(happened: list[str]) -> RestlessWorld:
    world = BEGUN.branch()
    for name in happened:
        HAPPENINGS[name](world)
    return world


@settings(max_examples=150)
@given(happenings)
def test_whatever_happens_a_run_keeps_its_promises(happened: list[str]) -> None:
    world = live(happened)
    decision = world.status.decision
    event(f"{decision.verdict}/{decision.reason}" if decision else f"stage {world.status.run and world.run.stage}")


@settings(max_examples=40)
@given(happenings, st.integers(0, 3))
def test_with_nothing_new_the_status_comes_to_rest(happened: list[str], more: int) -> None:
    world = live(happened)
    for _ in range(8):
        world.visit(0)
    rested = world.status
    for _ in range(1 + more):
        world.visit(0)
    assert world.status == rested


CALM = ["a look"] * 3
CLIMB = [*CALM, "a later look", *CALM, "a later look", *CALM, "much later", *CALM]


@pytest.mark.parametrize(
    ("happened", "verdict"),
    [
        (["wins"] * 5 + CLIMB, "Promote/Better"),
        (["ties"] * 4 + CLIMB, "Promote/OnPar"),
        ([*CALM, *["losses"] * 5, *CLIMB], "Rollback/Harm"),
        ([*CALM, "candidate", *CLIMB], "Rollback/CandidateUnhealthy"),
        (CLIMB + ["much later"] * 4, "Inconclusive/WindowOver"),
        (["wins"] * 5 + CLIMB + ["what serves fails", "a look"] * 4, "Rollback/Reverted"),
        (["wins"] * 5 + CLIMB + ["a person wants it back", "a look"], "Rollback/Reverted"),
    ],
)
def test_histories_like_these_come_to_every_verdict(happened: list[str], verdict: str) -> None:
    world = live([{"candidate": "the candidate breaks or mends"}.get(name, name) for name in happened])
    decision = world.status.decision
    assert decision is not None
    assert f"{decision.verdict}/{decision.reason}" == verdict
