"""An experiment as it is read: refused, in words, before anything of a template that is too large is unpacked.

The schema cannot say how large a template may be, for the API server's rules see nothing of what it is told to keep as
it comes. So it is said here, at the edge.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from interleaver.api.manifest import Manifest
from interleaver.api.spec.gates import LONGEST_GATE
from interleaver.api.spec.source import DEEPEST_TEMPLATE, LONGEST_TEMPLATE, MOST_PARTS
from interleaver.controller.cluster.answers import (
    ClusterError,
    TooLarge,
    cut_deep,
    measure,
    split,
    unpack,
    unpack_outline,
)

MOST: Final = 1 << 19  # bytes of an experiment with its status, which takes 100 kB at most; twice what it can need
FIX: Final = "move what is long (configuration, scripts, data) into a ConfigMap or the image"


class Source(msgspec.Struct):
    """Where a template comes from."""

    template: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"null"))


class Gate(msgspec.Struct):
    """A gate of a candidate."""

    name: str = ""
    job: Source = msgspec.field(default_factory=Source)


class Owner(msgspec.Struct):
    """A champion or a candidate."""

    source: Source = msgspec.field(default_factory=Source)
    gates: list[Gate] = []


class Spec(msgspec.Struct):
    """Where templates stand in a spec."""

    champion: Owner = msgspec.field(default_factory=Owner)
    candidate: Owner | None = None


def read_experiment(body: bytes) -> Manifest:
    """The experiment. Raises TooLarge, with what can be said of it all the same, when it is not to be unpacked."""
    try:
        parts = split(body)
    except TooLarge:
        # It can be parsed by nobody, the API server's own notes on it included.
        parts = split(cut_deep(body))
        raise make_refusal(f"spec is nested too deeply to be read: {FIX}", parts) from None
    for field, template, longest in list_templates(parts.get("spec", b"{}")):
        if len(template) > longest:
            words = f"is {measure(len(template))} long, more than {measure(longest)}"
            raise make_refusal(f"{field} {words}: {FIX}", parts)
        if excess := find_excess(unpack(template)):
            raise make_refusal(f"{field} {excess}: {FIX}", parts)
    if (size := sum(map(len, parts.values()))) > MOST:
        raise make_refusal(f"the experiment is {measure(size)} long, more than {measure(MOST)}: {FIX}", parts)
    return {key: unpack(part) for key, part in parts.items()}


def list_templates(spec: bytes) -> Iterator[tuple[str, bytes, int]]:
    """The templates of a spec, not unpacked, each with its field and the bytes that it may have."""
    try:
        owners = unpack_outline(spec, Spec)
    except ClusterError:
        return  # a spec of another form has no templates, and what is wrong with it is said by the model
    for field, owner in {"spec.champion": owners.champion, "spec.candidate": owners.candidate}.items():
        if owner is not None:
            yield f"{field}.source.template", bytes(owner.source.template), LONGEST_TEMPLATE
            for gate in owner.gates:
                yield f"{field}.gates {gate.name!r}: job.template", bytes(gate.job.template), LONGEST_GATE


def find_excess(template: Any) -> str | None:
    """What a template has too much of. Without recursion, which is what deep ones break."""
    level, count = [template], 0
    for _ in range(DEEPEST_TEMPLATE + 1):
        level = [inner for outer in level for inner in list_inner(outer)]
        count += len(level)
        if count > MOST_PARTS:
            return f"has more than {MOST_PARTS} objects and lists"
        if not level:
            return None
    return f"is nested deeper than {DEEPEST_TEMPLATE} levels"


def list_inner(value: Any) -> list[Any]:
    """The objects and lists right inside of one."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for one in inside if isinstance(one, dict | list)]


def make_refusal(message: str, parts: dict[str, bytes]) -> TooLarge:
    """The refusal, with the metadata and the status of what is refused."""
    kept = {key: parts[key] for key in ("metadata", "status") if key in parts and len(parts[key]) <= MOST}
    return TooLarge(message, {"metadata": {}} | {key: unpack(part) for key, part in kept.items()})
