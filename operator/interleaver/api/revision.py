"""A revision: one immutable version of a model server, and the snapshot that is kept of it."""

import hashlib
import json
from typing import Any, Final

from interleaver.api.fields import Line, Model
from interleaver.api.once import once
from interleaver.api.v1alpha1 import Candidate, Resources, Router

HASH_LENGTH: Final = 10


def digest(value: Any) -> str:
    """A short hash of a JSON value that does not depend on the order of its keys: 10 hexadecimal digits."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


class Identity(Model):
    """A revision by its name and the hash that names its objects."""

    revision: Line
    """Name of the revision."""
    hash: Line
    """Hash that names its objects."""


class Sidecar(Model):
    """What the operator adds to a revision's pods, stamped when it is first deployed and kept.

    An operator upgrade, or another spec.router, must not restart what runs.
    """

    image: str
    port: int
    admin_port: int
    resources: Resources


class Revision(Model):
    """A revision with its resolved pod template."""

    name: str
    port: int
    template: dict[str, Any]

    @property
    def hash(self) -> str:
        """Names the revision's objects. Covers name, port and template; neither scale nor the router."""
        return hash_revision(self)

    @property
    def identity(self) -> Identity:
        return Identity(revision=self.name, hash=self.hash)


@once
def hash_revision(revision: Revision) -> str:
    """The hash of a revision."""
    return digest({"name": revision.name, "port": revision.port, "template": revision.template})


class Snapshot(Revision):
    """What a ControllerRevision keeps: the revision and the sidecar it was first deployed with."""

    sidecar: Sidecar


@once
def resolve(source: Candidate) -> Revision | None:
    """The revision that a champion or candidate in the spec means; None when its source is not supported yet."""
    if source.source.template is None:
        return None
    return Revision(name=source.revision, port=source.port, template=without_nulls(source.source.template))


def without_nulls(value: Any) -> Any:
    """A JSON value without fields that are null: the API server drops those, and the hash must survive that."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def snapshot(revision: Revision, router: Router, image: str) -> Snapshot:
    """The revision with the sidecar it would be deployed with today."""
    sidecar = Sidecar(image=image, port=router.port, admin_port=router.admin_port, resources=router.resources)
    return Snapshot(name=revision.name, port=revision.port, template=revision.template, sidecar=sidecar)
