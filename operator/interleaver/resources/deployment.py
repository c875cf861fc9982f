"""The Deployment of a revision: the template as its author wrote it, and what the router needs."""

from math import ceil
from typing import Any, Final

from interleaver.api.experiment import Experiment
from interleaver.api.fields import seconds
from interleaver.api.manifest import Manifest
from interleaver.api.revision import Snapshot
from interleaver.resources.metadata import (
    child,
    experiment_labels,
    pod_selector,
    revision_labels,
    revision_object_name,
    stamp,
)
from interleaver.resources.sidecar import router_container, router_volumes

# Measured: with less than 5 s a rolling restart lost a request, for a dying pod still gets new connections.
MODEL_STOP_SECONDS: Final = 5
# The model's pause, what is in flight, and the router's own end must all fit.
GRACE_SECONDS: Final = 30
# Pods that carry these would be taken for a GitOps tool's own and pruned.
TRACKING_PREFIXES: Final = ("argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/")


def deployment(experiment: Experiment, snapshot: Snapshot, size: int) -> Manifest:
    """The Deployment of a revision with `size` pods."""
    owner = experiment.metadata
    name = revision_object_name(owner.name, snapshot.hash)
    head = child(owner, "apps/v1", "Deployment", name, labels=revision_labels(snapshot.identity))
    spec = {
        "replicas": size,
        "revisionHistoryLimit": 1,
        "progressDeadlineSeconds": max(1, ceil(seconds(experiment.spec.promotion.progress_deadline))),
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "selector": {"matchLabels": pod_selector(owner.name, snapshot.hash)},
        "template": pod_template(experiment, snapshot),
    }
    return stamp(head | {"spec": spec})


def pod_template(experiment: Experiment, snapshot: Snapshot) -> Manifest:
    """The author's template with the router beside the model."""
    given = snapshot.template.get("metadata") or {}
    labels = own_labels(given.get("labels")) | experiment_labels(experiment.metadata)
    metadata: dict[str, Any] = {"labels": labels | revision_labels(snapshot.identity)}
    if annotations := own_labels(given.get("annotations")):
        metadata["annotations"] = annotations
    return {"metadata": metadata, "spec": pod_spec(experiment.metadata.name, snapshot)}


def own_labels(given: Any) -> dict[str, Any]:
    """The labels or annotations of a template without those by which GitOps tools track objects."""
    return {key: value for key, value in (given or {}).items() if not key.startswith(TRACKING_PREFIXES)}


def pod_spec(experiment: str, snapshot: Snapshot) -> Manifest:
    """The author's pod with the router, its volumes, and a termination that loses no request."""
    given = snapshot.template.get("spec") or {}
    grace = given.get("terminationGracePeriodSeconds")
    return {"automountServiceAccountToken": False} | given | {
        "containers": model_containers(given.get("containers"), snapshot.port),
        "initContainers": [*(given.get("initContainers") or []), router_container(snapshot)],
        "volumes": [*(given.get("volumes") or []), *router_volumes(experiment)],
        "terminationGracePeriodSeconds": max(grace, GRACE_SECONDS) if isinstance(grace, int) else GRACE_SECONDS,
    }  # fmt: skip


def model_containers(given: Any, port: int) -> list[Manifest]:
    """The author's containers; the one that listens on `port` (or else the first) is the model."""
    containers = [container for container in given or [] if isinstance(container, dict)]
    if not containers:
        return []
    listening = (index for index, container in enumerate(containers) if port in container_ports(container))
    model = next(listening, 0)
    containers[model] = with_hooks(containers[model], port)
    return containers


def container_ports(container: Manifest) -> set[Any]:
    """The ports that a container declares."""
    return {port.get("containerPort") for port in container.get("ports") or [] if isinstance(port, dict)}


def with_hooks(model: Manifest, port: int) -> Manifest:
    """The model's container with a readiness probe and a pause before it stops, where its author gave none."""
    lifecycle = {"preStop": {"sleep": {"seconds": MODEL_STOP_SECONDS}}} | (model.get("lifecycle") or {})
    probe = {"tcpSocket": {"port": port}, "periodSeconds": 1}
    return {"readinessProbe": probe} | model | {"lifecycle": lifecycle}
