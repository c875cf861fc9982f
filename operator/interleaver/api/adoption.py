"""Adoption: what an entry Service was like before an experiment took it over, and on what terms one could be."""

from dataclasses import dataclass

import msgspec


class Former(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What adoption changes, as it was before. It is kept on the Service itself, so that it outlives the status."""

    uid: str
    """Of the Service: the memory of one that was copied is none."""
    selector: dict[str, str]
    port: int
    """The port that leads to the routers."""
    target: int | str
    """Its targetPort."""
    managed_by: str | None = None
    """The label app.kubernetes.io/managed-by, if there was one."""


@dataclass(frozen=True)
class Terms:
    """What becomes of a Service that somebody else made, if the experiment takes it over."""

    uid: str
    version: str = ""  # the resource version that was looked at
    former: Former | None = None  # what would be remembered; None when it cannot be taken over
    kept: str = ""  # what stays as it is, in words
    obstacle: str = ""  # why it cannot be taken over, and what to do about it; empty when it can


def write_former(former: Former) -> str:
    """The memory as the Service's annotation holds it."""
    return msgspec.json.encode(former).decode()


def parse_former(text: str | None) -> Former | None:
    """The memory in an annotation; None when there is none, or none that we wrote."""
    try:
        return msgspec.json.decode(text or "", type=Former)
    except msgspec.MsgspecError:
        return None
