"""Rounds: a visit at rest asks nothing, and what is done is never decided by what a watch may have told wrongly."""

import asyncio
from typing import Any

import pytest

from interleaver.api import conditions, names
from interleaver.api.fields import instant
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.cluster.remembering import read_ahead
from interleaver.controller.cluster.store import Store
from tests.builders import make_source
from tests.unit.controller.operators import KEY, FakeOperator, make_resource
from tests.unit.controller.visits.test_crashes import SECONDS, UNDISTURBED, VISITS, summary


def make_watching(**spec: Any) -> FakeOperator:
    """An operator whose visits begin with what is kept, and whose experiment serves."""
    operator = FakeOperator(store=Store())
    operator.cluster.put(make_resource(**({"candidate": None} | spec)))
    live_on(operator, 8)
    assert operator.status["serving"]["revision"] == "v41"
    return operator


def live_on(operator: FakeOperator, visits: int, seconds: float = 1.0) -> None:
    """So many visits; the watches tell of everything in between."""
    assert operator.store is not None
    for _ in range(visits):
        operator.cluster.tell(operator.store)
        operator.visit()
        operator.cluster.run_pods()
        operator.cluster.clock.pass_by(seconds)
    operator.cluster.tell(operator.store)


def change(operator: FakeOperator, **spec: Any) -> None:
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.cluster.put(live | {"spec": live["spec"] | spec})


def tell(operator: FakeOperator) -> dict[str, Any]:
    """How a run ended, but for when it began, which is in the name of its record."""
    found = summary(operator)
    return found | {"objects": sorted(kind for kind, _ in found["objects"])}


def count_requests(operator: FakeOperator, visits: int, seconds: float) -> list[tuple[str, str, str]]:
    before = len(operator.cluster.requests)
    live_on(operator, visits, seconds)
    return operator.cluster.requests[before:]


def test_a_visit_at_rest_asks_nothing() -> None:
    operator = make_watching()
    live_on(operator, 10, seconds=60.0)
    assert count_requests(operator, 20, seconds=600.0) == []
    assert operator.visit().result == "unchanged"


def test_the_first_visit_of_a_process_asks_for_secrets_and_for_nothing_else() -> None:
    operator = make_watching()
    operator.restart()
    asyncio.run(read_ahead(operator.cluster, operator.store, operator.bodies, [None]))  # type: ignore[arg-type]
    requests = count_requests(operator, 3, seconds=60.0)
    assert {kind for _, kind, _ in requests} == {"Secret"}
    assert len(requests) <= 2


def test_a_new_experiment_that_waits_for_its_pods_has_cost_few_requests() -> None:
    operator = FakeOperator(store=Store())
    operator.cluster.put(make_resource(candidate=None))
    operator.cluster.run_pods = lambda: None  # type: ignore[method-assign]
    assert len(count_requests(operator, 12, seconds=1.0)) <= 34


def test_a_candidate_whose_template_is_missing_costs_a_look_for_that_every_few_seconds_and_nothing_else() -> None:
    missing = make_source("v42") | {"source": {"podTemplateRef": {"name": "feed-v42"}}}
    operator = make_watching(candidate=missing)
    live_on(operator, 10, seconds=60.0)
    requests = count_requests(operator, 20, seconds=60.0)
    assert set(requests) == {("get", "PodTemplate", "feed-v42")}
    assert len(requests) == 20


def test_the_keys_follow_the_policy_though_at_rest_nobody_looks_for_them() -> None:
    operator = make_watching(deletionPolicy="KeepServing")
    live_on(operator, 10, seconds=60.0)
    for policy, is_owned in (("Delete", True), ("KeepServing", False), ("Delete", True)):
        change(operator, deletionPolicy=policy)
        live_on(operator, 3)
        keys = operator.cluster.find("Secret", "feed-router")
        assert keys is not None
        assert bool(keys["metadata"].get("ownerReferences")) is is_owned


def test_a_change_of_the_spec_is_acted_on_as_soon_as_it_is_told() -> None:
    operator = make_watching()
    live_on(operator, 10, seconds=60.0)
    change(operator, replicas=3)
    live_on(operator, 2)
    sizes = [live["spec"]["replicas"] for live in operator.cluster.of_kind("Deployment")]
    assert sizes == [3]


def test_an_object_that_somebody_changed_or_took_away_is_put_right() -> None:
    operator = make_watching()
    live_on(operator, 10, seconds=60.0)
    entry = operator.cluster.find("Service", "home-feed")
    assert entry is not None
    operator.cluster.put(entry | {"spec": entry["spec"] | {"selector": {"app": "else"}}})
    del operator.cluster.objects["ConfigMap", "shop", "feed-router"]
    live_on(operator, 2)
    mended = operator.cluster.find("Service", "home-feed")
    assert mended is not None
    assert mended["spec"]["selector"] == entry["spec"]["selector"]
    assert operator.cluster.find("ConfigMap", "feed-router")


def test_watches_that_tell_of_the_past_lead_to_no_write() -> None:
    operator = make_watching()
    live_on(operator, 10, seconds=60.0)
    past = operator.branch()
    change(operator, candidate=make_source("v42"))
    live_on(operator, 12)
    assert operator.status["run"]["stage"] == "Running"
    assert operator.store is not None
    assert past.store is not None
    operator.store.shelves = past.store.shelves
    before = len(operator.cluster.writes())
    for _ in range(5):
        operator.visit()
        operator.cluster.clock.pass_by(1.0)
    assert operator.cluster.writes()[before:] == []


def test_a_status_that_is_stale_is_not_written_and_the_next_visit_begins_anew() -> None:
    operator = make_watching()
    change(operator, candidate=make_source("v42"))
    assert operator.store is not None
    operator.cluster.tell(operator.store)
    undisturbed = operator.branch()
    undisturbed.visit()
    numbers = (n for n, (verb, _, _) in enumerate(undisturbed.cluster.requests, start=1) if verb == "patch-status")
    operator.cluster.failures[list(numbers)[-1]] = ClusterError(409, "the object has been modified")
    assert operator.visit().result == "conflict"
    assert "run" not in operator.status
    live_on(operator, 1)
    assert operator.status["run"]["stage"] == "Preparing"


def test_an_experiment_that_cannot_start_is_visited_less_and_less_often_and_asks_nothing() -> None:
    operator = FakeOperator(store=Store())
    operator.cluster.put(make_resource(candidate=None))
    operator.cluster.run_pods = lambda: None  # type: ignore[method-assign]
    live_on(operator, 8)
    waits, start = [], len(operator.cluster.requests)
    for _ in range(12):
        after = operator.visit().after
        assert after is not None
        waits.append(after)
        operator.cluster.clock.pass_by(after)
        assert operator.store is not None
        operator.cluster.tell(operator.store)
    assert max(waits) == 60.0
    assert waits.count(60.0) > 6
    assert len(operator.cluster.requests) - start <= 0.2 * sum(waits)


def test_a_candidate_that_cannot_start_is_given_up_when_its_deadline_passes_though_visits_have_become_rare() -> None:
    operator = make_watching(promotion={"progressDeadline": "200s"})
    change(operator, candidate=make_source("v42"))
    waits = list[float]()
    while not operator.status.get("decision") and sum(waits) < 300.0:
        assert operator.store is not None
        operator.cluster.tell(operator.store)
        waits.append(operator.visit().after or 0.0)
        operator.cluster.clock.pass_by(waits[-1])
    run, decision = operator.status["run"], operator.status["decision"]
    assert decision["reason"] == "CandidateNotReady"
    assert 200.0 <= (instant(decision["at"]) - instant(run["startedAt"])).total_seconds() <= 201.0
    assert max(waits) >= 30.0


def test_what_has_changed_is_visited_soon_again() -> None:
    operator = FakeOperator(store=Store())
    operator.cluster.put(make_resource(candidate=None))
    assert operator.store is not None
    operator.cluster.tell(operator.store)
    for _ in range(8):
        operator.visit()
        operator.cluster.tell(operator.store)
        operator.cluster.clock.pass_by(60.0)
    assert (operator.visit().after or 0.0) > 10.0
    operator.cluster.run_pods()
    live_on(operator, 3)
    assert operator.reconciler.notes[KEY].moved >= operator.cluster.clock() - 3.0


def test_a_run_is_decided_as_without_watches_whether_they_lag_or_not() -> None:
    for lag in (1, 2, 3):
        operator = FakeOperator(store=Store())
        operator.cluster.put(make_resource())
        assert operator.store is not None
        for number in range(lag * VISITS):
            run = operator.status.get("run", {})
            if run.get("stage") == "Running" and run.get("percent"):
                operator.routers.votes = {"win": 600, "tie": 200, "loss": 300}
            if number % lag == 0:
                operator.cluster.tell(operator.store)
            operator.visit()
            operator.cluster.run_pods()
            operator.cluster.clock.pass_by((1.0 if number < 8 * lag else SECONDS) / lag)
        assert tell(operator) == tell(UNDISTURBED), lag


def test_an_experiment_that_is_gone_is_forgotten_once_that_is_told() -> None:
    operator = make_watching()
    del operator.cluster.objects[names.KIND, "shop", "feed"]
    assert operator.visit().result == "unchanged"
    live_on(operator, 1)
    assert operator.reconciler.list_visited() == []


def test_words_of_the_kubelet_that_change_cost_a_few_requests_and_nothing_but_conditions() -> None:
    operator = make_watching()
    live_on(operator, 10, seconds=60.0)
    pod = operator.cluster.of_kind("Pod")[0]

    def say(reason: str) -> None:
        waiting = {
            "name": "model",
            "ready": False,
            "state": {"waiting": {"reason": reason, "message": "no such image"}},
        }
        status = {"conditions": [{"type": "Ready", "status": "False"}], "containerStatuses": [waiting]}
        operator.cluster.put(pod | {"status": pod["status"] | status})

    say("ErrImagePull")
    live_on(operator, 4)
    ready = next(one for one in operator.status["conditions"] if one["type"] == conditions.READY)
    assert ready["status"] == "False"
    requests = []
    for reason in ("ImagePullBackOff", "ErrImagePull") * 5:
        say(reason)
        requests += count_requests(operator, 3, seconds=20.0)
    assert len(requests) <= 0.2 * 10 * 3 * 20.0
    assert {kind for verb, kind, _ in requests if verb not in ("get", "get-metadata", "list")} <= {names.KIND, "Event"}


@pytest.mark.parametrize("verb", ["apply", "annotate"])
def test_before_anything_is_done_the_api_server_is_asked(verb: str) -> None:
    operator = make_watching()
    live_on(operator, 10, seconds=60.0)
    before = len(operator.cluster.requests)
    change(operator, replicas=3, candidate=make_source("v42"))
    live_on(operator, 8)
    change(operator, candidate=None)
    live_on(operator, 12, seconds=20.0)
    requests = operator.cluster.requests[before:]
    first = next(n for n, (found, _, _) in enumerate(requests) if found == verb)
    assert ("get", names.KIND, "feed") in requests[:first]
    assert ("list", "Pod", f"{names.LABEL_EXPERIMENT}=feed") in requests[:first]


def make_looking() -> FakeOperator:
    """An operator in the middle of a run that looks once a minute, and whose votes decide nothing."""
    operator = make_watching(candidate=make_source("v42"), metrics={"interval": "1m"})
    live_on(operator, 12)
    live_on(operator, 3, seconds=60.0)
    assert operator.status["run"]["stage"] == "Running"
    return operator


def test_a_look_that_decides_nothing_asks_for_the_pods_and_writes_what_was_counted() -> None:
    operator = make_looking()
    for votes in (7, 9, 12):
        operator.routers.votes = {"win": votes, "tie": 3, "loss": votes}
        requests = count_requests(operator, 1, seconds=60.0)
        rare = {("create", "Event"), ("list", "Service")}  # news, and a look for others' Services once a minute
        assert {request[:2] for request in requests} - rare == {("list", "Pod"), ("patch-status", names.KIND)}
        assert len(requests) <= 4
        assert operator.status["run"]["votes"] == 2 * votes + 3


def test_before_a_look_counts_pods_that_no_watch_has_told_of_the_api_server_is_asked_for_everything() -> None:
    operator = make_looking()
    pod = operator.cluster.of_kind("Pod")[0]
    operator.cluster.put(pod | {"metadata": pod["metadata"] | {"annotations": {"by": "somebody"}}})
    before = len(operator.cluster.requests)
    assert operator.visit().result == "written"
    assert ("get", names.KIND, "feed") in operator.cluster.requests[before:]


def test_what_a_look_counted_is_not_written_beside_an_order_that_no_watch_has_told_of() -> None:
    operator = make_looking()
    operator.routers.votes = {"win": 7, "tie": 3, "loss": 7}
    change(operator, candidate=None)
    before = len(operator.cluster.requests)
    operator.visit()
    assert ("get", names.KIND, "feed") in operator.cluster.requests[before:]
    assert operator.status["decision"]["verdict"] == "Aborted"


def test_votes_that_conclude_a_run_are_counted_again_from_what_the_api_server_says() -> None:
    operator = make_looking()
    operator.routers.votes = {"win": 20, "tie": 20, "loss": 900}
    before = len(operator.cluster.requests)
    operator.visit()
    requests = operator.cluster.requests[before:]
    first = next(n for n, (verb, _, _) in enumerate(requests) if verb == "patch-status")
    assert ("get", names.KIND, "feed") in requests[:first]
    assert operator.status["decision"]["verdict"] == "Rollback"
