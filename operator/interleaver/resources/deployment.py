"""The Deployment of a revision: the template as its author wrote it, and what the router needs."""

import re
from math import ceil
from typing import Any, Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.fields import seconds
from interleaver.api.manifest import Manifest
from interleaver.api.revision import Snapshot, find_model
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
SHELLS: Final = ("sh", "bash", "ash", "dash")
PAUSING: Final = re.compile(r"\s*sleep ([0-9]{1,4})s?\b(?![.])")
SHELL_OPTIONS: Final = ("-c", "-ec", "-lc")
# Pods that carry these would be taken for a GitOps tool's own and pruned.
TRACKING_PREFIXES: Final = ("argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/")


def deployment(
    experiment: Experiment, snapshot: Snapshot, size: int, pods_uid: str | None = None, kept: bool = False
) -> Manifest:
    """The Deployment of a revision with `size` pods. `pods_uid` is the experiment's uid in the labels that its pods
    have already, which may be a former one's."""
    owner = experiment.metadata
    name = revision_object_name(owner.name, snapshot.hash)
    head = child(owner, "apps/v1", "Deployment", name, labels=revision_labels(snapshot.identity))
    spec = {
        "replicas": size,
        "revisionHistoryLimit": 1,
        "progressDeadlineSeconds": max(1, ceil(seconds(experiment.spec.promotion.progress_deadline))),
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "selector": {"matchLabels": pod_selector(owner.name, snapshot.hash)},
        "template": pod_template(experiment, snapshot, pods_uid),
    }
    return stamp(head | {"spec": spec}, kept)


def pod_template(experiment: Experiment, snapshot: Snapshot, pods_uid: str | None = None) -> Manifest:
    """The author's template with the router beside the model."""
    given = snapshot.template.get("metadata") or {}
    labels = own_labels(given.get("labels")) | experiment_labels(experiment.metadata)
    labels |= {names.LABEL_EXPERIMENT_UID: pods_uid} if pods_uid else {}
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
    containers = [container for container in given.get("containers") or [] if isinstance(container, dict)]
    grace = given.get("terminationGracePeriodSeconds")
    grace = grace if isinstance(grace, int) else GRACE_SECONDS
    if containers:
        model = find_model(containers, snapshot.port, snapshot.container)
        former, containers[model] = containers[model], with_hooks(containers[model], snapshot)
        grace += MODEL_STOP_SECONDS if is_longer(former, containers[model]) else 0
    grace = max(grace, GRACE_SECONDS)
    return {"automountServiceAccountToken": False} | given | {
        "containers": containers,
        "initContainers": [*(given.get("initContainers") or []), router_container(snapshot, grace)],
        "volumes": add_volumes(given.get("volumes") or [], router_volumes(experiment, snapshot)),
        "terminationGracePeriodSeconds": grace,
    }  # fmt: skip


def add_volumes(given: list[Any], added: list[Manifest]) -> list[Any]:
    """The author's volumes and the router's; an author that has one for samples says where they are kept."""
    is_kept = any(isinstance(volume, dict) and volume.get("name") == names.SAMPLES_VOLUME for volume in given)
    return [*given, *(volume for volume in added if not is_kept or volume["name"] != names.SAMPLES_VOLUME)]


def with_hooks(model: Manifest, snapshot: Snapshot) -> Manifest:
    """The model's container with a readiness probe where its author gave none, and with a pause before it stops."""
    given = model.get("lifecycle") or {}
    pause: Manifest = {"sleep": {"seconds": MODEL_STOP_SECONDS}}
    hook = given.get("preStop", pause)
    lifecycle = {**given, "preStop": with_pause(hook) if snapshot.sidecar.form else hook}
    probe = {"tcpSocket": {"port": snapshot.port}, "periodSeconds": 1}
    return {"readinessProbe": probe} | model | {"lifecycle": lifecycle}


def with_pause(hook: Manifest) -> Manifest:
    """The author's preStop hook with the pause before it, so that the model still serves meanwhile.

    A container has one hook. A shell can be told to sleep first; any other program, or a GET, cannot, for the image
    need not have a shell.
    """
    command = (hook.get("exec") or {}).get("command")
    if "sleep" in hook:
        return {"sleep": {"seconds": max(MODEL_STOP_SECONDS, hook["sleep"].get("seconds") or 0)}}
    if isinstance(command, list) and len(command) > 2 and is_shell(command[0]) and command[1] in SHELL_OPTIONS:
        shell, option, script, *rest = command
        if (pauses := PAUSING.match(str(script))) and int(pauses[1]) >= MODEL_STOP_SECONDS:
            return hook
        return {"exec": {"command": [shell, option, f"sleep {MODEL_STOP_SECONDS} || :\n{script}", *rest]}}
    return hook


def is_shell(program: Any) -> bool:
    """Whether a program takes a script as shells do."""
    return str(program).rpartition("/")[2] in SHELLS


def is_longer(former: Manifest, model: Manifest) -> bool:
    """Whether the author's own hook runs after a pause now, and needs as much more time."""
    hook = (former.get("lifecycle") or {}).get("preStop") or {}
    return "exec" in hook and hook != model["lifecycle"]["preStop"]
