"""Records on their way into the cluster: stored once, kept, bounded, and safe from a crash at any moment."""

import hashlib
import json
from copy import deepcopy
from typing import Any

import pytest

from interleaver.api import names
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.experiment.records.verify import verify
from interleaver.resources.record import list_expired, list_known
from tests.builders import is_record, make_experiment, make_source
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


def plant(operator: FakeOperator, name: str, **more: Any) -> dict[str, Any]:
    """Somebody writes what looks like the record of the run that is going on, before the operator does."""
    meta = {"name": name, "namespace": "shop"} | more
    forged = {"version": 1, "decision": {"verdict": "Promote"}}
    data = {"record.json": json.dumps(forged)}
    return operator.cluster.put({"kind": "ConfigMap", "metadata": meta, "immutable": True, "data": data})


def newest(operator: FakeOperator) -> dict[str, Any]:
    found: dict[str, Any] = operator.status["history"][0]
    return found


def events(operator: FakeOperator) -> list[str]:
    return [event["reason"] for event in operator.cluster.of_kind("Event") if event["reason"].startswith("Record")]


def test_the_digest_of_a_record_stands_in_the_history_before_the_record_and_its_name_after_it() -> None:
    operator = make_running()
    operator.cluster.denied["ConfigMap"] = ClusterError(403, "exceeded quota: configmaps")
    roll_back(operator)
    assert list_records(operator) == []
    assert "record" not in newest(operator)
    digest = newest(operator)["digest"]
    operator.cluster.denied.clear()
    operator.live_on(3)
    (record,) = list_records(operator)
    text = record["data"]["record.json"]
    assert digest == newest(operator)["digest"] == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    assert newest(operator)["record"] == record["metadata"]["name"] == f"feed-{newest(operator)['runId']}"
    assert newest(operator)["recordState"] == "Kept"
    assert events(operator) == []


OURS = {names.LABEL_EXPERIMENT: "feed", names.LABEL_EXPERIMENT_UID: "u-1", names.LABEL_MANAGED_BY: "interleaver"}
OWNER = {"apiVersion": "interleaver.dev/v1alpha1", "kind": names.KIND, "name": "feed", "uid": "u-1", "controller": True}


@pytest.mark.parametrize("disguise", [{}, {"labels": OURS}, {"labels": OURS, "ownerReferences": [OWNER]}])
def test_a_record_that_was_planted_is_left_alone_and_told_and_the_true_one_is_stored(disguise: dict[str, Any]) -> None:
    operator = make_running()
    run_id = operator.status["run"]["id"]
    if "labels" in disguise:
        disguise = disguise | {"labels": disguise["labels"] | {names.LABEL_RUN: run_id}}
    planted = deepcopy(plant(operator, f"feed-{run_id}", **disguise))
    roll_back(operator)
    operator.live_on(4)
    assert operator.cluster.find("ConfigMap", f"feed-{run_id}") == planted
    name, digest = newest(operator)["record"], newest(operator)["digest"]
    assert name == f"feed-{run_id}-{digest.removeprefix('sha256:')[:10]}"
    record = operator.cluster.find("ConfigMap", name)
    assert record is not None
    assert verify(json.loads(record["data"]["record.json"])) == []
    assert events(operator) == ["RecordPlanted"]
    assert "run" not in operator.status, "the next run may start"


def test_when_all_names_are_taken_a_person_is_told_and_the_run_is_let_go_in_the_end() -> None:
    operator = make_running()
    run_id = operator.status["run"]["id"]
    plant(operator, f"feed-{run_id}")
    operator.cluster.denied["ConfigMap"] = ClusterError(403, "exceeded quota: configmaps")
    roll_back(operator)
    second = f"feed-{run_id}-{newest(operator)['digest'].removeprefix('sha256:')[:10]}"
    plant(operator, second)
    operator.live_on(3)
    (stalled,) = [one for one in operator.status["conditions"] if one["type"] == "Stalled"]
    assert stalled["reason"] == "ObjectExists"
    assert f"`kubectl delete configmap feed-{run_id} {second}`" in stalled["message"]
    assert operator.status["run"]["stage"] == "RollingBack"
    operator.live_on(2, seconds=600)
    assert "run" not in operator.status
    assert newest(operator)["digest"], "a copy could be told from a forgery"


def age(operator: FakeOperator) -> None:
    """Time for the next look for a record."""
    operator.live_on(2, seconds=601)


def test_a_record_that_is_taken_away_or_changed_later_is_told_and_so_is_its_return() -> None:
    operator = make_running()
    roll_back(operator)
    operator.live_on(3)
    age(operator)
    assert (newest(operator)["recordState"], events(operator)) == ("Kept", []), "the control"
    (record,) = list_records(operator)
    del operator.cluster.objects["ConfigMap", "shop", record["metadata"]["name"]]
    age(operator)
    assert newest(operator)["recordState"] == "Missing"
    plant(operator, record["metadata"]["name"])
    age(operator)
    assert newest(operator)["recordState"] == "Changed"
    operator.cluster.objects["ConfigMap", "shop", record["metadata"]["name"]] = record
    age(operator)
    assert newest(operator)["recordState"] == "Kept"
    assert events(operator) == ["RecordMissing", "RecordChanged", "RecordFound"]


def test_a_record_of_a_run_that_is_still_in_the_status_is_stored_again() -> None:
    operator = make_running()
    operator.cluster.denied["ConfigMap"] = ClusterError(403, "exceeded quota: configmaps")
    roll_back(operator)
    operator.cluster.denied.clear()
    operator.visit()
    (record,) = list_records(operator)
    del operator.cluster.objects["ConfigMap", "shop", record["metadata"]["name"]]
    operator.visit()
    assert [one["data"] for one in list_records(operator)] == [record["data"]]


def test_planted_records_of_later_runs_push_out_none_that_the_history_knows() -> None:
    operator = make_running(historyLimit=2)
    roll_back(operator)
    operator.live_on(3)
    (record,) = list_records(operator)
    for number in range(5):
        labels = record["metadata"]["labels"] | {names.LABEL_RUN: f"v9{number}-20991231t000000z"}
        operator.cluster.put(
            record | {"metadata": record["metadata"] | {"name": f"planted-{number}", "labels": labels}}
        )
    try_another(operator, "v43")
    roll_back(operator)
    operator.live_on(3)
    kept = {one["metadata"]["name"] for one in list_records(operator)}
    assert {past["record"] for past in operator.status["history"]} <= kept


def test_a_record_is_known_by_the_name_that_the_history_has_for_it() -> None:
    operator = make_running()
    roll_back(operator)
    status = make_experiment().status.model_validate(operator.status)
    run_id = operator.status["decision"]["runId"]
    assert list_known(make_experiment(status)) == {f"feed-{run_id}"}
    past = status.history[0].model_copy(update={"record": "feed-other"})
    assert list_known(make_experiment(status.model_copy(update={"history": [past]}))) == {"feed-other"}
