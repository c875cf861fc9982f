"""What the API server accepts but this operator must refuse, with the field and what to do about it.

A refused spec changes nothing that runs: no new run is started and no new champion rolled out.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from interleaver.api import conditions, names
from interleaver.api.once import once
from interleaver.api.references import list_owners, name_source
from interleaver.api.revision import DeclaredPort, explain_container, list_declared_ports
from interleaver.api.spec.guardrails import explain_durations
from interleaver.api.v1alpha1 import Router, Spec

# Whoever looks for the router's ports by name, as monitors do, would find the template's as well.
TAKEN_NAMES: Final = (names.ROUTER_PORT_NAME, names.ADMIN_PORT_NAME)


class Objection(NamedTuple):
    """What is wrong with an experiment, and what a person has to do about it."""

    reason: str
    message: str


@once
def find_refusal(spec: Spec) -> Objection | None:
    """The first field of the spec that cannot be acted on; None when all can."""
    if objection := next(list_wrong_containers(spec), None):
        return Objection(conditions.INVALID_SPEC, objection)
    if words := explain_durations(spec.guardrails):
        return Objection(conditions.INVALID_SPEC, f"spec.guardrails {words}")
    conflict = next(list_port_conflicts(spec), None)
    return Objection(conditions.PORT_CONFLICT, conflict) if conflict else None


def list_wrong_containers(spec: Spec) -> Iterator[str]:
    """Containers that are named as the model's and cannot be."""
    for name, owner in list_owners(spec).items():
        if owner.container and (words := explain_container(owner)):
            yield f"spec.{name}.container {words}"


def list_port_conflicts(spec: Spec) -> Iterator[str]:
    """Every port that a template and the router beside it both want, in words with what to do about it."""
    for name, owner in list_owners(spec).items():
        for port in list_declared_ports(owner.source.template or {}):
            for conflict in list_conflicts(port, spec.router):
                yield f"{name_source(name, owner)} declares {conflict}"


def list_conflicts(port: DeclaredPort, router: Router) -> Iterator[str]:
    """What a container declares that is the router's."""
    where = f"in container {port.container!r}"
    routers = {router.port: "spec.router.port", router.admin_port: "spec.router.adminPort"}
    for field, number in port.numbers.items():
        if number in routers:
            yield f"{field} {number} {where}, which is also {routers[number]}: give one of them another port"
    if port.name in TAKEN_NAMES:
        yield f"a port named {port.name!r} {where}, as the router's own port is named: give it another name"
