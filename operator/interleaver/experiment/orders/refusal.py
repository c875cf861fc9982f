"""What the API server accepts but this operator must refuse, with the field and what to do about it.

A refused spec changes nothing that runs: no new run is started and no new champion rolled out.
"""

from collections.abc import Iterator
from typing import NamedTuple

from interleaver.api import conditions
from interleaver.api.once import once
from interleaver.api.revision import Revision, resolve
from interleaver.api.v1alpha1 import Spec


class Objection(NamedTuple):
    """What is wrong with an experiment, and what a person has to do about it."""

    reason: str
    message: str


@once
def find_refusal(spec: Spec) -> Objection | None:
    """The first field of the spec that cannot be acted on; None when all can."""
    if field := next(unsupported_fields(spec), None):
        return Objection(conditions.NOT_YET_SUPPORTED, f"{field} is not supported by this version: remove it")
    return next(find_port_conflicts(spec), None)


def unsupported_fields(spec: Spec) -> Iterator[str]:
    """Fields whose meaning comes with a later version, and that are set."""
    sources = {"champion": spec.champion} | ({"candidate": spec.candidate} if spec.candidate else {})
    for name, owner in sources.items():
        if owner.source.pod_template_ref:
            yield f"spec.{name}.source.podTemplateRef (use source.template)"
        if owner.source.deployment_ref:
            yield f"spec.{name}.source.deploymentRef (use source.template)"
    if spec.deletion_policy == "KeepServing":
        yield "spec.deletionPolicy: KeepServing"


def find_port_conflicts(spec: Spec) -> Iterator[Objection]:
    """Templates that declare a port which the router beside them needs."""
    routers = {spec.router.port: "spec.router.port", spec.router.admin_port: "spec.router.adminPort"}
    for name, owner in {"champion": spec.champion, "candidate": spec.candidate}.items():
        revision = resolve(owner) if owner else None
        for port in declared_ports(revision) if revision else ():
            if port in routers:
                where = f"spec.{name}.source.template declares containerPort {port}, which is also {routers[port]}"
                yield Objection(conditions.PORT_CONFLICT, f"{where}: give one of them another port")


def declared_ports(revision: Revision) -> list[int]:
    """The ports that the containers of a template declare. The API server has not checked the template yet."""
    pod = revision.template.get("spec")
    pod = pod if isinstance(pod, dict) else {}
    containers = [*(pod.get("containers") or []), *(pod.get("initContainers") or [])]
    ports = [port for container in containers if isinstance(container, dict) for port in container.get("ports") or []]
    return sorted(port["containerPort"] for port in ports if isinstance(port, dict) and "containerPort" in port)
