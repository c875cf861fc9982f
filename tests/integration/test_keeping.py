"""An experiment goes and comes on a real API server, with its garbage collector: what has no owner stays.

The champion's pods never run here, so a person's part is played by a patch of the pods' status: Ready, at an address.
"""

import json
import subprocess
import sys
import time
from functools import partial
from typing import Any

import pytest

from interleaver.api import names
from interleaver.api.routing import Config, decode
from tests.cluster import ROOT
from tests.integration.documents import change
from tests.integration.test_adoption import make_pods_ready, make_unscheduled
from tests.integration.test_controller_program import CHILDREN, Stage, make_document, stage, until

__all__ = ["stage"]

pytestmark = pytest.mark.cluster


def make_candidate() -> dict[str, Any]:
    """The same experiment with a candidate whose pods never come up."""
    document = make_unscheduled()
    champion = document["spec"]["champion"]
    template = json.loads(json.dumps(champion["source"]["template"]))
    template["spec"]["containers"][0]["image"] = "localhost/none:v42"
    return change(document, "spec.candidate", champion | {"revision": "v42", "source": {"template": template}})


def serve(stage: Stage, document: dict[str, Any]) -> str:
    """An experiment serves its champion; returns the hash that names it."""
    stage.apply(document)
    stage.start()
    until(lambda: stage.condition("Reconciling").get("reason") == "RollingOut", "the champion")
    until(lambda: make_pods_ready(stage), "the champion's pods")
    until(lambda: stage.experiment()["status"].get("serving"), "the pointer", stage.tell)
    found: str = stage.experiment()["status"]["serving"]["hash"]
    return found


def delete(stage: Stage) -> None:
    stage.kubectl("delete", "interleavingexperiment", "home-feed", "--timeout=20s")


def read_all(stage: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.get(CHILDREN, "--selector", f"{names.LABEL_EXPERIMENT}=home-feed")["items"]
    return found


def list_owned(stage: Stage) -> set[str]:
    """What goes with the experiment; pods go with their Deployment."""
    owned = [one for one in read_all(stage) if one["kind"] != "Pod" and one["metadata"].get("ownerReferences")]
    return {f"{one['kind']}/{one['metadata']['name']}" for one in owned}


def list_pods(stage: Stage) -> dict[str, str]:
    """The pods by name, each with its uid."""
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in read_all(stage) if one["kind"] == "Pod"}


def read_config(stage: Stage) -> Config:
    return decode(stage.get("configmap", "home-feed-router")["data"][names.CONFIG_FILE])


def name_kept(hash_: str, pods: dict[str, str]) -> set[str]:
    revision = {f"{kind}/home-feed-{hash_}" for kind in ("Deployment", "Service", "ControllerRevision")}
    shared = {"Service/home-feed", "ConfigMap/home-feed-router", "Secret/home-feed-router"}
    return revision | shared | {f"Pod/{name}" for name in pods}


def test_what_serves_outlives_the_experiment_and_one_that_is_made_again_has_it_with_the_same_pods(stage: Stage) -> None:
    hash_ = serve(stage, make_candidate())
    until(lambda: len(read_all(stage)) == 11, "the candidate", stage.tell)
    owned = list_owned(stage)
    assert len(owned) == 3, "the candidate's"
    assert not [one for one in owned if hash_ in one]
    pods = {name: uid for name, uid in list_pods(stage).items() if hash_ in name}

    delete(stage)
    until(lambda: stage.children() == name_kept(hash_, pods), "the end of the candidate alone")
    until(lambda: read_config(stage).run is None, "the end of the run")
    assert list_pods(stage) == pods

    stage.apply(make_unscheduled())
    uid = stage.experiment()["metadata"]["uid"]
    until(lambda: stage.experiment().get("status", {}).get("serving"), "the pointer")
    until(lambda: is_taken_over(stage, uid), "the labels")
    status = stage.experiment()["status"]
    assert status["serving"]["hash"] == hash_
    assert [one for one in status["conditions"] if one["type"] == "Stalled"] == []
    assert stage.children() == name_kept(hash_, pods)
    assert list_pods(stage) == pods, "no pod restarted"
    rollouts = stage.get("deployment", f"home-feed-{hash_}")["metadata"]["annotations"]
    assert rollouts["deployment.kubernetes.io/revision"] == "1", "and none is to"
    told = stage.kubectl("get", "events.events.k8s.io", "--output=jsonpath={.items[*].reason}")
    assert {"KeptServing", "TookOver"} <= set(told.split())
    assert stage.stop() == 0
    assert "Traceback" not in stage.log.read_text()


def is_taken_over(stage: Stage, uid: str) -> bool:
    """Whether all but the pods, whose labels are left as they are, name this experiment."""
    found = [one["metadata"]["labels"] for one in read_all(stage) if one["kind"] != "Pod"]
    return {labels[names.LABEL_EXPERIMENT_UID] for labels in found} == {uid}


def test_an_operator_that_was_away_ends_the_run_of_an_experiment_that_is_gone(stage: Stage) -> None:
    serve(stage, make_candidate())
    until(lambda: len(read_all(stage)) == 11, "the candidate", stage.tell)
    # A run in which routers are told of the candidate takes real ones; its configuration does not.
    stage.stop()
    running = read_config(stage)
    document = json.loads(stage.get("configmap", "home-feed-router")["data"][names.CONFIG_FILE])
    document |= {"run": "v42-20260101t000000z", "percent": 50, "candidate": document["serving"] | {"revision": "v42"}}
    patch = {"data": {names.CONFIG_FILE: json.dumps(document)}}
    stage.kubectl("patch", "configmap", "home-feed-router", "--type=merge", f"-p={json.dumps(patch)}")
    delete(stage)
    stage.start()
    until(lambda: read_config(stage).candidate is None, "the end of the run")
    config = read_config(stage)
    assert (config.run, config.percent, config.serving) == (None, 0, running.serving)
    assert config.generation == running.generation + 1
    told = until(partial(read_touched, stage, config.generation), "the pods to be told")
    assert told


def read_touched(stage: Stage, generation: int) -> bool:
    pods = [one["metadata"] for one in read_all(stage) if one["kind"] == "Pod" and "v41" in json.dumps(one)]
    known = {(pod.get("annotations") or {}).get(names.ANNOTATION_CONFIG_GENERATION) for pod in pods}
    return known == {str(generation)}


def test_the_policy_changes_in_mid_life_and_with_delete_everything_goes(stage: Stage) -> None:
    serve(stage, make_unscheduled())
    assert list_owned(stage) == set()
    every = {child for child in stage.children() if not child.startswith("Pod/")}
    stage.apply(change(make_unscheduled(), "spec.deletionPolicy", "Delete"))
    until(lambda: list_owned(stage) == every, "every owner", stage.tell)
    stage.apply(change(make_unscheduled(), "spec.deletionPolicy", "KeepServing"))
    until(lambda: list_owned(stage) == set(), "no owner", stage.tell)
    stage.apply(change(make_unscheduled(), "spec.deletionPolicy", "Delete"))
    until(lambda: list_owned(stage) == every, "every owner again", stage.tell)
    stage.stop()
    delete(stage)
    until(lambda: not stage.children(), "the end of every child")


def test_what_has_never_served_goes_with_the_experiment_but_for_the_keys(stage: Stage) -> None:
    stage.apply(make_document())
    stage.start()
    until(lambda: len(stage.children()) == 7, "every child", stage.tell)
    stage.stop()
    delete(stage)
    keys = {"Secret/home-feed-router", "ConfigMap/home-feed-router"}
    until(lambda: stage.children() == keys, "the end of all but the keys")
    stage.apply(make_document())
    stage.start()
    until(lambda: len(stage.children()) == 7, "every child again", stage.tell)
    assert stage.condition("Stalled") == {}


def test_a_namespace_ends_while_the_operator_is_away(stage: Stage) -> None:
    serve(stage, make_unscheduled())
    stage.stop()
    stage.cluster.kubectl("delete", "namespace", stage.namespace, "--timeout=100s", seconds=110)
    found = stage.cluster.kubectl("get", "namespaces", "--output=name")
    assert f"namespace/{stage.namespace}" not in found


def clean_up(stage: Stage, *words: str) -> tuple[int, str]:
    """What `interleaver cleanup` does in the stage's namespace: its exit code, and what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "interleaver", "cleanup", "-n", stage.namespace, *words],
        env={"KUBECONFIG": str(stage.kubeconfig), "PYTHONPATH": str(ROOT / "operator"), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_cleanup_removes_what_was_kept_and_nothing_that_an_experiment_has(stage: Stage) -> None:
    serve(stage, make_unscheduled())
    everything = stage.children()
    assert clean_up(stage, "--yes") == (0, "Nothing is left of experiments that are gone.\n")
    delete(stage)
    code, told = clean_up(stage)
    assert code == 1
    assert f"{stage.namespace}/home-feed is gone, and has kept:" in told
    assert "Service home-feed\n" in told
    assert "repeat the command with --yes" in told
    assert clean_up(stage, "--dry-run")[0] == 0
    time.sleep(1)
    assert stage.children() == everything
    code, told = clean_up(stage, "home-feed", "--yes")
    assert (code, "Removed 6 objects.\n" in told) == (0, True), told
    until(lambda: not stage.children(), "the end of every child")
