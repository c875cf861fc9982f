"""Trouble: why a revision's pods do not get Ready, as "Reason: words". Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from interleaver.api import conditions, names
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.pods import (
    condition,
    container_statuses,
    is_over,
    is_ready,
    is_terminating,
)

NOTHING_SAID: Final[Mapping[str, str]] = {}
OUT_OF_MEMORY: Final = "OOMKilled"
LONGEST: Final = 500  # characters; the words end in a condition's message
# Reasons for waiting that pass by themselves.
_USUAL: Final = ("ContainerCreating", "PodInitializing")


def trouble(
    deployment: Manifest | None, pods: Iterable[Manifest], said: Mapping[str, str] = NOTHING_SAID
) -> str | None:
    """The first trouble found: the Deployment's, then its pods', newest first; None when there is none.

    Pods that are Ready, being terminated or over have no trouble that matters. What a router has `said`, by the pod's
    uid, comes after what the kubelet says of the same pod: a model that has crashed does not answer either.
    """
    found = [*_of_deployment(deployment)]
    for pod in sorted(pods, key=lambda pod: str(pod["metadata"].get("creationTimestamp", "")), reverse=True):
        if not (is_ready(pod) or is_terminating(pod) or is_over(pod)):
            found += _of_pod(pod)
            found += filter(None, [said.get(pod["metadata"].get("uid", ""))])
    return found[0][:LONGEST] if found else None


def _of_deployment(deployment: Manifest | None) -> Iterator[str]:
    failure = condition(deployment, "ReplicaFailure") if deployment else None
    if failure and failure["status"] == "True":
        yield f"{failure.get('reason', 'ReplicaFailure')}: {failure.get('message', '')}"


def _of_pod(pod: Manifest) -> Iterator[str]:
    scheduled = condition(pod, "PodScheduled")
    if scheduled and scheduled["status"] == "False":
        yield f"{scheduled.get('reason', 'Unschedulable')}: {scheduled.get('message', '')}"
    if _is_cut_off(pod):
        node = pod["spec"].get("nodeName")
        yield f"NodeUnreachable: its containers were Ready, and then node {node} was not heard of any more"
    for status in container_statuses(pod):
        yield from _of_container(status)


def _is_cut_off(pod: Manifest) -> bool:
    """Whether a node that fell silent is why the pod is not Ready: of a pod's conditions the control plane then changes
    this one, and leaves as it was what only the kubelet knows."""
    ready, containers = condition(pod, "Ready") or {}, condition(pod, "ContainersReady") or {}
    is_gated = ready.get("reason") == "ReadinessGatesNotReady"
    return containers.get("status") == "True" and ready.get("status") in ("False", "Unknown") and not is_gated


def _of_container(status: Manifest) -> Iterator[str]:
    name, state = status["name"], status.get("state", {})
    waiting, ended = state.get("waiting"), state.get("terminated")
    last = status.get("lastState", {}).get("terminated")
    if taken := _find_port_taken(name, ended or last):
        yield f"{conditions.PORT_CONFLICT}: {taken}"
    elif waiting and waiting.get("reason") not in _USUAL:
        words = _joined(waiting.get("message"), _ending(last))
        # That it waits is the consequence; a limit that it met is the cause, and has another cure than a crash.
        reason = OUT_OF_MEMORY if (last or {}).get("reason") == OUT_OF_MEMORY else waiting.get("reason", "Waiting")
        yield f"{reason}: container {name}: {words}"
    elif ended and ended.get("exitCode"):
        yield f"{ended.get('reason', 'Error')}: container {name}: {_ending(ended)}"
    elif last and not status.get("ready") and not ended:
        yield f"{last.get('reason', 'Error')}: container {name} was restarted: {_ending(last)}"


def _find_port_taken(container: str, ended: Manifest | None) -> str | None:
    """What to do about a port that the router could not have: a container listens on it without declaring it."""
    words = ((ended or {}).get("message") or "").strip()
    if container != names.ROUTER_CONTAINER or not words.startswith(names.PORT_TAKEN):
        return None
    fix = "a container of the template listens there without declaring it: give one of them another port"
    return f"container {container} could not start, for {words}: {fix} (spec.router has the router's)"


def _ending(ended: Manifest | None) -> str | None:
    if not ended:
        return None
    return _joined(f"exit code {ended.get('exitCode')}", (ended.get("message") or "").strip() or None)


def _joined(*words: str | None) -> str:
    return "; ".join(word for word in words if word) or "no message"
