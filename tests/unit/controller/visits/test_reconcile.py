"""One visit of an experiment: what is written, in which order, and what happens when requests fail."""

import asyncio

import pytest

from interleaver.api import conditions, names
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.visits.visit import Key
from tests.builders import make_source
from tests.unit.controller.operators import KEY, FakeOperator, make_resource, make_running, make_serving


def condition(operator: FakeOperator, kind: str) -> dict[str, str]:
    return next(one for one in operator.status["conditions"] if one["type"] == kind)


def test_the_status_is_written_before_anything_is_applied() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource())
    operator.visit()
    assert operator.cluster.writes()[0] == ("patch-status", names.KIND, "feed")
    assert ("apply", "ControllerRevision", operator.cluster.of_kind("ControllerRevision")[0]["metadata"]["name"]) in (
        operator.cluster.writes()
    )


def test_a_champion_serves_after_a_few_visits_and_is_ready() -> None:
    operator = make_serving()
    assert condition(operator, conditions.READY)["status"] == "True"
    assert operator.cluster.find("ConfigMap", "feed-router")
    assert operator.cluster.find("Secret", "feed-router")


def test_a_visit_of_what_is_settled_writes_nothing() -> None:
    operator = make_serving()
    operator.live_on(3)
    before = len(operator.cluster.writes())
    assert operator.visit().result == "unchanged"
    assert [write for write in operator.cluster.writes()[before:] if write[1] != "Secret"] == []


def test_a_settled_experiment_is_visited_again_at_the_next_resync() -> None:
    operator = make_serving()
    operator.live_on(3)
    assert operator.visit().after == pytest.approx(600.0)


def test_what_still_lacks_an_address_is_finished_at_once() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource())
    assert operator.visit().after == 0.0


def test_an_experiment_without_addresses_is_not_visited_in_a_tight_loop() -> None:
    operator = FakeOperator()
    operator.cluster.addresses = False
    operator.cluster.put(make_resource())
    operator.live_on(2)
    waits = []
    for _ in range(4):
        waits.append(operator.visit().after or 0.0)
        operator.cluster.clock.pass_by(waits[-1])
    assert waits == pytest.approx([1.0, 2.0, 4.0, 8.0])


def test_a_run_counts_votes_once_per_interval() -> None:
    operator = make_running()
    operator.routers.votes = {"win": 3, "loss": 1}
    operator.cluster.clock.pass_by(31)
    operator.visit()
    assert operator.status["run"]["tally"] == {"wins": 3, "ties": 0, "losses": 1}
    looks = len(operator.routers.asked)
    operator.cluster.clock.pass_by(1)
    assert operator.visit().after == pytest.approx(29.0)
    assert len(operator.routers.asked) == looks


def test_a_stale_status_is_not_written_and_nothing_is_applied() -> None:
    operator = make_running()
    operator.routers.votes = {"win": 3}
    operator.cluster.clock.pass_by(31)
    number = len(operator.cluster.requests) + 14  # the experiment, eight objects by name and four lists come first
    before = len(operator.cluster.writes())
    operator.cluster.failures[number] = ClusterError(409, "the object has been modified")
    visit = operator.visit()
    assert (visit.result, visit.after) == ("conflict", 0.0)
    assert [write[0] for write in operator.cluster.writes()[before:]] == ["patch-status"]


def test_a_look_whose_status_was_not_written_is_repeated_at_once() -> None:
    operator = make_running()
    operator.routers.votes = {"win": 3}
    operator.cluster.clock.pass_by(31)
    operator.cluster.failures[len(operator.cluster.requests) + 14] = ClusterError(409, "modified")
    operator.visit()
    assert operator.status["run"]["votes"] == 0
    operator.visit()
    assert operator.status["run"]["votes"] == 3


def test_counters_alone_are_written_once_per_interval_but_a_transition_at_once() -> None:
    operator = make_running()
    operator.cluster.clock.pass_by(31)
    operator.visit()
    operator.routers.votes = {"win": 1}
    pod = next(pod for pod in operator.cluster.of_kind("Pod"))
    operator.reconciler._notes[KEY].looks.confirmed[pod["metadata"]["uid"]] = 0  # calls for a look after a second
    operator.cluster.clock.pass_by(2)
    before = operator.status["run"]["votes"]
    operator.visit()
    assert operator.status["run"]["votes"] == before
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.cluster.put(live | {"spec": live["spec"] | {"candidate": make_source("v43")}})
    operator.visit()
    assert operator.status["decision"]["reason"] == "CandidateReplaced"


def test_a_router_that_is_about_to_go_is_read_and_written_at_once() -> None:
    operator = make_running()
    operator.cluster.clock.pass_by(31)
    operator.visit()
    operator.routers.votes = {"win": 7}
    serving = operator.status["serving"]["hash"]
    pod = next(pod for pod in operator.cluster.of_kind("Pod") if serving in pod["metadata"]["name"])
    pod["metadata"]["deletionTimestamp"] = "2026-11-22T10:20:00Z"
    operator.cluster.clock.pass_by(2)
    operator.visit()
    assert operator.status["run"]["votes"] == 7
    del operator.cluster.objects["Pod", "shop", pod["metadata"]["name"]]
    operator.live_on(3)
    assert operator.status["run"]["votes"] == 7
    assert operator.status["run"].get("gaps", []) == []


def test_an_experiment_that_is_gone_or_being_deleted_is_left_alone() -> None:
    operator = FakeOperator()
    assert operator.visit().result == "gone"
    operator.cluster.put(make_resource() | {"metadata": make_resource()["metadata"] | {"deletionTimestamp": "now"}})
    assert operator.visit().result == "gone"
    assert operator.cluster.writes() == []


def test_an_experiment_that_does_not_fit_the_model_is_stalled_and_nothing_else_is_touched() -> None:
    operator = make_serving()
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.cluster.put(live | {"spec": live["spec"] | {"replicas": "many"}})
    before = len(operator.cluster.writes())
    visit = operator.visit()
    assert visit.result == "invalid"
    assert operator.cluster.writes()[before:] == [("patch-status", names.KIND, "feed")]
    stalled = condition(operator, conditions.STALLED)
    assert (stalled["reason"], stalled["status"]) == (conditions.INVALID_SPEC, "True")
    assert stalled["message"].startswith("spec.replicas: ")
    assert condition(operator, conditions.READY)["status"] == "True"
    assert operator.visit().result == "invalid"
    assert len(operator.cluster.writes()) == before + 1


def test_a_template_that_the_api_server_refuses_ends_in_a_condition_and_the_champion_serves() -> None:
    operator = make_serving()
    words = "Deployment.apps is invalid: spec.template.spec.containers[0].image: Required value"
    operator.cluster.refused["localhost/model:v43"] = ClusterError(422, words)
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.cluster.put(live | {"spec": live["spec"] | {"candidate": make_source("v43")}})
    operator.live_on(3)
    assert words in condition(operator, conditions.STALLED)["message"]
    assert condition(operator, conditions.READY)["status"] == "True"
    assert len(operator.cluster.of_kind("Deployment")) == 1


def test_events_follow_the_status_and_one_that_cannot_be_posted_stops_nothing() -> None:
    operator = make_serving()
    events = operator.cluster.of_kind("Event")
    assert [event["reason"] for event in events] == ["ServingChanged"]
    assert events[0]["regarding"]["uid"] == "u-1"


def test_the_key_secret_is_made_once_and_never_read_or_replaced() -> None:
    operator = make_serving()
    secret = operator.cluster.find("Secret", "feed-router")
    operator.restart()
    operator.live_on(40)
    assert operator.cluster.find("Secret", "feed-router") == secret
    verbs = {verb for verb, kind, name in operator.cluster.requests if (kind, name) == ("Secret", "feed-router")}
    assert verbs == {"create", "get-metadata"}


def test_a_deleted_key_secret_comes_back() -> None:
    operator = make_serving()
    del operator.cluster.objects["Secret", "shop", "feed-router"]
    operator.live_on(2, seconds=31)
    assert operator.cluster.find("Secret", "feed-router")


def test_pods_are_told_of_a_new_configuration_once() -> None:
    operator = make_serving()
    operator.live_on(3)
    pod = operator.cluster.of_kind("Pod")[0]
    assert pod["metadata"]["annotations"][names.ANNOTATION_CONFIG_GENERATION] == "1"
    told = [request for request in operator.cluster.requests if request[0] == "annotate"]
    operator.live_on(3)
    assert [request for request in operator.cluster.requests if request[0] == "annotate"] == told


def test_a_failure_of_the_api_server_is_raised_so_that_the_queue_backs_off() -> None:
    operator = make_serving()
    operator.cluster.failures[len(operator.cluster.requests) + 3] = ClusterError(503, "unavailable")
    with pytest.raises(ClusterError):
        operator.visit()


def test_an_unknown_experiment_costs_two_requests() -> None:
    operator = make_serving()
    before = len(operator.cluster.requests)
    asyncio.run(operator.reconciler.visit(Key("shop", "other")))
    assert (
        len(operator.cluster.requests) == before + 2
    )  # one for the experiment, one for Services that it may have adopted


def test_a_namespace_that_is_being_deleted_is_left_to_its_end() -> None:
    undisturbed, operator = FakeOperator(), FakeOperator()
    for one in (undisturbed, operator):
        one.cluster.put(make_resource())
    undisturbed.visit()
    first_apply = next(n for n, (verb, _, _) in enumerate(undisturbed.cluster.requests, start=1) if verb == "apply")
    words = "unable to create new content in namespace shop because it is being terminated"
    operator.cluster.failures[first_apply] = ClusterError(403, words)
    visit = operator.visit()
    assert (visit.result, visit.after) == ("gone", None)


def test_an_experiment_that_is_gone_is_forgotten() -> None:
    operator = make_serving()
    assert operator.reconciler.list_visited() == [KEY]
    del operator.cluster.objects[names.KIND, "shop", "feed"]
    operator.visit()
    assert operator.reconciler.list_visited() == []
    assert operator.metrics.registry.get_sample_value("interleaver_operator_experiments", {"stage": "Idle"}) == 0


QUOTA = ClusterError(403, "services is forbidden: exceeded quota: q, used: count/services=2, limited: count/services=2")


def test_a_candidate_that_a_quota_denies_ends_in_a_condition_and_the_champion_is_looked_after() -> None:
    operator = make_serving()
    operator.cluster.refused["localhost/model:v43"] = QUOTA
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.cluster.put(live | {"spec": live["spec"] | {"candidate": make_source("v43")}})
    del operator.cluster.objects["Service", "shop", "home-feed"]
    operator.live_on(2)
    assert "exceeded quota" in condition(operator, conditions.STALLED)["message"]
    assert operator.cluster.find("Service", "home-feed")


def test_an_object_that_is_denied_ends_in_a_condition_until_it_is_handed_out() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource(candidate=None))
    operator.cluster.denied["Service"] = QUOTA
    operator.live_on(3)
    stalled = condition(operator, conditions.STALLED)
    assert (stalled["reason"], stalled["status"]) == (conditions.DENIED, "True")
    assert "exceeded quota" in stalled["message"]
    operator.cluster.denied.clear()
    operator.live_on(6)
    assert operator.status["serving"]["revision"] == "v41"
    assert conditions.STALLED not in [one["type"] for one in operator.status["conditions"]]


def test_a_quota_of_secrets_that_is_used_up_stops_nothing_for_the_secret_is_there() -> None:
    operator = make_serving()
    operator.cluster.denied["Secret"] = QUOTA
    operator.cluster.clock.pass_by(31)
    del operator.cluster.objects["Service", "shop", "home-feed"]
    operator.live_on(2)
    assert operator.cluster.find("Service", "home-feed")
    assert conditions.STALLED not in [one["type"] for one in operator.status["conditions"]]


def test_a_key_secret_of_a_predecessor_that_is_taken_away_comes_back_at_once() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource(candidate=None, deletionPolicy="Delete"))
    operator.visit()
    operator.restart()
    secret = operator.cluster.find("Secret", "feed-router")
    assert secret is not None
    secret["metadata"]["ownerReferences"][0]["uid"] = "u-0"
    operator.visit()
    # The garbage collector is done with the experiment of the same name that was deleted just now.
    del operator.cluster.objects["Secret", "shop", "feed-router"]
    operator.visit()
    assert operator.cluster.find("Secret", "feed-router")


def test_a_key_secret_that_was_made_just_now_raises_no_alarm() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource(candidate=None))
    operator.visit()
    operator.cluster.denied["Secret"] = QUOTA
    operator.visit()
    operator.visit()
    assert conditions.STALLED not in [one["type"] for one in operator.status["conditions"]]


def test_a_champion_that_is_denied_is_stalled_and_is_rolled_out_all_the_same() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_resource(candidate=None))
    operator.cluster.denied["Service"] = QUOTA
    operator.live_on(3)
    types = [one["type"] for one in operator.status["conditions"]]
    assert conditions.STALLED in types
    assert conditions.RECONCILING not in types, "tools differ about which of two holds"
    assert operator.status["underway"]["reason"] == "RollingOut"
    operator.cluster.denied.clear()
    operator.live_on(8)
    assert operator.status["serving"]["revision"] == "v41"
    assert "underway" not in operator.status


def test_a_denied_template_is_asked_for_again_soon_after_the_answer_is_old() -> None:
    operator = make_serving()
    operator.cluster.refused["localhost/model:v43"] = QUOTA
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.cluster.put(live | {"spec": live["spec"] | {"candidate": make_source("v43")}})
    operator.visit()
    assert operator.visit().after == 10.0


def test_who_leads_no_more_remembers_nothing_and_shows_no_experiments() -> None:
    operator = make_serving()
    operator.reconciler.forget()
    assert operator.reconciler.list_visited() == []
    shown = operator.metrics.registry.get_sample_value("interleaver_operator_experiments", {"stage": "Idle"})
    assert shown == 0
