"""Tools that deploy from Git: how an object that one of them tracks is known, and how it is kept from being pruned."""

from typing import Final, NamedTuple

from interleaver.api.manifest import Manifest


class Tracker(NamedTuple):
    """A tool, the mark of what it tracks, and the annotation with which it leaves an object alive."""

    name: str
    mark: str  # a label or an annotation
    annotation: str
    value: str


TRACKERS: Final = (
    Tracker("Argo CD", "argocd.argoproj.io/tracking-id", "argocd.argoproj.io/sync-options", "Prune=false"),
    Tracker("Flux", "kustomize.toolkit.fluxcd.io/name", "kustomize.toolkit.fluxcd.io/prune", "disabled"),
    Tracker("Helm", "meta.helm.sh/release-name", "helm.sh/resource-policy", "keep"),
)


def find_tracker(metadata: Manifest) -> str:
    """The tool that would delete the object once it is out of Git, and how to stop it; empty when there is none."""
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    for tool in TRACKERS:
        said = annotations.get(tool.annotation, "").replace(" ", "").split(",")
        if (tool.mark in annotations or tool.mark in labels) and tool.value not in said:
            return (
                f"{tool.name} tracks it and would set it back, and delete it once it is out of Git: annotate it with "
                f"{tool.annotation}={tool.value}, and take it out of Git"
            )
    return ""
