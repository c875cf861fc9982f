"""A live Service is taken over once what it will lead to is Ready, and given back, by order or with the experiment."""

import asyncio
from copy import deepcopy
from typing import Any

from interleaver.api import conditions, names
from interleaver.controller.visits.visit import Key
from tests.unit.controller.operators import FakeOperator, make_resource
from tests.unit.resources.test_adoption import make_service

ADOPT = {names.ANNOTATION_ADOPT_SERVICE: "s-1"}


def make_operator(annotations: dict[str, str] | None = None, **service: Any) -> FakeOperator:
    """An operator that has not yet seen the experiment, beside a Service of its entry's name."""
    operator = FakeOperator()
    operator.cluster.put(make_service(**service))
    order(operator, **(annotations or {}))
    return operator


def order(operator: FakeOperator, **annotations: str) -> None:
    """Somebody annotates the experiment."""
    live = operator.cluster.find(names.KIND, "feed") or make_resource(candidate=None, deletionPolicy="Delete")
    operator.cluster.put(live | {"metadata": live["metadata"] | {"annotations": annotations}})


def service_of(operator: FakeOperator) -> dict[str, Any]:
    found = operator.cluster.find("Service", "home-feed")
    assert found is not None
    return found


def reason(operator: FakeOperator, kind: str) -> str | None:
    return next((one["reason"] for one in operator.status["conditions"] if one["type"] == kind), None)


def message(operator: FakeOperator, kind: str) -> str:
    return str(next(one["message"] for one in operator.status["conditions"] if one["type"] == kind))


def events(operator: FakeOperator) -> list[str]:
    return [event["reason"] for event in operator.cluster.of_kind("Event")]


def make_adopted(policy: str = "Delete") -> FakeOperator:
    operator = make_operator(ADOPT)
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.cluster.put(live | {"spec": live["spec"] | {"deletionPolicy": policy}})
    operator.live_on(8)
    assert reason(operator, conditions.READY) == "Serving"
    return operator


def test_without_a_command_it_is_left_alone_and_the_command_is_told() -> None:
    operator = make_operator()
    before = deepcopy(service_of(operator))
    operator.live_on(8)
    assert service_of(operator) == before
    assert reason(operator, conditions.STALLED) == conditions.SERVICE_EXISTS
    assert f"kubectl annotate ilx feed {names.ANNOTATION_ADOPT_SERVICE}=s-1" in message(operator, conditions.STALLED)


def test_a_command_that_names_another_service_changes_nothing() -> None:
    operator = make_operator({names.ANNOTATION_ADOPT_SERVICE: "s-0"})
    before = deepcopy(service_of(operator))
    operator.live_on(8)
    assert service_of(operator) == before
    assert reason(operator, conditions.STALLED) == conditions.ADOPTION_REFUSED
    assert "names another Service" in message(operator, conditions.STALLED)


def test_a_command_that_cannot_be_followed_is_refused_in_words() -> None:
    operator = make_operator(ADOPT, spec={"clusterIP": "None"})
    operator.live_on(8)
    assert reason(operator, conditions.STALLED) == conditions.ADOPTION_REFUSED
    assert "headless" in message(operator, conditions.STALLED)


def test_the_selector_moves_only_once_the_champion_is_ready() -> None:
    operator = make_operator(ADOPT)
    for _ in range(6):
        operator.visit()  # no pod comes up
    assert service_of(operator)["spec"]["selector"] == {"app": "feed"}
    assert reason(operator, conditions.STALLED) is None
    operator.live_on(4)
    assert names.LABEL_HASH in service_of(operator)["spec"]["selector"]


def test_a_command_that_comes_after_days_finds_the_champion_ready_and_in_time() -> None:
    operator = make_operator()
    operator.live_on(8)
    operator.cluster.clock.pass_by(3 * 24 * 3600)
    order(operator, **ADOPT)
    operator.visit()
    assert reason(operator, conditions.RECONCILING) == conditions.ADOPTING_SERVICE
    assert reason(operator, conditions.STALLED) is None
    assert names.LABEL_HASH in service_of(operator)["spec"]["selector"]


def test_a_candidate_waits_for_the_adoption_and_is_told_so() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_service())
    live = make_resource()
    operator.cluster.put(live | {"metadata": live["metadata"] | {"annotations": ADOPT}})
    for _ in range(3):
        operator.visit()
    assert "v42 is tried once the Service 'home-feed' is adopted" in message(operator, conditions.CONCLUDED)
    operator.live_on(14)
    assert operator.status["run"]["stage"] == "Running"


def test_an_adopted_service_has_no_owner_and_says_what_it_was() -> None:
    operator = make_adopted()
    meta = service_of(operator)["metadata"]
    assert meta["uid"] == "s-1"
    assert "ownerReferences" not in meta
    assert meta["labels"][names.LABEL_EXPERIMENT_UID] == "u-1"
    assert '"selector":{"app":"feed"}' in meta["annotations"][names.ANNOTATION_ADOPTED]
    assert reason(operator, conditions.STALLED) is None
    assert "was adopted" in message(operator, conditions.READY)


def test_it_is_told_before_and_after() -> None:
    told = [reason for reason in events(make_adopted()) if "Service" in reason]
    assert told == [conditions.ADOPTING_SERVICE, "ServiceAdopted"]


def test_a_service_that_was_adopted_is_left_at_rest_and_survives_the_command() -> None:
    operator = make_adopted()
    order(operator)  # Flux removes annotations that it does not know
    operator.live_on(3)
    before = len(operator.cluster.writes())
    operator.visit()
    assert [write for write in operator.cluster.writes()[before:] if write[1] != "Secret"] == []
    assert names.LABEL_HASH in service_of(operator)["spec"]["selector"]


def test_what_was_adopted_is_known_when_the_status_is_lost() -> None:
    operator = make_adopted()
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.cluster.put({key: value for key, value in live.items() if key != "status"})
    operator.restart()
    operator.live_on(4)
    assert operator.status["serving"]["revision"] == "v41"
    assert "ownerReferences" not in service_of(operator)["metadata"]


def assert_given_back(operator: FakeOperator) -> None:
    found = service_of(operator)
    assert found["spec"]["selector"] == {"app": "feed"}
    assert found["spec"]["ports"][0]["targetPort"] == 9000
    assert not [key for key in found["metadata"]["labels"] if key.startswith(names.GROUP)]
    assert found["metadata"]["annotations"] == {}
    assert "ServiceGivenBack" in events(operator)


def test_it_is_given_back_when_the_experiment_goes() -> None:
    operator = make_adopted()
    del operator.cluster.objects[names.KIND, "shop", "feed"]
    assert operator.visit().result == "gone"
    assert_given_back(operator)


def test_it_is_given_back_by_an_operator_that_was_away_when_the_experiment_went() -> None:
    operator = make_adopted()
    del operator.cluster.objects[names.KIND, "shop", "feed"]
    operator.restart()
    operator.visit()  # for the Service's label names the experiment, and every labelled Service is told at the start
    assert_given_back(operator)


def test_it_is_given_back_before_a_successor_of_that_name_may_have_it() -> None:
    operator = make_adopted()
    live = make_resource(candidate=None)
    operator.cluster.put(live | {"metadata": live["metadata"] | {"uid": "u-2"}})
    operator.live_on(3)
    assert_given_back(operator)
    assert reason(operator, conditions.STALLED) == conditions.SERVICE_EXISTS


def test_it_is_given_back_by_order_and_not_taken_again_until_the_order_is_gone() -> None:
    operator = make_adopted()
    order(operator, **ADOPT, **{names.ANNOTATION_GIVE_BACK_SERVICE: "s-1"})
    operator.live_on(4)
    assert_given_back(operator)
    assert reason(operator, conditions.STALLED) == conditions.SERVICE_EXISTS
    assert f"remove the annotation {names.ANNOTATION_GIVE_BACK_SERVICE}" in message(operator, conditions.STALLED)
    order(operator, **ADOPT)
    operator.live_on(4)
    assert names.LABEL_HASH in service_of(operator)["spec"]["selector"]


def test_the_port_of_an_adopted_service_stays_and_a_change_is_refused() -> None:
    operator = make_adopted()
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.cluster.put(live | {"spec": live["spec"] | {"service": {"name": "home-feed", "port": 81}}})
    operator.live_on(3)
    assert reason(operator, conditions.STALLED) == conditions.ADOPTION_REFUSED
    assert [port["port"] for port in service_of(operator)["spec"]["ports"]] == [80]


def test_what_nobody_adopted_is_left_alone_when_no_experiment_is_there() -> None:
    operator = FakeOperator()
    operator.cluster.put(make_service(labels={names.LABEL_EXPERIMENT: "other"}))
    asyncio.run(operator.reconciler.visit(Key("shop", "other")))
    assert operator.cluster.writes() == []
