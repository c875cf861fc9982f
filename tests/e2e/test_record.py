"""The record of a run on a real cluster: kept, immutable, and recomputed to the same verdict by the command."""

import json
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.cluster import ROOT, Cluster
from tests.e2e.scene import Scene, make_model

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(400)]


def verify(text: str) -> subprocess.CompletedProcess[str]:
    """What `interleaver verify-record -` says of a ConfigMap."""
    command = [sys.executable, "-m", "interleaver", "verify-record", "-"]
    environment = {"PYTHONPATH": str(ROOT / "operator")}
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False, env=environment)


def start(scene: Scene, **spec: object) -> None:
    scene.apply(**spec)
    scene.await_condition("Ready")


def conclude(scene: Scene, taste: str) -> dict[str, Any]:
    """The status after a verdict, when nothing of the run is needed any more."""
    with scene.shoppers(taste):
        scene.await_condition("Concluded", seconds=110)
        scene.until(lambda: "run" not in scene.status(), "the end of the run")
    return scene.status()


def list_records(scene: Scene) -> list[str]:
    return scene.kubectl("get", "configmap", "-l", "interleaver.dev/run", "-o", "name").split()


def test_the_record_of_a_promotion_comes_to_the_same_verdict(scene: Scene) -> None:
    start(scene)
    status = conclude(scene, "v2")
    assert status["decision"]["verdict"] == "Promote"
    name = f"feed-{status['decision']['runId']}"
    text = scene.kubectl("get", "configmap", name, "-o", "yaml")
    said = verify(text)
    assert (said.returncode, said.stderr) == (0, ""), said.stdout
    assert f"{status['decision']['verdict']}/{status['decision']['reason']}" in said.stdout
    record = json.loads(yaml.safe_load(text)["data"]["record.json"])
    assert record["decision"] == status["decision"]
    assert record["run"]["tally"] == status["history"][0]["tally"]
    assert [change["percent"] for change in record["run"]["ramp"]] == [50, 100]
    assert len(record["run"]["trail"]) >= 2, (
        "a look before the last step of the ramp and one after it, however fast votes come"
    )
    forged = verify(text.replace('"reason": "Better"', '"reason": "OnPar"'))
    assert forged.returncode == 1
    assert "decision: recorded Promote/OnPar, computed Promote/Better" in forged.stdout
    with pytest.raises(subprocess.CalledProcessError) as refused:
        scene.kubectl("patch", "configmap", name, "--type=merge", "-p", '{"data":{"record.json":"{}"}}')
    assert "immutable" in refused.value.stderr


def test_records_are_bounded_and_go_with_the_experiment(scene: Scene, installed: Cluster) -> None:
    start(scene, historyLimit=1, deletionPolicy="Delete")
    first = conclude(scene, "v1")["decision"]
    assert list_records(scene) == [f"configmap/feed-{first['runId']}"]
    scene.apply(candidate=make_model(installed, "v3"), historyLimit=1, deletionPolicy="Delete")
    scene.await_condition("Concluded", status="False")
    second = conclude(scene, "v1")["decision"]
    assert first["verdict"] == second["verdict"] == "Rollback"
    assert list_records(scene) == [f"configmap/feed-{second['runId']}"]
    assert verify(scene.kubectl("get", "configmap", f"feed-{second['runId']}", "-o", "yaml")).returncode == 0
    scene.kubectl("delete", "ilx", "feed")
    scene.until(lambda: not list_records(scene), "removal of the records", 60)
