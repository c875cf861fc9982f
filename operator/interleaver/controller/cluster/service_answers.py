"""What is read of Services in lists: whom each selects, and nothing else that somebody may have filled."""

from typing import Final

import msgspec

from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.answers import Listed, unpack_outline

MOST_LABELS: Final = 16  # of a selector; people write up to four, and all of them are kept for a while
MOST_SERVICES: Final = 1000  # of a namespace that are looked at, likewise


class Name(msgspec.Struct):
    """An object's name."""

    name: str = ""


class ServiceSpec(msgspec.Struct):
    """Whom a Service selects."""

    type: str = ""
    selector: dict[str, str] | None = None


class Service(msgspec.Struct):
    """A Service."""

    metadata: Name = msgspec.field(default_factory=Name)
    spec: ServiceSpec = msgspec.field(default_factory=ServiceSpec)


def read_services(body: bytes, **more: str) -> tuple[list[Manifest], str]:
    """A page of those Services that select pods, and where the list goes on."""
    page = unpack_outline(body, Listed[Service])
    return [
        more | {"metadata": {"name": one.metadata.name}, "spec": {"selector": one.spec.selector}}
        for one in page.items or ()
        # One of type ExternalName leads to another host, whatever it says of pods.
        if one.spec.selector and len(one.spec.selector) <= MOST_LABELS and one.spec.type != "ExternalName"
    ], page.metadata.more
