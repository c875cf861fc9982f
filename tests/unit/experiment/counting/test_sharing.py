"""Several routers and a vote store: sizes, whether a run may start, and what a store that is away or forgot does."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from interleaver.api import conditions
from interleaver.api.conditions import find
from interleaver.api.observed import Supply
from interleaver.api.plan import VoteStore
from interleaver.api.routing import Config, Store
from interleaver.experiment.counting.exposition import COUNTS, PLACED
from interleaver.experiment.counting.ledger import Ledger, NewGap, read_ledger
from interleaver.experiment.counting.sharing import find_gaps
from interleaver.experiment.counting.store import leave_out_shared
from interleaver.experiment.run import advance
from tests.builders import STORE, World, make_experiment, make_running_world, make_source

DEFAULT = Supply(default_store=True)


def reason(world: World, kind: str = conditions.STALLED) -> str:
    found = find(world.status, kind)
    return found.reason if found else ""


def make_shared_world(**spec: object) -> World:
    return make_running_world(**({"replicas": 3, "store": STORE} | spec))


def config_of(world: World) -> Config:
    """The configuration that its routers have."""
    config = world.observe().config
    assert config is not None
    return config


def store_of(world: World) -> Store:
    """The vote store that its routers share."""
    store = config_of(world).store
    assert store is not None
    return store


def planned_store(world: World) -> VoteStore:
    """The vote store that its run began with."""
    store = world.run.plan.store
    assert store is not None
    return store


def verdict(world: World) -> tuple[str, str]:
    """Verdict and reason of its run."""
    decision = world.status.decision
    assert decision is not None
    return decision.verdict, decision.reason


def pass_hours(world: World, hours: float, win: int = 0, tie: int = 0, loss: int = 0) -> None:
    """Looks every ten minutes, each with some votes."""
    for _ in range(int(hours * 6)):
        world.vote(win, tie, loss)
        world.step(600)


def test_several_replicas_serve_without_a_store_while_nothing_is_on_trial() -> None:
    world = World(make_experiment(replicas=3, candidate=None))
    world.settle(8)
    assert world.revisions() == {"v41": 3}
    assert reason(world) == ""


def test_a_store_that_the_operator_has_for_other_namespaces_is_told() -> None:
    world = World(make_experiment(replicas=3), supply=Supply(withheld=True))
    world.settle(8)
    assert "add this namespace to those that may have the operator's own store" in world.condition("Stalled").message


def test_a_candidate_is_not_tried_over_several_routers_without_a_store() -> None:
    world = World(make_experiment(replicas=3))
    world.settle(8)
    stalled = world.condition(conditions.STALLED)
    assert stalled.reason == "StoreRequired"
    assert (
        "set spec.store to a Secret with the URL of a Valkey or Redis server, or spec.replicas to 1" in stalled.message
    )
    assert world.status.run is None
    assert world.revisions() == {"v41": 3}, "the champion serves with all of its pods"


def test_a_candidate_that_comes_together_with_more_replicas_is_not_tried_before_they_are_there() -> None:
    world = World(make_experiment(candidate=None))
    world.settle(4)
    world.edit(replicas=3, candidate=make_source("v42"))
    world.step(1)
    assert world.status.run is None
    assert reason(world) == "StoreRequired"


@pytest.mark.parametrize("change", [{"store": STORE}, {"replicas": 1}, {"candidate": None}])
def test_what_the_message_says_ends_the_stall(change: dict[str, Any]) -> None:
    world = World(make_experiment(replicas=3))
    world.settle(8)
    world.edit(**change)
    world.settle(8)
    assert reason(world) == ""
    assert (world.status.run is not None) == ("candidate" not in change)


def test_the_operators_own_store_is_enough() -> None:
    world = World(make_experiment(replicas=3), supply=DEFAULT)
    world.settle(8)
    assert reason(world) == ""
    assert planned_store(world).url_secret_ref is None
    assert store_of(world).file == "/etc/interleaver/store/url"


def test_a_run_waits_until_one_router_is_left_when_they_share_nothing() -> None:
    world = World(make_experiment(), surplus=1)
    world.settle(8)
    assert world.status.run is None
    assert "down to one pod" in world.condition(conditions.CONCLUDED).message
    world.surplus = 0
    world.settle(8)
    assert world.status.run is not None


def test_scaling_up_in_mid_run_without_a_store_waits_for_its_end() -> None:
    world = make_running_world()
    world.edit(replicas=2)
    world.settle(3)
    assert reason(world) == "StoreRequired"
    assert world.run.id in world.condition(conditions.STALLED).message
    assert world.run.stage == "Running"
    assert world.revisions() == {"v41": 1, "v42": 1}
    world.edit({"interleaver.dev/abort": world.run.id}, replicas=2)
    world.settle(8)
    assert world.revisions() == {"v41": 2}


def test_a_secret_that_cannot_be_used_starts_no_run_and_says_why() -> None:
    world = World(make_experiment(store=STORE), supply=Supply(False, "SecretNotUsable", "Secret 'votes' ...: label it"))
    world.settle(8)
    assert reason(world) == "SecretNotUsable"
    assert world.status.run is None
    assert world.condition(conditions.READY).status == "True"
    world.supply = Supply()
    world.settle(8)
    assert world.run.stage == "Running"


def test_the_candidate_is_sized_by_the_percent_of_several_pods() -> None:
    world = make_shared_world(replicas=10)
    assert world.revisions() == {"v41": 10, "v42": 1}
    pass_hours(world, 2)
    assert world.run.percent == 50
    assert world.revisions() == {"v41": 10, "v42": 5}


def test_a_step_is_taken_once_all_three_routers_report_it() -> None:
    world = make_shared_world()
    world.slow_routers = True
    pass_hours(world, 2)
    assert (world.run.percent, world.run.hold) == (50, "RoutersBehind")
    world.slow_routers = False
    world.step(1)
    world.step(1)
    assert world.run.stepped_at is not None


def test_three_routers_that_show_the_same_totals_promote_once_the_votes_are_in() -> None:
    world = make_shared_world()
    pass_hours(world, 4, win=30, tie=5, loss=10)
    assert verdict(world)[0] == "Promote"
    assert world.status.history[0].tally.wins * 3 < sum(world.shared.values()), "no vote counts more than once"
    world.settle(8)
    assert world.revisions()["v42"] == 3


def test_votes_are_those_of_the_store_and_requests_those_of_the_routers() -> None:
    world = make_shared_world()
    world.vote(win=5, loss=3)
    world.count(**{"votes.win": 50, "conversions.candidate": 50})  # what a router counts beside the store is not added
    world.step()
    assert (world.run.tally.wins, world.run.tally.losses) == (5, 3)
    assert world.run.ledger["pods"][f"pod-{world.run.plan.champion.hash}"]["counts"] == {"requests.ok": 8}


def test_a_router_that_is_killed_costs_no_vote_and_leaves_no_gap() -> None:
    world = make_shared_world()
    world.vote(win=5)
    world.step()
    world.lost.add(f"pod-{world.run.plan.champion.hash}-1")
    world.vote(win=2)
    world.step()
    assert world.run.tally.wins == 7
    assert world.run.gaps == []


def test_a_store_that_forgot_keeps_the_votes_and_records_a_gap() -> None:
    world = make_shared_world()
    world.vote(win=5)
    world.step()
    world.shared.clear()
    world.epoch = 2
    world.vote(win=1)
    world.step()
    assert world.run.tally.wins == 6
    assert [(gap.pod, gap.reason) for gap in world.run.gaps] == [("store", "StoreLost")]
    assert [one.reason for one in world.announced].count("StoreLost") == 1
    world.step()
    assert len(world.run.gaps) == 1


def test_a_store_out_of_reach_holds_the_ramp_and_says_so() -> None:
    world = make_shared_world()
    world.store_up = False
    pass_hours(world, 2)
    metrics = world.condition(conditions.METRICS_FRESH)
    assert (metrics.status, metrics.reason) == ("False", "StoreUnreachable")
    assert "See to the server" in metrics.message
    assert (world.run.percent, world.run.hold) == (10, "StoreUnreachable")
    assert world.condition(conditions.READY).status == "True"
    world.store_up = True
    world.step()
    world.step()
    assert world.run.percent == 50
    assert reason(world, conditions.METRICS_FRESH) == "Fresh"


def test_a_store_out_of_reach_promotes_nothing_and_rolls_back_no_preference() -> None:
    for votes, unproven in (({"win": 3000}, "Promote"), ({"loss": 3000}, "Rollback")):
        world = make_shared_world()
        world.store_up = False
        world.vote(**votes)
        pass_hours(world, 1)
        assert world.status.decision is None, unproven
        assert world.run.stage == "Running"


def test_a_failing_candidate_is_rolled_back_though_the_store_is_away() -> None:
    guardrails = [{"name": "errors", "metric": "ErrorRatio", "max": "0.02"}]
    world = make_shared_world(guardrails=guardrails)
    world.store_up = False
    for _ in range(8):
        world.count(**{"calls.candidate.error": 100, "requests.ok": 100})
        world.step()
    assert verdict(world) == ("Rollback", "Guardrail")


def test_a_store_that_stays_away_does_not_keep_the_run_beyond_its_window() -> None:
    world = make_shared_world()
    world.store_up = False
    pass_hours(world, 25)
    assert verdict(world)[0] == "Inconclusive"


def test_a_router_that_dies_while_the_store_is_away_is_a_gap() -> None:
    world = make_shared_world()
    world.store_up = False
    world.step()
    world.lost.add(f"pod-{world.run.plan.champion.hash}-1")
    world.step()
    assert [gap.reason for gap in world.run.gaps] == ["Lost"]


def test_events_that_never_reached_the_store_are_a_gap_once_and_are_told() -> None:
    world = make_shared_world()
    world.count(**{"store.dropped": 4})
    world.step()
    world.count(**{"store.dropped": 3})
    world.step()
    assert [gap.reason for gap in world.run.gaps] == ["Dropped"]
    assert "7 event(s) never reached the vote store" in world.condition(conditions.METRICS_FRESH).message


def test_such_a_gap_is_told_once_even_when_newer_ones_have_taken_its_place() -> None:
    world = make_shared_world()
    world.count(**{"store.dropped": 4})
    world.step()
    run, ledger = world.run.model_copy(update={"gaps": []}), read_ledger(world.run)
    assert list(find_gaps(run, Ledger(), ledger)) == [NewGap(next(iter(ledger.pods)), "Dropped")]
    assert list(find_gaps(run, ledger, replace(ledger, gaps=()))) == []


def test_a_store_whose_books_do_not_balance_holds_the_run() -> None:
    world = make_shared_world()
    world.vote(win=5)
    world.shared["votes.loss"] = 9
    world.step()
    allocation = world.condition(conditions.ALLOCATION_HEALTHY)
    assert (allocation.status, allocation.reason) == ("False", "BooksUnbalanced")
    assert "the vote store" in allocation.message


def test_the_books_of_a_store_that_forgot_are_not_checked() -> None:
    world = make_shared_world()
    world.vote(win=5)
    world.step()
    world.shared, world.epoch = {"votes.loss": 9}, 2
    world.step()
    assert reason(world, conditions.ALLOCATION_HEALTHY) != "BooksUnbalanced"


def test_another_store_in_mid_run_waits_for_the_next_run() -> None:
    world = make_shared_world()
    world.edit(store={"urlSecretRef": {"name": "other", "key": "url"}})
    world.step()
    assert "PlanChanged" in [one.reason for one in world.announced]
    reference = planned_store(world).url_secret_ref
    assert reference is not None
    assert reference.name == "votes"
    assert config_of(world).store is not None
    world.edit(store=None)
    world.settle(3)
    assert config_of(world).store is not None, "the run would forget who voted"
    assert world.revisions()["v41"] == 3


def test_a_store_that_is_given_in_mid_run_is_used_by_the_next_one() -> None:
    world = make_running_world()
    world.edit(store=STORE)
    world.settle(3)
    assert config_of(world).store is None
    world.edit({"interleaver.dev/abort": world.run.id}, store=STORE, candidate=None)
    world.settle(6)
    assert config_of(world).store is not None


def test_the_store_keeps_a_run_until_its_last_vote_can_come() -> None:
    assert store_of(make_shared_world()).retention_seconds == (24 + 1 + 24) * 3600


def test_feedback_by_unit_is_switched_on_and_off_at_once() -> None:
    world = make_running_world()
    assert config_of(world).feedback_token_file is None
    world.edit(feedback={"tokenSecretRef": {"name": "orders", "key": "token"}})
    world.settle(2)
    assert config_of(world).feedback_token_file == "/etc/interleaver/store/token"
    world.edit(feedback=None)
    world.settle(2)
    assert config_of(world).feedback_token_file is None
    assert "PlanChanged" not in [one.reason for one in world.announced]


def test_the_ledger_of_thirty_routers_is_bounded() -> None:
    """Every count of every router at a hundred million, and every place of both epochs of the store."""
    world = make_shared_world(replicas=30)
    big = 123_456_789
    own = {name: big for name in leave_out_shared(dict.fromkeys(COUNTS.values(), big))}
    world.every, world.shared, world.epoch = own, dict.fromkeys(PLACED.values(), big), 1
    world.count(**own)
    world.step()
    world.epoch = 2
    world.step()
    assert len(world.run.ledger["pods"]) == 30
    assert len(json.dumps(world.run.ledger)) <= 37_000


@pytest.mark.parametrize(("beside", "wins"), [("candidate", 7), ("champion", 5000)])
def test_the_store_is_heard_from_the_routers_of_what_serves_alone(beside: str, wins: int) -> None:
    world = make_shared_world()
    world.vote(win=7)
    observed = world.observe()
    plan = world.run.plan
    liar = getattr(plan, beside).hash
    assert observed.readings is not None
    shown = replace(world.show_store(), counts={"votes.win": 5000, "conversions.candidate": 5000})
    readings = tuple(replace(one, store=shown) if one.hash == liar else one for one in observed.readings)
    assert {one.hash for one in readings} == {plan.champion.hash, plan.candidate.hash}
    status = advance(world.experiment, replace(observed, readings=readings), world.now + timedelta(seconds=30))
    assert status.run is not None
    assert status.run.tally.wins == wins, "the greatest counts, of those that are heard"
