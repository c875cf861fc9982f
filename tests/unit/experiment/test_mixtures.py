"""A run is weighed by the mixture that it began with, whichever operator goes on with it."""

from collections.abc import Mapping
from typing import Any

import pytest

from interleaver.api.status import Status
from interleaver.experiment.weighing.evidence import find_mixture, show_evidence, weigh
from interleaver.stats.tally import Tally
from tests.builders import World, make_running_world

BETWEEN = 24  # losses in a row: proof of harm with large bets on, and without them none yet


def forget_mixture(world: World) -> None:
    """The status is as an operator has left it that knew one mixture alone, under the hash that it gave the plan."""
    document = world.status.to_dict()
    del document["run"]["plan"]["mixture"]
    status = Status.model_validate(document)
    assert status.run is not None
    run = status.run.model_copy(update={"plan_hash": status.run.plan.hash})
    world.experiment = world.experiment.model_copy(update={"status": status.model_copy(update={"run": run})})


def lose(world: World, votes: int) -> None:
    world.vote(loss=votes)
    world.step()


def test_a_new_run_names_the_mixture_with_large_bets_in_its_frozen_plan() -> None:
    world = make_running_world()
    assert world.run.plan.mixture == "PlannedAndLarge"
    assert world.status.to_dict()["run"]["plan"]["mixture"] == "PlannedAndLarge"


def test_harm_is_proven_by_fewer_votes_in_a_new_run_than_in_one_of_before() -> None:
    new, former = make_running_world(), make_running_world()
    forget_mixture(former)
    for world in (new, former):
        lose(world, BETWEEN)
    assert new.status.decision is not None
    assert (new.status.decision.verdict, new.status.decision.reason) == ("Rollback", "Harm")
    assert former.status.decision is None


def test_a_run_that_was_going_on_while_the_operator_was_upgraded_ends_by_its_former_mixture() -> None:
    world = make_running_world()
    forget_mixture(world)
    plan_hash = world.run.plan_hash
    lose(world, BETWEEN)
    assert world.run.evidence == show_evidence(
        weigh(Tally(losses=BETWEEN), alpha=0.05, margin=0.05, planned=1000, mixture="Planned")
    )
    lose(world, 20)
    assert world.status.decision is not None
    assert (world.status.decision.verdict, world.status.decision.reason) == ("Rollback", "Harm")
    run = world.status.to_dict()["run"]
    assert "mixture" not in run["plan"]
    assert run["planHash"] == plan_hash == world.run.plan.hash


@pytest.mark.parametrize(
    ("named", "mixture"),
    [
        ({}, "Planned"),
        ({"mixture": "Planned"}, "Planned"),
        ({"mixture": "PlannedAndLarge"}, "PlannedAndLarge"),
    ],
)
def test_a_plan_that_names_no_mixture_means_the_former_one(named: Mapping[str, Any], mixture: str) -> None:
    plan = make_running_world().run.plan
    document = {name: value for name, value in plan.to_dict().items() if name != "mixture"}
    assert find_mixture(type(plan).model_validate(document | dict(named))) == mixture
