"""Acting: what is desired is applied, what is no longer desired is deleted, pods are told to read their mounts."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.revision import digest
from interleaver.api.routing import decode
from interleaver.controller.children import Children
from interleaver.controller.cluster import Cluster, ClusterError, Manifest
from interleaver.controller.containment import contains
from interleaver.controller.denial import is_denied
from interleaver.controller.pods import is_over, is_terminating, revision_hash

log: Final = logging.getLogger(__name__)

# Only a revision's own objects ever go; the entry Service, the ConfigMap and the key Secret live with the experiment.
PRUNED: Final = ("Deployment", "Service", "ControllerRevision")


@dataclass
class Applied:
    """How the API server stored what was applied, by kind, namespace and name.

    It may write a value in another form (1000m becomes 1); what it made of our words must not be applied for ever.
    """

    forms: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def is_current(self, wanted: Manifest, live: Manifest | None) -> bool:
        """Whether the live object says what is wanted."""
        if live is None or applied_digest(live) != applied_digest(wanted):
            return False
        return contains(live, wanted) or self.forms.get(_identity(wanted)) == digest(_form(live))

    def note(self, wanted: Manifest, stored: Manifest) -> None:
        """Remember the answer to an apply."""
        self.forms[_identity(wanted)] = digest(_form(stored))


def applied_digest(manifest: Manifest) -> str | None:
    """The digest of what was applied last, as the object carries it."""
    found: str | None = (manifest["metadata"].get("annotations") or {}).get(names.ANNOTATION_APPLIED)
    return found


def _identity(manifest: Manifest) -> tuple[str, str, str]:
    return manifest["kind"], manifest["metadata"]["namespace"], manifest["metadata"]["name"]


def _form(live: Manifest) -> Manifest:
    """What of a live object can be ours: no status, and of the metadata what an apply sets."""
    meta = {key: live["metadata"].get(key) for key in ("labels", "annotations", "ownerReferences")}
    # The Deployment's controller counts rollouts in an annotation of its own.
    meta["annotations"] = {
        key: value for key, value in (meta["annotations"] or {}).items() if key.startswith(f"{names.GROUP}/")
    }
    return {key: value for key, value in live.items() if key not in ("status", "metadata")} | {"metadata": meta}


async def apply_all(
    cluster: Cluster, wanted: Iterable[Manifest], children: Children, entry: str, applied: Applied
) -> tuple[int, list[str]]:
    """Apply what is not as wanted, in order; returns how many were, and the API server's words on those it denied.

    A manifest that is denied does not keep the others from being applied: the champion must not wait for a candidate.
    Raises ClusterError for every other failure.
    """
    count, denials = 0, []
    for manifest in wanted:
        if applied.is_current(manifest, find_live(manifest, children, entry)):
            continue
        try:
            applied.note(manifest, await cluster.apply(manifest))
        except ClusterError as error:
            if not is_denied(error):
                raise
            denials.append(f"{manifest['kind']} {manifest['metadata']['name']}: {error.message}")
            continue
        count += 1
        log.info("applied kind=%s namespace=%s name=%s", *_identity(manifest))
    return count, denials


def find_live(manifest: Manifest, children: Children, entry: str) -> Manifest | None:
    """The live object of a manifest's kind and name. The entry Service is known even without the labels."""
    kind, _, name = _identity(manifest)
    return children.entry if (kind, name) == ("Service", entry) else children.find(kind, name)


def find_superfluous(experiment: Experiment, wanted: Iterable[Manifest], children: Children) -> list[Manifest]:
    """Live objects of revisions that nothing desired belongs to any more.

    Only objects with all our labels, and the uid of this very experiment; never what serves; and nothing at all when
    nothing is desired, for then something is wrong.
    """
    kept = {hash_ for manifest in wanted if (hash_ := revision_hash(manifest))}
    if not kept:
        return []
    if experiment.status.serving:
        kept.add(experiment.status.serving.hash)
    return [
        live
        for kind in PRUNED
        for live in children.of_kind(kind)
        if is_ours(live, experiment)
        and revision_hash(live) not in {*kept, None}
        and live["metadata"]["name"] != experiment.spec.service.name
        and not is_terminating(live)
    ]


def is_ours(live: Manifest, experiment: Experiment) -> bool:
    """Whether the object was made for this very experiment."""
    labels = live["metadata"].get("labels") or {}
    return (
        labels.get(names.LABEL_EXPERIMENT) == experiment.metadata.name
        and labels.get(names.LABEL_EXPERIMENT_UID) == experiment.metadata.uid
        and labels.get(names.LABEL_MANAGED_BY) == names.FIELD_MANAGER
    )


async def prune(cluster: Cluster, superfluous: Iterable[Manifest]) -> int:
    """Delete objects that are no longer desired; returns how many. Raises ClusterError."""
    count = 0
    for live in superfluous:
        await cluster.delete(live)
        count += 1
        log.info("deleted kind=%s namespace=%s name=%s", *_identity(live))
    return count


def generation_wanted(wanted: Iterable[Manifest]) -> int | None:
    """The generation of the router configuration among the manifests; None when there is none."""
    for manifest in wanted:
        if manifest["kind"] == "ConfigMap" and names.CONFIG_FILE in manifest.get("data", {}):
            return decode(manifest["data"][names.CONFIG_FILE]).generation
    return None


def find_untouched(pods: Iterable[Manifest], generation: int) -> list[Manifest]:
    """Pods that were not yet told of this generation of the configuration."""
    return [
        pod
        for pod in pods
        if not is_terminating(pod)
        and not is_over(pod)
        and (pod["metadata"].get("annotations") or {}).get(names.ANNOTATION_CONFIG_GENERATION) != str(generation)
    ]


async def touch(cluster: Cluster, pods: Iterable[Manifest], generation: int) -> None:
    """Change an annotation of the pods: the kubelet then refreshes their mounts in 0.5 s instead of 60 to 80 s.

    Raises ClusterError; a pod that has gone meanwhile is no failure.
    """
    for pod in pods:
        try:
            await cluster.annotate_pod(pod, {names.ANNOTATION_CONFIG_GENERATION: str(generation)})
        except ClusterError as error:
            if error.code not in (404, 409, 422):
                raise
