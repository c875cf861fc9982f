"""Templates by reference on a real API server: copied from real objects, kept, and missed in words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from interleaver.api import names
from tests.cluster import ROOT
from tests.integration.documents import change
from tests.integration.test_controller_program import Stage, stage, until
from tests.integration.trial import (
    NOWHERE,
    SELECTOR,
    find_run,
    find_serving,
    list_generations,
    list_pods,
    make_trial,
    tend,
)

__all__ = ["stage"]

pytestmark = pytest.mark.cluster

MIGRATION: Path = ROOT / "examples" / "from-a-deployment"


def read(name: str) -> Iterator[dict[str, Any]]:
    """The objects of a file of the migration; their pods are put where no kubelet takes them."""
    for document in yaml.safe_load_all((MIGRATION / f"{name}.yaml").read_text()):
        if document["kind"] == "Deployment":
            document["spec"]["template"]["spec"]["nodeSelector"] = NOWHERE
        yield document


def apply(stage: Stage, name: str) -> None:
    for document in read(name):
        stage.apply(document)


def make_template(revision: str, **container: Any) -> dict[str, Any]:
    """A PodTemplate."""
    model = {"name": "model", "image": f"registry.example.com/feed-model:{revision}", **container}
    pod = {"nodeSelector": NOWHERE, "containers": [model]}
    template = {"metadata": {"labels": {"app": "feed"}}, "spec": pod}
    return {
        "apiVersion": "v1",
        "kind": "PodTemplate",
        "metadata": {"name": f"feed-{revision}"},
        "template": template,
    }


def refer(role: str) -> dict[str, Any]:
    """An experiment one of whose revisions is a PodTemplate's."""
    revision = make_trial()["spec"][role]["revision"]
    return change(make_trial(), f"spec.{role}.source", {"podTemplateRef": {"name": f"feed-{revision}"}})


def list_events(stage: Stage, reason: str) -> list[str]:
    found = stage.get("events.events.k8s.io")["items"]
    return [event["note"] for event in found if event["reason"] == reason]


def test_a_plain_deployment_and_its_service_become_an_experiment(stage: Stage) -> None:
    """The way of docs/how-to/start-from-a-deployment.md, with its files."""
    apply(stage, "shop")
    until(lambda: stage.get("pods", "--selector", "app=feed")["items"], "the shop's own pod")
    before = stage.get("deployment", "feed"), stage.get("pods", "--selector", "app=feed")["items"][0]["metadata"]["uid"]
    service = stage.get("service", "home-feed")
    apply(stage, "experiment")
    stage.start()
    until(lambda: stage.condition("Stalled").get("reason") == "ServiceExists", "ServiceExists", stage.tell)
    until(lambda: tend(stage) and find_serving(stage) == "v41", "the champion", stage.tell)
    stage.kubectl("annotate", "ilx", "home-feed", f"{names.ANNOTATION_ADOPT_SERVICE}={service['metadata']['uid']}")
    until(lambda: stage.condition("Ready").get("status") == "True", "Ready", stage.tell)
    assert names.LABEL_HASH in stage.get("service", "home-feed")["spec"]["selector"]

    # The Deployment that is named, and its pod, are as they were.
    assert stage.get("deployment", "feed")["metadata"]["generation"] == before[0]["metadata"]["generation"]
    assert before[1] in {pod["metadata"]["uid"] for pod in stage.get("pods", "--selector", "app=feed")["items"]}

    # Nothing that is done with it later changes what serves.
    pods, generations = list_pods(stage, "v41"), list_generations(stage)
    stage.kubectl("rollout", "restart", "deployment", "feed")
    stage.kubectl("delete", "deployment", "feed", "--wait=false")
    apply(stage, "candidate")
    candidate = {"revision": "v42", "port": 9000, "source": {"deploymentRef": {"name": "feed-v42"}}}
    patch = json.dumps({"spec": {"candidate": candidate}})
    stage.kubectl("patch", "ilx", "home-feed", "--type=merge", f"--patch={patch}")
    until(lambda: tend(stage) and find_run(stage).get("stage") == "Running", "the run", stage.tell)
    assert (list_pods(stage, "v41"), list_generations(stage)["v41"]) == (pods, generations["v41"])
    assert stage.condition("Stalled") == {}
    assert list_events(stage, "SourceChanged") == []
    assert stage.stop() == 0
    assert "Traceback" not in stage.log.read_text()


def test_a_template_that_comes_later_is_found_and_one_that_changes_later_restarts_nothing(stage: Stage) -> None:
    document = refer("candidate")
    stage.apply(document)
    stage.start()
    until(lambda: tend(stage) and find_serving(stage) == "v41", "the champion", stage.tell)
    until(lambda: stage.condition("Stalled").get("reason") == "SourceNotFound", "SourceNotFound", stage.tell)
    assert "spec.candidate.source.podTemplateRef (PodTemplate 'feed-v42')" in stage.condition("Stalled")["message"]
    stage.apply(make_template("v42"))
    until(lambda: tend(stage) and find_run(stage).get("stage") == "Running", "the run", stage.tell)
    run, pods = find_run(stage)["id"], list_pods(stage, "v42")

    stage.apply(make_template("v42", env=[{"name": "THREADS", "value": "8"}]))
    stage.stop()  # another process looks at once
    stage.start()
    until(lambda: list_events(stage, "SourceChanged"), "SourceChanged", stage.tell)
    assert stage.experiment()["status"]["changedSources"][0]["revision"] == "v42"
    assert (find_run(stage)["id"], list_pods(stage, "v42")) == (run, pods)
    assert stage.condition("Stalled") == {}


def test_a_template_that_is_too_large_to_be_copied_is_told_and_the_champion_serves(stage: Stage) -> None:
    stage.apply(make_template("v42", env=[{"name": "MODEL", "value": "m" * 70_000}]))
    stage.apply(refer("candidate"))
    stage.start()
    until(lambda: tend(stage) and find_serving(stage) == "v41", "the champion", stage.tell)
    until(lambda: stage.condition("Stalled").get("reason") == "SourceNotUsable", "SourceNotUsable", stage.tell)
    assert "more than 64 kB" in stage.condition("Stalled")["message"]
    assert find_run(stage) == {}


def test_a_status_that_is_lost_finds_the_copy_again_although_the_object_is_gone(stage: Stage) -> None:
    stage.apply(make_template("v41"))
    stage.apply(change(refer("champion"), "spec.candidate", None))
    stage.start()
    until(lambda: tend(stage) and find_serving(stage) == "v41", "the champion", stage.tell)
    until(lambda: stage.condition("Ready").get("status") == "True", "Ready", stage.tell)
    pods, generations = list_pods(stage, "v41"), list_generations(stage)
    stage.stop()
    stage.kubectl("delete", "podtemplate", "feed-v41")
    stage.kubectl("patch", "ilx", "home-feed", "--subresource=status", "--type=merge", '-p={"status":null}')
    stage.start()
    until(lambda: stage.condition("Ready").get("status") == "True", "Ready", stage.tell)
    assert (find_serving(stage), list_pods(stage, "v41"), list_generations(stage)) == ("v41", pods, generations)


def make_service(**selector: str) -> dict[str, Any]:
    """A Service of somebody else's."""
    spec = {"selector": selector, "ports": [{"port": 80, "targetPort": 9000}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "checkout"}, "spec": spec}


def test_a_candidate_that_a_service_of_others_selects_has_no_pods_until_that_is_narrowed(stage: Stage) -> None:
    stage.apply(make_template("v42"))
    stage.apply(make_service(app="feed"))
    stage.apply(refer("candidate"))
    stage.start()
    until(lambda: tend(stage) and find_serving(stage) == "v41", "the champion", stage.tell)
    until(lambda: stage.condition("Stalled").get("reason") == "SelectedElsewhere", "SelectedElsewhere", stage.tell)
    assert "the Service 'checkout' selects pods by app=feed" in stage.condition("Stalled")["message"]
    assert list_pods(stage, "v42") == set()
    stage.apply(make_service(app="feed", track="stable"))
    until(lambda: tend(stage) and find_run(stage).get("stage") == "Running", "the run", stage.tell)

    stage.apply(make_service(app="feed") | {"metadata": {"name": "search"}})
    stage.stop()  # another process looks at once
    stage.start()
    until(lambda: stage.condition("Stalled").get("reason") == "SelectedElsewhere", "SelectedElsewhere", stage.tell)
    assert "The run goes on" in stage.condition("Stalled")["message"]
    assert find_run(stage)["stage"] == "Running"
    assert len(stage.get("pods", "--selector", SELECTOR)["items"]) == 2
