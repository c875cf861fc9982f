"""Asking the API server for objects, by a connection that stays open.

Stories look twice a second for minutes. kubectl takes a fifteenth of a second of a core each time, which is most of
what they cost; this takes a few milliseconds of waiting.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from interleaver.api import names
from interleaver.plugin.cluster.access import Place, connect
from interleaver.plugin.cluster.api import Api


class Kind(NamedTuple):
    """Where objects of a kind are."""

    root: str
    plural: str
    kind: str


KINDS: Final = (
    Kind(f"/apis/{names.GROUP}/{names.VERSION}", names.PLURAL, names.KIND),
    Kind("/apis/apps/v1", "controllerrevisions", "ControllerRevision"),
    Kind("/apis/apps/v1", "deployments", "Deployment"),
    Kind("/apis/apps/v1", "replicasets", "ReplicaSet"),
    Kind("/apis/argoproj.io/v1alpha1", "applications", "Application"),
    Kind("/apis/kustomize.toolkit.fluxcd.io/v1", "kustomizations", "Kustomization"),
    Kind("/apis/coordination.k8s.io/v1", "leases", "Lease"),
    Kind("/api/v1", "configmaps", "ConfigMap"),
    Kind("/api/v1", "events", "Event"),
    Kind("/api/v1", "pods", "Pod"),
    Kind("/api/v1", "secrets", "Secret"),
    Kind("/api/v1", "services", "Service"),
)
SHORT: Final = {"ilx": KINDS[0], "events.events.k8s.io": Kind("/apis/events.k8s.io/v1", "events", "Event")}
WORDS: Final = {word: kind for kind in KINDS for word in (kind.plural, kind.kind.lower())} | SHORT


@cache
def open_connection(kubeconfig: Path) -> Api:
    """A connection as the administrator."""
    return connect(Place(kubeconfig=str(kubeconfig)))


def ask(kubeconfig: Path, kinds: str, namespace: str, name: str = "", selector: str = "") -> dict[str, Any]:
    """The object of that name, or a list of all that match the label selector; of several kinds, as kubectl has them
    with commas in between. Raises Refusal, with what the API server says."""
    api = open_connection(kubeconfig)
    if name:
        return api.get(f"{find_path(WORDS[kinds], namespace)}/{name}")
    query, found = {"labelSelector": selector} if selector else {}, []
    for kind in (WORDS[word] for word in kinds.split(",")):
        items = api.get(find_path(kind, namespace), **query)["items"]
        found += [{"kind": kind.kind} | item for item in items]
    return {"items": found}


def find_path(kind: Kind, namespace: str) -> str:
    return f"{kind.root}/namespaces/{namespace}/{kind.plural}"
