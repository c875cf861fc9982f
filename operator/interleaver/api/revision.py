"""A revision: one immutable version of a model server, and the snapshot that is kept of it."""

import hashlib
import json
from typing import Any, Final, NamedTuple

import msgspec

from interleaver.api.fields import Line, Model
from interleaver.api.manifest import Manifest
from interleaver.api.once import once
from interleaver.api.sidecar import Sidecar, make_sidecar
from interleaver.api.v1alpha1 import Candidate, Router

HASH_LENGTH: Final = 10


class Fraction(Exception):
    """A number that is not whole."""


def refuse_fraction(text: str) -> float:
    """Stop reading at a number that is not whole."""
    raise Fraction(text)


READER: Final = msgspec.json.Decoder(float_hook=refuse_fraction)


def canonical(value: Any) -> bytes:
    """A JSON value as `json.dumps` writes it, to the byte: what runs is named by hashes that were taken of that form.

    msgspec writes the same in a third of the time, but for letters that are no plain ASCII, fractions (1e16 for 1e+16)
    and keys that are no text. A visit takes a hash of every manifest.
    """
    try:
        text = msgspec.json.encode(value, order="sorted")
        if text.isascii() and b"\x7f" not in text:
            READER.decode(text)
            return text
    except (Fraction, TypeError, ValueError):
        pass
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """A short hash of a JSON value that does not depend on the order of its keys: 10 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()[:HASH_LENGTH]


class Identity(Model):
    """A revision by its name and the hash that names its objects."""

    revision: Line
    """Name of the revision."""
    hash: Line
    """Hash that names its objects."""


class Revision(Model):
    """A revision with its resolved pod template."""

    name: str
    port: int
    template: dict[str, Any]
    container: str | None = None

    @property
    def hash(self) -> str:
        """Names the revision's objects. Covers name, port, template and container; neither scale nor the router."""
        return hash_revision(self)

    @property
    def identity(self) -> Identity:
        return Identity(revision=self.name, hash=self.hash)


@once
def hash_revision(revision: Revision) -> str:
    """The hash of a revision."""
    named = {"container": revision.container} if revision.container else {}
    return digest({"name": revision.name, "port": revision.port, "template": revision.template} | named)


class Snapshot(Revision):
    """What a ControllerRevision keeps: the revision, and the sidecar that it has."""

    sidecar: Sidecar
    first: Sidecar | None = None
    """The one it was first deployed with, where that was replaced."""

    def renew(self, sidecar: Sidecar) -> "Snapshot":
        """The same revision with another sidecar."""
        return self.model_copy(update={"sidecar": sidecar, "first": self.first or self.sidecar})


@once
def resolve(source: Candidate) -> Revision | None:
    """The revision that a champion or candidate in the spec means; None when its source is not supported yet."""
    if source.source.template is None:
        return None
    template = without_nulls(source.source.template)
    return Revision(name=source.revision, port=source.port, template=template, container=source.container)


def without_nulls(value: Any) -> Any:
    """A JSON value without fields that are null: the API server drops those, and the hash must survive that."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def snapshot(revision: Revision, router: Router, image: str) -> Snapshot:
    """The revision with the sidecar it would be deployed with today."""
    return Snapshot(**dict(revision), sidecar=make_sidecar(router, image))


class DeclaredPort(NamedTuple):
    """A port that a container of a template declares."""

    container: str
    name: str | None
    numbers: dict[str, int]
    """What the pod listens on, by the field that says so; a port of the node only where pods share its network."""


def list_declared_ports(template: Manifest) -> list[DeclaredPort]:
    """The ports that all containers of a template declare; the API server need not have checked the template yet."""
    pod = find_pod(template)
    fields = ("containerPort", "hostPort") if pod.get("hostNetwork") is True else ("containerPort",)
    return [
        DeclaredPort(
            container=str(container.get("name")),
            name=port.get("name"),
            numbers={field: port[field] for field in fields if isinstance(port.get(field), int)},
        )
        for container in (*list_objects(pod.get("containers")), *list_objects(pod.get("initContainers")))
        for port in list_objects(container.get("ports"))
    ]


def find_pod(template: Manifest) -> Manifest:
    """The spec of a template's pods; empty when it is no object, for any object may stand in the spec as a template."""
    pod = template.get("spec")
    return pod if isinstance(pod, dict) else {}


def list_objects(value: Any) -> list[Manifest]:
    """The objects in a list; what is no list, or no object, declares nothing."""
    return [element for element in value if isinstance(element, dict)] if isinstance(value, list) else []


def find_model(containers: list[Manifest], port: int, name: str | None) -> int:
    """Which container is the model: one that declares the port, else the one of that name, else the first."""
    declaring = [index for index, each in enumerate(containers) if declares(each, port)]
    named = [index for index, each in enumerate(containers) if name is not None and each.get("name") == name]
    return next(iter([index for index in declaring if index in named] or declaring or named), 0)


def declares(container: Manifest, port: int) -> bool:
    """Whether the container declares that it listens on the port."""
    return any(each.get("containerPort") == port for each in list_objects(container.get("ports")))


def find_guess(source: Candidate) -> str | None:
    """The container that is taken for the model among several only because it is the first; None when that is sure."""
    containers = list_objects(find_pod(source.source.template or {}).get("containers"))
    sure = source.container or len(containers) < 2 or any(declares(each, source.port) for each in containers)
    return None if sure else str(containers[0].get("name"))


def explain_container(source: Candidate) -> str | None:
    """Why the container that a source names cannot be the model's; None when it can, or when none is named."""
    containers = list_objects(find_pod(source.source.template or {}).get("containers"))
    named = source.container
    if named is None or not containers:
        return None
    if named not in [each.get("name") for each in containers]:
        return f"is {named!r}, but the template has no such container: name one of its containers"
    declaring = [str(each.get("name")) for each in containers if declares(each, source.port)]
    if declaring and named not in declaring:
        return f"is {named!r}, but container {declaring[0]!r} declares port {source.port}: name that one, or none"
    return None
