"""What a pod's manifest says about the router and the model in it. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.api.fields import instant
from interleaver.api.http import write_host
from interleaver.api.manifest import Manifest

# Measured on a busy node: for up to 1.5 s after a pod was Ready its Service refused connections, for kube-proxy writes
# its rules once a second. Timestamps are whole seconds, so this is two to three of them.
SETTLING_SECONDS: Final = 3


def revision_hash(live: Manifest) -> str | None:
    """The hash of the revision that an object belongs to."""
    found: str | None = live["metadata"].get("labels", {}).get(names.LABEL_HASH)
    return found


def is_terminating(pod: Manifest) -> bool:
    """Whether the pod's end has begun."""
    return "deletionTimestamp" in pod["metadata"]


def is_over(pod: Manifest) -> bool:
    """Whether the pod has ended: evicted, for example, and kept as a record."""
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def is_ready(pod: Manifest) -> bool:
    """Whether the kubelet calls the pod Ready and it is to stay."""
    return not is_terminating(pod) and holds(pod, "Ready")


def is_settled(pod: Manifest, now: datetime) -> bool:
    """Whether the pod has been Ready for so long that requests reach it.

    A Ready condition in the future is of a clock that differs from ours; waiting for it would help nobody.
    """
    ready = condition(pod, "Ready") or {}
    age = (now - instant(ready["lastTransitionTime"])).total_seconds() if "lastTransitionTime" in ready else None
    return is_ready(pod) and (age is None or not 0 <= age < SETTLING_SECONDS)


def is_settling(pod: Manifest, now: datetime) -> bool:
    """Whether the pod is Ready, and is to be looked at again when requests reach it."""
    return is_ready(pod) and not is_settled(pod, now)


def has_router(pod: Manifest, now: datetime) -> bool:
    """Whether a router may answer: the pod has an address, has not ended, and its time to terminate is not over."""
    if is_over(pod) or not pod.get("status", {}).get("podIP") or revision_hash(pod) is None:
        return False
    return not is_terminating(pod) or now <= instant(pod["metadata"]["deletionTimestamp"])


class Port(NamedTuple):
    """A port of a router, as its pod declares it."""

    name: str | None
    number: int


def list_ports(pod: Manifest) -> Iterator[Port]:
    """The router's ports."""
    for container in pod["spec"].get("initContainers", []):
        if container["name"] == names.ROUTER_CONTAINER:
            yield from (Port(port.get("name"), int(port["containerPort"])) for port in container.get("ports", []))


def admin_port(pod: Manifest) -> int | None:
    """The router's admin port."""
    return next((port.number for port in list_ports(pod) if port.name == names.ADMIN_PORT_NAME), None)


def find_router_port(pod: Manifest) -> Port | None:
    """The router's port for requests."""
    return next((port for port in list_ports(pod) if port.name != names.ADMIN_PORT_NAME), None)


def pod_host(pod: Manifest) -> str:
    """The pod's address as it stands in a URL."""
    return write_host(pod["status"]["podIP"])


def condition(live: Manifest, kind: str) -> Manifest | None:
    """The condition of that type in an object's status."""
    found = live.get("status", {}).get("conditions") or []
    return next((one for one in found if one["type"] == kind), None)


def holds(live: Manifest, kind: str) -> bool:
    """Whether the object has that condition and it is True."""
    return (condition(live, kind) or {}).get("status") == "True"


def container_statuses(pod: Manifest) -> Iterator[Manifest]:
    """What the kubelet says of each container, init containers first."""
    status = pod.get("status", {})
    yield from status.get("initContainerStatuses") or []
    yield from status.get("containerStatuses") or []
