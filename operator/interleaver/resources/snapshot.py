"""The ControllerRevision that keeps a revision's resolved template and the sidecar of its pods."""

import json

from interleaver.api import names
from interleaver.api.experiment import Metadata
from interleaver.api.manifest import Manifest
from interleaver.api.revision import Snapshot, canonical
from interleaver.api.sidecar import Sidecar
from interleaver.resources.metadata import child, revision_labels, revision_object_name, stamp


def controller_revision(owner: Metadata, snapshot: Snapshot, kept: bool = False) -> Manifest:
    """The snapshot as an object. Its data can never change: a sidecar that replaced the first is an annotation."""
    name, first = revision_object_name(owner.name, snapshot.hash), snapshot.first or snapshot.sidecar
    renewed = snapshot.sidecar != first
    annotations = {names.ANNOTATION_ROUTER: canonical(snapshot.sidecar.to_dict()).decode()} if renewed else {}
    labels = revision_labels(snapshot.identity)
    head = child(owner, "apps/v1", "ControllerRevision", name, labels=labels, annotations=annotations)
    data = snapshot.model_copy(update={"sidecar": first, "first": None}).to_dict()
    return stamp(head | {"revision": 1, "data": data}, kept)


def parse_snapshot(manifest: Manifest) -> Snapshot:
    """The snapshot that a ControllerRevision keeps. Raises ValueError when it was tampered with."""
    kept = Snapshot.model_validate(manifest["data"])
    annotations = manifest.get("metadata", {}).get("annotations") or {}
    if names.ANNOTATION_ROUTER not in annotations:
        return kept
    return kept.renew(Sidecar.model_validate(json.loads(annotations[names.ANNOTATION_ROUTER])))
