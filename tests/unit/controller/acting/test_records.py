"""Records on their way into the cluster: stored once, kept, bounded, and safe from a crash at any moment."""

import json
from typing import Any

import pytest

from interleaver.api import names
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.experiment.records.verify import verify
from interleaver.resources.record import list_expired
from tests.builders import is_record, make_source
from tests.unit.controller.operators import FakeOperator, make_running


def list_records(operator: FakeOperator) -> list[dict[str, Any]]:
    return [item for item in operator.cluster.of_kind("ConfigMap") if is_record(item)]


def roll_back(operator: FakeOperator) -> None:
    """The run is decided; its record is not stored yet."""
    operator.routers.votes = {"win": 50, "loss": 150}
    operator.cluster.clock.pass_by(31)
    operator.visit()
    assert operator.status["decision"]["verdict"] == "Rollback"


def try_another(operator: FakeOperator, revision: str) -> None:
    """Another candidate is applied, and its run reaches its first step."""
    live = operator.cluster.find(names.KIND, "feed")
    assert live is not None
    operator.routers.votes = {}
    live["spec"]["candidate"] = make_source(revision)
    operator.live_on(12)
    assert operator.status["run"]["stage"] == "Running"


def test_a_verdict_leaves_a_record_that_verifies_and_stays() -> None:
    operator = make_running()
    roll_back(operator)
    (record,) = list_records(operator)
    run_id = operator.status["decision"]["runId"]
    assert record["metadata"]["name"] == f"feed-{run_id}"
    assert record["immutable"] is True
    operator.live_on(5)
    assert "run" not in operator.status
    assert list_records(operator) == [record], "nothing takes it away, and nothing writes it again"
    assert verify(json.loads(record["data"]["record.json"])) == []


def test_a_record_that_could_not_be_stored_is_stored_later_even_by_another_operator() -> None:
    operator = make_running()
    operator.cluster.denied["ConfigMap"] = ClusterError(403, "exceeded quota: configmaps")
    roll_back(operator)
    operator.live_on(3)
    assert list_records(operator) == []
    assert operator.status["run"]["stage"] == "RollingBack"
    operator.restart()
    operator.cluster.denied.clear()
    operator.live_on(3)
    assert len(list_records(operator)) == 1
    assert "run" not in operator.status


@pytest.mark.parametrize("crash", range(1, 25))
def test_wherever_the_operator_dies_the_record_is_there_in_the_end(crash: int) -> None:
    operator = make_running()
    operator.routers.votes = {"win": 50, "loss": 150}
    operator.cluster.clock.pass_by(31)
    operator.cluster.failures[len(operator.cluster.requests) + crash] = ClusterError(500, "the operator died here")
    for _ in range(12):
        try:
            operator.visit()
        except ClusterError:
            operator.restart()
        operator.cluster.run_pods()
        operator.cluster.clock.pass_by(7)
    assert "run" not in operator.status
    (record,) = list_records(operator)
    assert record["metadata"]["labels"][names.LABEL_RUN] == operator.status["decision"]["runId"]
    assert verify(json.loads(record["data"]["record.json"])) == []


@pytest.mark.parametrize(("limit", "kept"), [(0, 1), (1, 1), (2, 2), (10, 3)])
def test_the_newest_records_are_kept_up_to_the_history_limit(limit: int, kept: int) -> None:
    operator = make_running(historyLimit=limit)
    runs = []
    for revision in ("v43", "v44", None):
        roll_back(operator)
        runs.append(operator.status["decision"]["runId"])
        operator.live_on(3)
        if revision:
            try_another(operator, revision)
    assert {item["metadata"]["labels"][names.LABEL_RUN] for item in list_records(operator)} == set(runs[-kept:])


def test_records_of_others_are_left_alone() -> None:
    operator = make_running(historyLimit=1)
    roll_back(operator)
    operator.live_on(3)
    (record,) = list_records(operator)
    foreign = record | {"metadata": record["metadata"] | {"name": "feed-theirs"}}
    foreign["metadata"]["labels"] = record["metadata"]["labels"] | {names.LABEL_EXPERIMENT_UID: "u-0"}
    operator.cluster.put(foreign)
    try_another(operator, "v43")
    roll_back(operator)
    assert "feed-theirs" in {item["metadata"]["name"] for item in list_records(operator)}


def test_records_are_told_old_from_new_by_the_start_of_their_run() -> None:
    ids = ["z-20261101t000000z", "a-2-20261103t000000z", "m-20261102t000000z"]
    live = [{"metadata": {"labels": {names.LABEL_RUN: run_id}}} for run_id in ids]
    assert [item["metadata"]["labels"][names.LABEL_RUN] for item in list_expired(live, 1)] == [ids[2], ids[0]]


def test_no_visit_reads_records_unless_a_run_was_decided() -> None:
    operator = make_running()
    operator.live_on(2)
    asked = [(verb, name) for verb, kind, name in operator.cluster.requests if kind == "ConfigMap"]
    assert {name for _, name in asked} == {"feed-router"}, "by its name, and no list"
