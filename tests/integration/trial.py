"""A run on a real API server whose pods no kubelet takes: a person's part is played by patches of the pods' status.

Routers cannot be read there, so a run is Running and no look ever counts: what is tested are orders.
"""

import json
from typing import Any

from interleaver.api import names
from tests.integration.documents import change, load
from tests.integration.test_controller_program import Stage, until

SELECTOR = f"{names.LABEL_EXPERIMENT}=home-feed"
NOWHERE = {"interleaver.test/node": "none"}  # a node selector; nobody else then writes the status of such pods


def make_trial() -> dict[str, Any]:
    """An experiment with a candidate whose pods stay where a test puts them. A former run is over at once."""
    document = change(load(), "spec.promotion", {"rollbackWindow": "5s", "progressDeadline": "5m"})
    for role in ("champion", "candidate"):
        document["spec"][role]["source"]["template"]["spec"]["nodeSelector"] = NOWHERE
    return document


def rename(document: dict[str, Any], role: str, revision: str) -> dict[str, Any]:
    """The same experiment with another version of a model."""
    renamed = change(document, f"spec.{role}.revision", revision)
    renamed["spec"][role]["source"]["template"]["spec"]["containers"][0]["image"] = f"registry.example.com/m:{revision}"
    return renamed


def tend(stage: Stage) -> bool:
    """Make every pod of the experiment Ready, as a kubelet would; False while there is none."""
    pods = stage.get("pods", "--selector", SELECTOR)["items"]
    for number, pod in enumerate(pods):
        if not pod["status"].get("podIP"):
            make_ready(stage, pod, f"10.244.{9 + number}.{pod['metadata']['uid'].encode()[0]}")
    return bool(pods)


def make_ready(stage: Stage, pod: dict[str, Any], address: str) -> None:
    """What a kubelet would say of a pod."""
    ready = [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]
    status = {
        "phase": "Running",
        "startTime": ready[0]["lastTransitionTime"],
        "podIP": address,
        "podIPs": [{"ip": address}],
        "conditions": ready,
    }
    patch = json.dumps({"status": status})
    stage.kubectl("patch", "pod", pod["metadata"]["name"], "--subresource=status", "--type=merge", f"-p={patch}")


def start_run(stage: Stage, document: dict[str, Any]) -> str:
    """Apply an experiment and tend its pods until its run is Running; returns the run's id."""
    stage.apply(document)
    stage.start()
    until(lambda: tend(stage) and find_run(stage).get("stage") == "Running", "a run", stage.tell)
    return str(find_run(stage)["id"])


def find_run(stage: Stage) -> dict[str, Any]:
    """The run that is going on; empty when there is none."""
    found: dict[str, Any] = stage.experiment().get("status", {}).get("run") or {}
    return found


def find_serving(stage: Stage) -> str:
    """The revision that serves; empty while none does."""
    serving: dict[str, str] = stage.experiment().get("status", {}).get("serving") or {}
    return serving.get("revision", "")


def find_verdict(stage: Stage) -> tuple[str, str]:
    """The last verdict and its reason."""
    decision: dict[str, str] = stage.experiment().get("status", {}).get("decision") or {}
    return decision.get("verdict", ""), decision.get("reason", "")


def list_generations(stage: Stage) -> dict[str, int]:
    """How often each Deployment of the experiment was changed, by its revision's name."""
    found = stage.get("deployments", "--selector", SELECTOR)["items"]
    return {one["metadata"]["labels"][names.LABEL_REVISION]: one["metadata"]["generation"] for one in found}


def list_pods(stage: Stage, revision: str) -> set[str]:
    """The uids of a revision's pods, those that are leaving excluded."""
    found = stage.get("pods", "--selector", f"{SELECTOR},{names.LABEL_REVISION}={revision}")["items"]
    return {pod["metadata"]["uid"] for pod in found if "deletionTimestamp" not in pod["metadata"]}
