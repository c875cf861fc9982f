"""Pods that only carry the labels: they have no vote, are asked nothing, and are told."""

from typing import Any

import pytest

from interleaver.api import conditions, names
from interleaver.controller.cluster.replicas import PATIENCE
from interleaver.controller.settings import Pace
from tests.unit.controller.fakes import make_pod, own
from tests.unit.controller.operators import FakeOperator, make_running, make_serving


def look(operator: FakeOperator) -> None:
    """A visit at which the routers are read."""
    operator.cluster.clock.pass_by(31)
    operator.visit()


def find_deployment(operator: FakeOperator, revision: str) -> dict[str, Any]:
    deployments = operator.cluster.of_kind("Deployment")
    return next(one for one in deployments if one["metadata"]["labels"][names.LABEL_REVISION] == revision)


def plant(operator: FakeOperator, owner: dict[str, Any] | None = None, revision: str = "v41") -> str:
    """A pod with the labels and the template of a revision, Ready at an address; returns its name."""
    deployment = find_deployment(operator, revision)
    name = f"{deployment['metadata']['name']}-planted"
    operator.cluster.put(make_pod(name, deployment["spec"]["template"], "10.66.6.6", owner))
    return name


def make_foreign_set(operator: FakeOperator) -> dict[str, Any]:
    """Somebody's own ReplicaSet with all the labels, and no Deployment of ours above it."""
    labels = find_deployment(operator, "v41")["spec"]["template"]["metadata"]["labels"]
    meta = {"name": "planted", "namespace": "shop", "uid": "rs-planted", "labels": labels}
    return operator.cluster.put({"kind": "ReplicaSet", "metadata": meta})


def reason(operator: FakeOperator) -> str | None:
    found = [one["reason"] for one in operator.status["conditions"] if one["type"] == conditions.STALLED]
    return found[0] if found else None


@pytest.mark.parametrize("with_set", [False, True], ids=["nobody's", "of a foreign ReplicaSet"])
def test_a_pod_that_only_carries_the_labels_has_no_vote_and_is_asked_nothing(with_set: bool) -> None:
    operator = make_running()
    operator.routers.votes = {"win": 3, "loss": 1}
    name = plant(operator, own(make_foreign_set(operator)) if with_set else None)
    look(operator)
    assert operator.status["run"]["tally"] == {"wins": 3, "ties": 0, "losses": 1}
    assert name not in operator.routers.asked[-1]
    assert "annotations" not in operator.cluster.find("Pod", name)["metadata"], "it is told nothing"  # type: ignore[index]
    assert operator.status["conditions"][0]["message"].startswith("v41 serves with 1 Ready pod(s)")


def test_a_pod_of_our_own_replica_set_has_its_vote() -> None:
    operator = make_running()
    operator.routers.votes = {"win": 3, "loss": 1}
    (replicas,) = [
        live
        for live in operator.cluster.of_kind("ReplicaSet")
        if live["metadata"]["name"].startswith(find_deployment(operator, "v41")["metadata"]["name"])
    ]
    name = plant(operator, own(replicas))
    look(operator)
    assert name in operator.routers.asked[-1]
    assert operator.status["run"]["tally"]["wins"] == 6, "the control: each of two routers shows three"


def test_it_is_told_in_time_however_long_nothing_else_has_changed() -> None:
    operator = make_serving()
    operator.cluster.clock.pass_by(3600)
    operator.visit()
    plant(operator)
    since = operator.cluster.clock()
    while reason(operator) != "ForeignPods":
        after = operator.visit().after
        assert after is not None
        operator.cluster.clock.pass_by(after)
    assert operator.cluster.clock() - since <= PATIENCE + 2 * Pace.unseen


def test_it_is_not_told_at_once() -> None:
    operator = make_running()
    plant(operator)
    for _ in range(20):
        operator.visit()
        operator.cluster.clock.pass_by(1)
    assert reason(operator) is None, "a Deployment that is made anew leaves its pods alone for a moment"


def test_a_pod_that_stays_is_told_by_its_name() -> None:
    operator = make_running()
    name = plant(operator)
    for _ in range(3):
        operator.cluster.clock.pass_by(31)
        operator.visit()
    assert reason(operator) == conditions.FOREIGN_PODS
    told = [event["note"] for event in operator.cluster.of_kind("Event") if event["reason"] == "ForeignPods"]
    assert len(told) == 1
    assert repr(name) in told[0]
    del operator.cluster.objects["Pod", "shop", name]
    operator.visit()
    assert reason(operator) is None


def test_a_pod_whose_labels_select_it_for_nothing_is_nobodys_concern() -> None:
    operator = make_running()
    name = plant(operator)
    operator.cluster.find("Pod", name)["metadata"]["labels"] = {names.LABEL_EXPERIMENT: "feed", names.LABEL_HASH: "x"}  # type: ignore[index]
    for _ in range(3):
        operator.cluster.clock.pass_by(31)
        operator.visit()
    assert reason(operator) is None


def test_replica_sets_are_asked_for_only_while_one_is_not_known() -> None:
    operator = make_running()
    before = len(operator.cluster.requests)
    operator.live_on(3)
    assert "ReplicaSet" not in {kind for _, kind, _ in operator.cluster.requests[before:]}
    operator.restart()
    before = len(operator.cluster.requests)
    operator.live_on(3)
    asked = [kind for _, kind, _ in operator.cluster.requests[before:] if kind == "ReplicaSet"]
    assert asked == ["ReplicaSet"]


def test_a_pod_that_leaves_after_its_deployment_is_still_read() -> None:
    operator = make_running()
    operator.routers.votes = {"win": 3}
    deployment = find_deployment(operator, "v41")
    for kind in ("Deployment", "ReplicaSet"):
        for live in operator.cluster.of_kind(kind):
            if live["metadata"]["name"].startswith(deployment["metadata"]["name"]):
                del operator.cluster.objects[kind, "shop", live["metadata"]["name"]]
    pod = operator.cluster.find("Pod", f"{deployment['metadata']['name']}-0")
    assert pod is not None
    pod["metadata"]["deletionTimestamp"] = "2026-11-22T23:00:00Z"
    look(operator)
    assert operator.status["run"]["tally"]["wins"] == 3


def test_a_deployment_whose_labels_were_taken_away_keeps_its_pods_even_for_a_new_operator() -> None:
    operator = make_running()
    operator.routers.votes = {"win": 3}
    look(operator)
    find_deployment(operator, "v41")["metadata"]["labels"] = {}
    operator.restart()
    look(operator)
    look(operator)
    assert operator.status["run"]["tally"]["wins"] == 3, "left out for one look, they would be counted twice"
    assert "gaps" not in operator.status["run"] or operator.status["run"]["gaps"] == []
