"""What is copied of a pod template that belongs to another object: all of it but the marks of those who manage that.

A mark that came along would make somebody else's tool take our pods for its own, and one that changes by itself would
look like another version of the model. With the labels by which a Deployment knows its pods, its Service would lead
past our routers, and its autoscaler would count our pods, and stop working beside one of ours (AmbiguousSelector).
"""

from collections.abc import Collection
from typing import Any, Final

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.api.revision import without_nulls

# Labels and annotations by which tools that deploy and prune know what is theirs, by how they begin.
TOOLS: Final = (
    "argocd.argoproj.io/",
    "kustomize.toolkit.fluxcd.io/",
    "helm.toolkit.fluxcd.io/",
    "meta.helm.sh/",
    "applyset.kubernetes.io/",
    "config.k8s.io/",
    "kapp.k14s.io/",
    f"{names.GROUP}/",
)
# What controllers, and kubectl, write into pods and templates: of whom they are, and when they were restarted.
CONTROLLERS: Final = (
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "controller-uid",
    "batch.kubernetes.io/controller-uid",
    "kubectl.kubernetes.io/restartedAt",
    "kubectl.kubernetes.io/last-applied-configuration",
)


def copy_template(live: Manifest) -> Manifest:
    """The template of a PodTemplate or a Deployment, as an author could have written it into the spec."""
    template = find_template(live)
    given = template.get("metadata") or {}
    labels, annotations = without_marks(given.get("labels")), without_marks(given.get("annotations"))
    selecting = list_selecting(live)
    labels = {key: value for key, value in labels.items() if key not in selecting}
    kept = {part: own for part, own in {"labels": labels, "annotations": annotations}.items() if own}
    copied: Manifest = without_nulls({key: value for key, value in template.items() if key != "metadata"})
    return copied | ({"metadata": kept} if kept else {})


def find_template(live: Manifest) -> Manifest:
    """The pod template of a PodTemplate or a Deployment."""
    holder: Manifest = live if live.get("kind") == "PodTemplate" else live.get("spec") or {}
    template: Manifest = holder.get("template") or {}
    return template


def list_selecting(live: Manifest) -> Collection[str]:
    """The labels by which a Deployment selects its pods. A PodTemplate has no pods."""
    selector = (live.get("spec") or {}).get("selector") or {}
    return {*(selector.get("matchLabels") or {}), *(one["key"] for one in selector.get("matchExpressions") or [])}


def without_marks(given: Any) -> dict[str, Any]:
    """Labels or annotations that say something of the pod itself."""
    return {key: value for key, value in (given or {}).items() if not key.startswith(TOOLS) and key not in CONTROLLERS}
