"""The command that takes over a live Service as the entry, in place (docs/how-to/adopt-a-service.md)."""

from typing import Any, Final

from interleaver.api import names
from interleaver.plugin.ordering.order import Order, find_stalled
from interleaver.plugin.reading.document import Told, dig, is_ours
from interleaver.plugin.refusal import Refusal


def find_no_run(told: Told) -> str:
    """It is about a Service."""
    return ""


def object_to_adopt(told: Told) -> str:
    """What the operator has said about the Service already, if that is no invitation."""
    stalled = told.condition("Stalled")
    words = str(stalled.get("message") or "")
    is_refused = stalled.get("status") == "True" and "It cannot be taken over" in words
    return words if is_refused else ""


def is_adopted(told: Told, uid: str) -> bool:
    """Whether the operator does not take it for somebody else's any more, or is about to take it over."""
    return told.condition("Ready").get("reason") not in (None, "ServiceExists")


def find_refused(told: Told) -> str:
    return find_stalled(told, "AdoptionRefused")


ADOPT: Final = Order(
    names.ANNOTATION_ADOPT_SERVICE,
    (names.ANNOTATION_GIVE_BACK_SERVICE,),
    find_no_run,
    object_to_adopt,
    is_adopted,
    find_refused,
    "is taken over in place once what serves is Ready: `status` says how far it is",
)


def find_service(told: Told) -> str:
    """The name of the entry Service."""
    return str(dig(told.spec, "service", "name") or told.name)


def find_uid(told: Told, service: dict[str, Any]) -> str:
    """What the command names the Service by. Raises Refusal when there is nothing to take over."""
    if is_ours(service, told):
        raise Refusal(f"the Service {find_service(told)!r} is {told.name}'s already: there is nothing to take over")
    return str(service["metadata"]["uid"])
