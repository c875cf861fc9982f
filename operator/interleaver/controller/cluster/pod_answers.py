"""What is read of pods in lists: where their routers are, how they fare, and nothing that a template put into them."""

import msgspec

from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.answers import Listed, Metadata, unpack_outline, write_head


class Outline(msgspec.Struct, rename="camel", omit_defaults=True):
    """A part of an object of which some fields are read; what is not given is left out when it is written."""


class Port(Outline):
    """A port that a container declares."""

    container_port: int = 0
    name: str = ""


class Container(Outline):
    """A container that is declared."""

    name: str
    ports: list[Port] | None = None


class PodSpec(Outline):
    """What a pod declares. The router is one of its init containers."""

    node_name: str = ""
    init_containers: list[Container] | None = None


class Condition(Outline):
    """A condition of a pod."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    last_transition_time: str | None = None


class Waiting(Outline):
    """Why a container does not run yet."""

    reason: str = ""
    message: str = ""


class Ended(Outline):
    """How a container ended."""

    exit_code: int | None = None
    reason: str = ""
    message: str = ""


class State(Outline):
    """What a container does, or did last."""

    waiting: Waiting | None = None
    terminated: Ended | None = None


class ContainerStatus(Outline):
    """What the kubelet says of a container."""

    name: str
    started: bool | None = None  # its startup probe has gone well
    ready: bool = False
    state: State | None = None
    last_state: State | None = None


class PodStatus(Outline):
    """How a pod fares."""

    phase: str = ""
    reason: str = ""
    address: str = msgspec.field(default="", name="podIP")
    conditions: list[Condition] | None = None
    init_container_statuses: list[ContainerStatus] | None = None
    container_statuses: list[ContainerStatus] | None = None


class Pod(msgspec.Struct):
    """A pod."""

    metadata: Metadata
    spec: PodSpec = msgspec.field(default_factory=PodSpec)
    status: PodStatus = msgspec.field(default_factory=PodStatus)


def read_pods(body: bytes, **more: str) -> tuple[list[Manifest], str]:
    """A page of pods, and where the list goes on."""
    page = unpack_outline(body, Listed[Pod])
    return [write_head(one, more) for one in page.items or ()], page.metadata.more
