"""Gates on a real node: a candidate that passes its own goes on trial, one that fails has been seen by no user."""

import json
from typing import Any, Final

import pytest

from tests.e2e.ballot import ENDLESS
from tests.e2e.scene import Scene, make_model
from tests.e2e.test_bad_input import assert_champion_serves, serve_champion

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(400)]

ASK: Final = """
import os, urllib.request
for who in ("CHAMPION", "CANDIDATE"):
    print(who, urllib.request.urlopen(os.environ[f"{who}_URL"] + "/anything", timeout=10).read().decode())
"""
PROMOTION: Final = {"progressDeadline": "60s", "rollbackWindow": "5s"}


def make_gated(scene: Scene, revision: str, script: str) -> dict[str, Any]:
    """A candidate with a gate that runs a script."""
    model = make_model(scene.cluster, revision)
    container = dict(model["source"]["template"]["spec"]["containers"][0])
    kept = {key: container[key] for key in ("image", "securityContext")}
    tests = kept | {"name": "tests", "command": ["python3", "-c", script]}
    return model | {"gates": [{"name": "tests", "job": {"template": {"spec": {"containers": [tests]}}}}]}


def try_candidate(scene: Scene, revision: str, script: str) -> None:
    scene.apply(candidate=make_gated(scene, revision, script), promotion=PROMOTION, analysis=ENDLESS)


def read_gate(scene: Scene) -> dict[str, Any]:
    """The gate of the run that goes on; empty before there is one."""
    run = scene.status().get("run") or {}
    return next(iter(run.get("gates", [])), {}) | {"run": run.get("id", "")}


def await_failure(scene: Scene, revision: str, words: str) -> dict[str, Any]:
    """The record of a candidate that a gate has stopped, once its pods are gone and its run is over."""

    def is_over() -> bool:
        status = scene.status()
        past: dict[str, Any] = next(iter(status.get("history", [])), {})
        return bool(past.get("candidate") == revision and past.get("record") and not status.get("run"))

    scene.until(is_over, f"the end of {revision}", 120)
    status = scene.status()
    assert (status["decision"]["verdict"], status["decision"]["reason"]) == ("Rollback", "GateFailed"), status
    assert words in status["decision"]["message"]
    assert scene.condition("LabPassed")["reason"] == "GateFailed"
    assert_champion_serves(scene)
    scene.until(lambda: scene.pods() == {"v1": 1}, "removal of the candidate")
    live = scene.cluster.get("configmap", scene.namespace, status["history"][0]["record"])
    record: dict[str, Any] = json.loads(live["data"]["record.json"])["run"]
    assert record["ramp"] == [], "no user has seen it"
    return record


def test_gates_are_passed_failed_and_deleted_by_hand(scene: Scene) -> None:
    serve_champion(scene)
    try_candidate(scene, "v2", ASK)
    scene.kubectl("wait", "ilx", "feed", "--for=condition=LabPassed", "--timeout=90s", seconds=100)
    scene.until(lambda: scene.status()["run"]["percent"] > 0, "the trial")
    gate = read_gate(scene)
    assert gate["state"] == "Passed"
    assert 'CHAMPION {"model": "v1"}' in gate["log"]
    assert 'CANDIDATE {"model": "v2"}' in gate["log"]

    try_candidate(scene, "v3", "print('two is not three'); raise SystemExit(3)")
    record = await_failure(scene, "v3", "'tests': container tests ended with exit code 3")
    assert record["gates"][0]["log"] == "two is not three"

    try_candidate(scene, "v4", "import time; time.sleep(600)")
    scene.until(lambda: read_gate(scene).get("state") == "Running", "the third gate")
    scene.kubectl("delete", "job", read_gate(scene)["job"], "--wait=false")
    await_failure(scene, "v4", "was deleted before it ended")
    jobs = scene.kubectl("get", "jobs", "--output=name").split()
    assert len(jobs) == 2, "none was made again, and those that ended stay for people to look at"
