"""The kinds of objects the operator talks about, written down so that no discovery is needed."""

from typing import Any, Final

from kubernetes.aio.dynamic import Resource

from interleaver.api import names

EXPERIMENT: Final = names.KIND

# kind: (group, version, plural)
_KINDS: Final = {
    "Pod": ("", "v1", "pods"),
    "Service": ("", "v1", "services"),
    "ConfigMap": ("", "v1", "configmaps"),
    "Secret": ("", "v1", "secrets"),
    "Deployment": ("apps", "v1", "deployments"),
    "ReplicaSet": ("apps", "v1", "replicasets"),
    "Job": ("batch", "v1", "jobs"),
    "PodTemplate": ("", "v1", "podtemplates"),
    "ControllerRevision": ("apps", "v1", "controllerrevisions"),
    "Event": ("events.k8s.io", "v1", "events"),
    "Lease": ("coordination.k8s.io", "v1", "leases"),
    EXPERIMENT: (names.GROUP, names.VERSION, names.PLURAL),
}
PLURALS: Final = tuple(plural for _, _, plural in _KINDS.values())


def resource(kind: str) -> Any:
    """The client's description of a kind. Raises KeyError for a kind the operator does not use."""
    group, version, plural = _KINDS[kind]
    prefix = "apis" if group else "api"
    return Resource(prefix=prefix, group=group, api_version=version, kind=kind, name=plural, namespaced=True)


def locate(kind: str) -> tuple[str, str, str]:
    """Group, version and plural of a kind."""
    return _KINDS[kind]


def find_kind(plural: str) -> str | None:
    """The kind whose objects a path with that last part leads to; None for one that the operator does not use."""
    return next((kind for kind, (_, _, known) in _KINDS.items() if known == plural), None)


def api_version(kind: str) -> str:
    """The apiVersion of a kind, as manifests carry it."""
    group, version, _ = _KINDS[kind]
    return f"{group}/{version}" if group else version


def head(kind: str) -> dict[str, str]:
    """How a manifest of a kind begins."""
    return {"apiVersion": api_version(kind), "kind": kind}
