"""Records on a real API server: planted before the verdict, taken away after it, and the control."""

import contextlib
import json
from copy import deepcopy
from typing import Any

import pytest
import yaml

from interleaver.api import names
from interleaver.api.record import fingerprint
from tests.integration.test_adoption import make_pods_ready, make_unscheduled
from tests.integration.test_controller_program import Stage, stage, until

__all__ = ["stage"]

pytestmark = pytest.mark.cluster


def start_run(stage: Stage) -> str:
    """A run whose candidate waits for its pods; returns its id."""
    document = make_unscheduled()
    document["spec"]["candidate"] = deepcopy(document["spec"]["champion"]) | {"revision": "v42"}
    document["spec"]["replicas"] = 1
    stage.apply(document)
    stage.start()
    until(lambda: make_pods_ready(stage), "the champion's pods")
    run = until(lambda: stage.experiment().get("status", {}).get("run"), "the run")
    return str(run["id"])


def plant(stage: Stage, run_id: str, **metadata: Any) -> dict[str, Any]:
    """Somebody writes a record that agrees with itself, for all we know, before there is one."""
    meta = {"name": f"home-feed-{run_id}"} | metadata
    data = {"record.json": json.dumps({"version": 1, "decision": {"verdict": "Promote"}})}
    document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "immutable": True, "data": data}
    stage.kubectl("create", "-f", "-", stdin=yaml.safe_dump(document))
    return stage.get("configmap", meta["name"])


def conclude(stage: Stage, run_id: str) -> dict[str, Any]:
    """What the history says of the run once its record is stored."""
    stage.kubectl("annotate", "interleavingexperiment", "home-feed", f"{names.ANNOTATION_ABORT}={run_id}")

    def find() -> dict[str, Any] | None:
        history = stage.experiment()["status"].get("history", [])
        return next((past for past in history if past["runId"] == run_id and "record" in past), None)

    past: dict[str, Any] = until(find, "the record")
    record = stage.get("configmap", past["record"])
    assert record["immutable"] is True
    assert fingerprint(record["data"]["record.json"]) == past["digest"]
    assert json.loads(record["data"]["record.json"])["decision"]["reason"] == "Command"
    return past


def outlast(stage: Stage) -> None:
    """Wait until the run is out of the status: a minute after the verdict, for no router here says that it let go."""
    with contextlib.suppress(AssertionError):
        until(lambda: "run" not in stage.experiment()["status"], "the end of the run")
    until(lambda: "run" not in stage.experiment()["status"], "the end of the run")


def list_reasons(stage: Stage) -> set[str]:
    return {event["reason"] for event in stage.get("events.events.k8s.io")["items"]}


def test_a_record_has_its_own_name_and_a_digest_in_the_history(stage: Stage) -> None:
    run_id = start_run(stage)
    past = conclude(stage, run_id)
    assert (past["record"], past["recordState"]) == (f"home-feed-{run_id}", "Kept")
    assert "RecordPlanted" not in list_reasons(stage)


def test_a_planted_record_with_all_marks_of_ours_is_left_alone_and_the_true_one_is_stored(stage: Stage) -> None:
    run_id = start_run(stage)
    meta = stage.experiment()["metadata"]
    labels = {names.LABEL_EXPERIMENT: meta["name"], names.LABEL_EXPERIMENT_UID: meta["uid"]}
    labels |= {names.LABEL_MANAGED_BY: names.FIELD_MANAGER, names.LABEL_RUN: run_id}
    owner = {"apiVersion": f"{names.GROUP}/{names.VERSION}", "kind": names.KIND, "name": meta["name"]}
    owners = [owner | {"uid": meta["uid"], "controller": True}]
    planted = plant(stage, run_id, labels=labels, ownerReferences=owners)
    past = conclude(stage, run_id)
    assert past["record"] == f"home-feed-{run_id}-{past['digest'].removeprefix('sha256:')[:10]}"
    assert stage.get("configmap", planted["metadata"]["name"]) == planted
    until(lambda: "RecordPlanted" in list_reasons(stage), "the event")
    outlast(stage)
    # What becomes of it is told by another operator, which looks for a record at its first visit.
    assert stage.stop() == 0
    stage.kubectl("delete", "configmap", past["record"])
    stage.start()
    state = ("status", "history", 0, "recordState")

    def read() -> Any:
        found: Any = stage.experiment()
        for key in state:
            found = found[key]
        return found

    until(lambda: read() == "Changed", "what became of the record")
    until(lambda: "RecordChanged" in list_reasons(stage), "the event")
    assert stage.stop() == 0
    assert "Traceback" not in stage.log.read_text()
