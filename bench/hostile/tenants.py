"""What tenants store: nothing here needs a right that a tenant has not, but for the fake pods' status."""

import json
from typing import Any, Final

from tests.integration.documents import change, load

from interleaver.api import names

Document = dict[str, Any]

MEGABYTE: Final = 1 << 20
ROUTER: Final = "router"


def make_experiment(name: str, namespace: str) -> Document:
    """An experiment with a champion whose image is nowhere, and is not looked for."""
    document = change(change(load(), "spec.candidate", None), "spec.service", {"name": name})
    document["metadata"] = {"name": name, "namespace": namespace}
    document["spec"]["champion"]["source"]["template"]["spec"]["containers"][0]["imagePullPolicy"] = "Never"
    return document


def make_hoard(namespace: str, number: int, size: int = MEGABYTE) -> Document:
    """A ConfigMap that says it belongs to the experiment `feed`, and is full."""
    metadata = {"name": f"hoard-{number}", "namespace": namespace, "labels": {names.LABEL_EXPERIMENT: "feed"}}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"x": "x" * (size - 1000)}}


def make_bloated(namespace: str, number: int, size: int = MEGABYTE) -> Document:
    """An experiment with a template that the API server would take, and that is full."""
    document = make_experiment(f"bloated-{number}", namespace)
    container = document["spec"]["champion"]["source"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": f"V{each}", "value": "x" * 460} for each in range(size // 500)]
    return document


def make_deep(namespace: str, levels: int = 9000) -> str:
    """An experiment with a template that no parser which calls itself can follow, as text."""
    document = make_experiment("deep", namespace)
    document["spec"]["champion"]["source"]["template"]["x"] = "HERE"
    return json.dumps(document).replace('"HERE"', "[" * levels + "]" * levels)


def make_pod(namespace: str, experiment: str, hash_: str, name: str, port: int) -> Document:
    """A pod that nobody runs, whose router is said to be at a port."""
    router = {
        "name": names.ROUTER_CONTAINER,
        "image": "none",
        "ports": [{"name": names.ADMIN_PORT_NAME, "containerPort": port}],
    }
    labels = {names.LABEL_EXPERIMENT: experiment, names.LABEL_HASH: hash_}
    spec = {
        "schedulerName": "nobody",
        "initContainers": [router],
        "containers": [{"name": "model", "image": "none"}],
        "automountServiceAccountToken": False,
    }
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


STATUS: Final = {
    "status": {
        "phase": "Running",
        "podIP": "127.0.0.1",
        "podIPs": [{"ip": "127.0.0.1"}],
        "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
    }
}
