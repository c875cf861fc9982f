"""Answers of the API server: bounded in bytes, and read without what nobody asked for.

Whoever may write in a namespace may put a megabyte into any object that the operator looks at, as often as his quota
lets him. What is read of it must therefore be bounded before it is unpacked: as Python's objects a document takes up to
twenty times its bytes.
"""

import re
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec

from interleaver.api import names
from interleaver.api.manifest import Manifest

LONGEST_WORDS: Final = 2000  # characters of an error; they end in conditions, and the server may quote what it was sent
DEEPEST: Final = 40  # levels; a pod's affinity, the deepest that there is, takes about 20 in a list of pods
# A string, or a bracket. Possessive quantifiers: hostile text costs no more than one pass.
TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
HEAD: Final = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
HEADS: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"


class ClusterError(Exception):
    """A request that failed: the HTTP status (0 when there was no answer) and the API server's own words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}" if code else message)
        self.code = code
        self.message = message


class TooLarge(ClusterError):
    """An answer that is not unpacked, for it is too large. `outline` is what may be said of an experiment all the same:
    its metadata and its status."""

    def __init__(self, message: str, outline: Manifest | None = None) -> None:
        super().__init__(0, message)
        self.outline = outline


class NotLeading(ClusterError):
    """A write that was not sent, for this process does not lead any more."""

    def __init__(self) -> None:
        super().__init__(0, "not written: this process does not lead")


def _choose(kind: str, keys: tuple[str, ...]) -> Any:
    """A type that takes these keys of an object of strings, and leaves all others in the bytes that they came in."""
    fields = [(f"key{number}", str, msgspec.field(default="", name=key)) for number, key in enumerate(keys)]
    return msgspec.defstruct(kind, fields, omit_defaults=True)


Labels: Final = _choose(
    "Labels",
    (
        names.LABEL_EXPERIMENT,
        names.LABEL_EXPERIMENT_UID,
        names.LABEL_REVISION,
        names.LABEL_HASH,
        names.LABEL_RUN,
        names.LABEL_MANAGED_BY,
    ),
)
Annotations: Final = _choose(
    "Annotations",
    (
        names.ANNOTATION_APPLIED,
        names.ANNOTATION_CONFIG_GENERATION,
        names.ANNOTATION_ADOPTED,
        names.ANNOTATION_KEPT,
        *names.COMMANDS_OF_RUNS,
    ),
)


class Owner(msgspec.Struct, rename="camel", omit_defaults=True):
    """Whose an object is."""

    uid: str
    api_version: str = ""
    kind: str = ""
    name: str = ""
    controller: bool = False


class Metadata(msgspec.Struct, rename="camel", omit_defaults=True):
    """What is read of an object's metadata where its content is not asked for."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    owner_references: list[Owner] | None = None
    labels: Labels | None = None  # type: ignore[valid-type]
    annotations: Annotations | None = None  # type: ignore[valid-type]


_LABELS: Final = {one.encode_name: one.name for one in msgspec.structs.fields(Labels)}
_ANNOTATIONS: Final = {one.encode_name: one.name for one in msgspec.structs.fields(Annotations)}


def read_label(head: Metadata, key: str) -> str:
    """The value of one of the labels that are read; empty when the object does not have it."""
    value: str = getattr(head.labels, _LABELS[key]) if head.labels is not None else ""
    return value


def read_annotation(head: Metadata, key: str) -> str:
    """The same of an annotation."""
    value: str = getattr(head.annotations, _ANNOTATIONS[key]) if head.annotations is not None else ""
    return value


class Head(msgspec.Struct):
    """An object without its content."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)


class Continued(msgspec.Struct, rename="camel", omit_defaults=True):
    """Where a list goes on, and as of when it is."""

    resource_version: str = ""
    more: str = msgspec.field(default="", name="continue")


Item = TypeVar("Item")


class Listed(msgspec.Struct, Generic[Item]):
    """One page of a list."""

    items: list[Item] | None  # null when there are none
    metadata: Continued = msgspec.field(default_factory=Continued)


Heads = Listed[Head]
Wholes = Listed[msgspec.Raw]  # objects that are not unpacked


def measure(size: int) -> str:
    """A number of bytes, for people."""
    return f"{size / 1024:.0f} kB"


def unpack(body: bytes, kind: Any = Any) -> Any:
    """The document. Raises ClusterError when it is none, and TooLarge when it is nested too deeply to be read."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise ClusterError(0, f"{type(error).__name__}: {error}") from None
    except RecursionError:
        raise TooLarge(f"it is nested deeper than {DEEPEST} levels") from None


def unpack_outline(body: bytes, kind: Any) -> Any:
    """The same of a document of which little is read: what is nested too deeply is no part of that, and is cut."""
    try:
        return unpack(body, kind)
    except TooLarge:
        return unpack(cut_deep(body), kind)


def cut_deep(body: bytes) -> bytes:
    """The document with null for all that is nested deeper than anything we read."""
    kept, start, depth = list[bytes](), 0, 0
    for token in TOKEN.finditer(body):
        if token[0] in b"{[":
            depth += 1
            if depth == DEEPEST + 1:
                kept.append(body[start : token.start()] + b"null")
        elif token[0] in b"}]":
            if depth == DEEPEST + 1:
                start = token.end()
            depth -= 1
    return b"".join([*kept, body[start:]])


def read_object(body: bytes, most: int) -> Manifest:
    """A whole object, without the notes on who manages which field. Raises TooLarge above `most` bytes."""
    parts = split(body)
    size = sum(map(len, parts.values()))
    if size > most:
        raise TooLarge(f"it is {measure(size)} long, more than {measure(most)}")
    return {key: unpack(part) for key, part in parts.items()}


def split(body: bytes) -> dict[str, bytes]:
    """The parts of an object, not unpacked; its metadata without the notes on who manages which field, which may be as
    long and as deep as the object."""
    parts = {key: bytes(part) for key, part in unpack(body, dict[str, msgspec.Raw]).items()}
    if "metadata" in parts:
        metadata = unpack(parts["metadata"], dict[str, msgspec.Raw])
        parts["metadata"] = msgspec.json.encode({key: part for key, part in metadata.items() if key != "managedFields"})
    return parts


def read_head(body: bytes, **more: str) -> Manifest:
    """An object without its content; `more` is added, for elements of a list do not say of what kind they are."""
    return write_head(unpack_outline(body, Head), more)


def read_heads(body: bytes, **more: str) -> tuple[list[Manifest], str]:
    """A page of objects without their content, and where the list goes on."""
    page = unpack_outline(body, Heads)
    return [write_head(one, more) for one in page.items or ()], page.metadata.more


class HeadPage(NamedTuple):
    """A page of a list, with the version that the whole list is of."""

    heads: list[Metadata]
    version: str


def read_page(body: bytes, **_: str) -> tuple[HeadPage, str]:
    """A page of heads, and where the list goes on."""
    page = unpack_outline(body, Heads)
    return HeadPage([one.metadata for one in page.items or ()], page.metadata.resource_version), page.metadata.more


def write_head(head: Any, more: dict[str, str]) -> Manifest:
    """What was read of an object as the plain document that everybody knows."""
    found: Manifest = msgspec.to_builtins(head)
    return more | found


async def read_bounded(response: Any, most: int) -> bytes:
    """The body of an answer. Raises TooLarge above `most` bytes, and lets the rest be."""
    body = await read_up_to(response, most)
    if body is None:
        response.close()
        raise TooLarge(f"the API server's answer is longer than {measure(most)}")
    response.release()
    return body


async def read_up_to(response: Any, most: int) -> bytes | None:
    """The body of an answer of whomever; None as soon as it is longer than `most` bytes."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
