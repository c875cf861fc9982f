"""The load of pods, as a metrics server would tell it, but said by a test.

The cluster's autoscaler reads the load from the API metrics.k8s.io, and asks nobody else. Here that is a definition
like any other, so that a test can say what load there is, and all that follows from it is real.
"""

import fcntl
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from interleaver.api import names
from tests.cluster import Cluster
from tests.integration.test_controller_program import Stage
from tests.integration.trial import SELECTOR

GROUP: Final = "metrics.k8s.io"
VERSION: Final = "v1beta1"


@contextmanager
def serve_metrics(cluster: Cluster) -> Iterator[None]:
    """The API until the block ends, for one test of this machine at a time. A cluster with a metrics server has it
    already: tests that would say other things than that one are skipped there."""
    with Path(tempfile.gettempdir(), "interleaver-metrics.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = "-o=jsonpath={.spec.service}"
        if cluster.kubectl("get", "apiservice", f"{VERSION}.{GROUP}", path, "--ignore-not-found"):
            pytest.skip("the cluster has a metrics server, which knows nothing of load that a test makes up")
        document = json.dumps(make_definition())
        cluster.kubectl("apply", "-f", "-", stdin=document)
        try:
            cluster.kubectl("wait", "--for=create", f"apiservice/{VERSION}.{GROUP}", "--timeout=30s")
            cluster.kubectl("wait", "--for=condition=Available", f"apiservice/{VERSION}.{GROUP}", "--timeout=30s")
            yield
        finally:
            cluster.kubectl("delete", "-f", "-", stdin=document)


def make_definition() -> dict[str, Any]:
    """PodMetrics, as far as an API server must know them to keep them."""
    metadata = {"name": f"pods.{GROUP}", "annotations": {"api-approved.kubernetes.io": "unapproved, a test's stand-in"}}
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    spec = {
        "group": GROUP,
        "scope": "Namespaced",
        "names": {"plural": "pods", "singular": "podmetrics", "kind": "PodMetrics", "listKind": "PodMetricsList"},
        "versions": [{"name": VERSION, "served": True, "storage": True, "schema": schema}],
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": metadata,
        "spec": spec,
    }


def tell_load(stage: Stage, millicores: int) -> None:
    """Say of a stage's pods what they use."""
    stage.kubectl("apply", "-f", "-", stdin=spread(stage.get("pods", "--selector", SELECTOR)["items"], millicores))


def spread(pods: list[dict[str, Any]], millicores: int) -> str:
    """Requests that cost so much in all, as a document to apply. What serves answers every one of them; so, here, does
    the candidate."""
    there = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]
    shares: dict[str, int] = {}
    for pod in there:
        hash_ = pod["metadata"]["labels"][names.LABEL_HASH]
        shares[hash_] = shares.get(hash_, 0) + 1
    found = [measure(pod, millicores // shares[pod["metadata"]["labels"][names.LABEL_HASH]]) for pod in there]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": found})


def measure(pod: dict[str, Any], millicores: int) -> dict[str, Any]:
    """What a metrics server says of a pod whose model uses so much. It has the pod's labels, by which it is found."""
    metadata = {key: pod["metadata"][key] for key in ("name", "namespace", "labels")}
    usage = {"model": millicores, names.ROUTER_CONTAINER: 5}
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": "PodMetrics",
        "metadata": metadata,
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "window": "15s",
        "containers": [{"name": name, "usage": {"cpu": f"{cpu}m", "memory": "64Mi"}} for name, cpu in usage.items()],
    }


def find_sizers(kubectl: Callable[..., str], name: str) -> set[str]:
    """Who wrote spec.replicas of an experiment last."""
    live = json.loads(kubectl("get", "ilx", name, "--show-managed-fields", "--output=json"))
    managed = live["metadata"]["managedFields"]
    return {each["manager"] for each in managed if "f:replicas" in each["fieldsV1"].get("f:spec", {})}
