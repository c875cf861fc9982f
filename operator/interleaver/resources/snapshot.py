"""The ControllerRevision that keeps a revision's resolved template and the sidecar it was first deployed with."""

from interleaver.api.experiment import Metadata
from interleaver.api.manifest import Manifest
from interleaver.api.revision import Snapshot
from interleaver.resources.metadata import child, revision_labels, revision_object_name, stamp


def controller_revision(owner: Metadata, snapshot: Snapshot) -> Manifest:
    """The snapshot as an object. Its data can never change: neither does what it stands for."""
    name = revision_object_name(owner.name, snapshot.hash)
    head = child(owner, "apps/v1", "ControllerRevision", name, labels=revision_labels(snapshot.identity))
    return stamp(head | {"revision": 1, "data": snapshot.to_dict()})


def parse_snapshot(manifest: Manifest) -> Snapshot:
    """The snapshot that a ControllerRevision keeps. Raises pydantic.ValidationError when it was tampered with."""
    return Snapshot.model_validate(manifest["data"])
