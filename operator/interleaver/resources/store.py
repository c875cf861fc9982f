"""The Secret with what routers get of other Secrets: the vote store's URL, and the bearer token of feedback."""

from base64 import b64encode
from collections.abc import Mapping

from interleaver.api.experiment import Metadata
from interleaver.api.manifest import Manifest
from interleaver.resources.metadata import child, store_object_name


def store_secret(owner: Metadata, files: Mapping[str, str]) -> Manifest:
    """The Secret with these files. It carries no digest of its content: what it holds stands nowhere else."""
    head = child(owner, "v1", "Secret", store_object_name(owner.name))
    return head | {"type": "Opaque", "data": {name: b64encode(text.encode()).decode() for name, text in files.items()}}
