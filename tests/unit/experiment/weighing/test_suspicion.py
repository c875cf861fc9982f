"""Votes that look invented hold a run; those that people cast do not."""

import numpy as np
import pytest

from interleaver.api import conditions, names
from interleaver.experiment.weighing.suspicion import explain_suspicion
from tests.builders import World, make_running_world

HOUR = 3600


def allocation(world: World) -> tuple[str, str, str]:
    found = world.condition(conditions.ALLOCATION_HEALTHY)
    return found.status, found.reason, found.message


def test_a_client_that_invents_users_and_wins_all_of_them_promotes_nothing() -> None:
    world = make_running_world()
    world.vote(win=154)
    world.step(HOUR + 1)
    status, reason, message = allocation(world)
    assert (status, reason) == ("False", "VotesSuspicious")
    assert "won 100.0% of the decided votes, which hardly any model does" in message
    assert "spec.feedback.requireToken" in message
    assert world.run.hold == "AllocationUnhealthy"
    world.step(23 * HOUR)
    assert world.status.decision is None or world.status.decision.verdict == "Inconclusive"


@pytest.mark.parametrize("sign", names.VOTE_SIGNS)
def test_votes_that_stand_out_and_lean_otherwise_hold_the_ramp(sign: str) -> None:
    world = make_running_world()
    world.vote(win=250, tie=100, loss=100)
    world.count(**{f"{sign}.win": 150})
    world.step(HOUR + 1)
    status, reason, message = allocation(world)
    assert (status, reason) == ("False", "VotesSuspicious")
    assert "the candidate won 100% of the decided votes" in message
    assert "and 50% of all others" in message
    assert world.run.hold == "AllocationUnhealthy"


def test_a_person_who_has_looked_lets_the_run_go_on() -> None:
    world = make_running_world()
    world.vote(win=154)
    world.step(HOUR + 1)
    assert allocation(world)[1] == "VotesSuspicious"
    world.edit({names.ANNOTATION_PROMOTE: world.run.id})
    world.step(HOUR + 1)
    assert allocation(world)[0] != "False"


def test_a_word_that_was_given_before_votes_looked_invented_does_not_speak_of_them() -> None:
    world = make_running_world(promotion={"mode": "Manual"})
    world.edit({names.ANNOTATION_PROMOTE: world.run.id})
    world.step(1)
    assert world.run.confirmed
    world.vote(win=154)
    world.step(HOUR + 1)
    assert allocation(world)[:2] == ("False", "VotesSuspicious")
    world.edit({})
    world.step(1)
    assert allocation(world)[:2] == ("False", "VotesSuspicious"), "a tool took the annotation away"
    world.edit({names.ANNOTATION_PROMOTE: world.run.id})
    world.step(1)
    assert allocation(world)[0] != "False"


def test_invented_votes_for_the_champion_disarm_no_rollback() -> None:
    world = make_running_world()
    world.vote(loss=154)
    world.count(**{"crowded.loss": 124, "prompt.loss": 154})
    for _ in range(3):
        world.step(HOUR + 1)
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Rollback"


@pytest.mark.parametrize("lean", [0.0, 0.05, -0.05])
@pytest.mark.parametrize("win", [0.5, 0.35, 0.65, 0.8])
def test_people_are_not_suspected_though_kinds_of_them_lean_differently(win: float, lean: float) -> None:
    """Thirty runs of 100 looks: a third of the votes carry a sign, and lean by `lean` to the one side."""
    random = np.random.default_rng(7)
    for _ in range(30):
        totals = dict.fromkeys(("votes.win", "votes.loss", "single.win", "single.loss"), 0)
        for _ in range(100):
            marked, others = random.binomial(10, win + lean), random.binomial(20, win - lean)
            totals["single.win"] += int(marked)
            totals["single.loss"] += int(10 - marked)
            totals["votes.win"] += int(marked + others)
            totals["votes.loss"] += int(30 - marked - others)
            assert explain_suspicion(totals) == ""


@pytest.mark.parametrize("vote", ["win", "loss"])
@pytest.mark.parametrize(("invented", "holds"), [(26, False), (408, False), (409, True)])
def test_a_handful_of_votes_that_could_decide_nothing_holds_no_run(vote: str, invented: int, holds: bool) -> None:
    """Among 20,000 others: whoever wants no promotion needs as many as would matter."""
    totals = {"votes.win": 11_000, "votes.loss": 9_000, f"prompt.{vote}": invented}
    totals[f"votes.{vote}"] += invented
    assert bool(explain_suspicion(totals)) == holds


def test_where_all_votes_carry_a_sign_none_stands_out() -> None:
    """A shop whose one server sends all feedback, and at once."""
    votes = {"win": 300, "tie": 50, "loss": 200}
    totals = {f"votes.{vote}": count for vote, count in votes.items()}
    totals |= {f"{sign}.{vote}": count for sign in ("prompt", "crowded") for vote, count in votes.items()}
    assert explain_suspicion(totals) == ""
    assert explain_suspicion({**totals, "votes.win": 270}) == "", "after a gap a part may exceed the whole"
    assert explain_suspicion({}) == ""
