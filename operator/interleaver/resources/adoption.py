"""Adoption of a live Service: why one cannot be taken over, what is kept and remembered, and how it is given back.

Pure: manifests in, words and manifests out (decision 27).
"""

from collections.abc import Iterator
from typing import Any, Final

from interleaver.api import names
from interleaver.api.adoption import Former, Terms, parse_former
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.references import name_source
from interleaver.resources.tracking import find_tracker

# What a person would miss, by its field of the Service's spec, in the order in which it is told.
KEPT: Final = {
    "type": "type",
    "clusterIPs": "cluster IP",
    "loadBalancerIP": "load balancer IP",
    "loadBalancerClass": "load balancer class",
    "externalIPs": "external IPs",
    "externalTrafficPolicy": "external traffic policy",
    "sessionAffinity": "session affinity",
    "ipFamilies": "IP families",
}


def offer(live: Manifest, experiment: Experiment) -> Terms:
    """On what terms the experiment could take over a Service that it did not make."""
    port, meta = find_port(live, experiment.spec.service.port), live["metadata"]
    obstacle = next(list_obstacles(live, experiment), "")
    return Terms(
        uid=meta.get("uid", ""),
        version=meta.get("resourceVersion", ""),
        former=None if obstacle or port is None else remember(live, port),
        kept=describe_kept(live),
        obstacle=obstacle,
    )


def read_former(live: Manifest) -> Former | None:
    """What an adopted Service remembers of itself; None for every other, a copy of an adopted one included."""
    former = parse_former((live["metadata"].get("annotations") or {}).get(names.ANNOTATION_ADOPTED))
    return former if former and former.uid == live["metadata"].get("uid") else None


def remember(live: Manifest, port: Manifest) -> Former:
    """What adoption is about to change. A memory that is there is older, and therefore right."""
    labels = live["metadata"].get("labels") or {}
    return read_former(live) or Former(
        uid=live["metadata"]["uid"],
        selector=live["spec"]["selector"],
        port=port["port"],
        target=port["targetPort"] if "targetPort" in port else port["port"],
        managed_by=labels.get(names.LABEL_MANAGED_BY),
    )


def find_port(live: Manifest, number: int) -> Manifest | None:
    """The TCP port of that number."""
    ports: list[Manifest] = live["spec"].get("ports") or []
    return next((one for one in ports if is_port(one, number)), None)


def is_port(port: Manifest, number: int) -> bool:
    """Whether it is the TCP port of that number."""
    return bool(port["port"] == number and port.get("protocol", "TCP") == "TCP")


def list_obstacles(live: Manifest, experiment: Experiment) -> Iterator[str]:
    """Everything that stands in the way, each with what to do about it."""
    yield from list_obstacles_of_kind(live["spec"])
    meta = live["metadata"]
    if "deletionTimestamp" in meta:
        yield "it is being deleted: wait until it is gone"
    if owner := next((one for one in meta.get("ownerReferences") or [] if one.get("controller")), None):
        yield f"{owner['kind']} {owner['name']!r} controls it and would change it back: give the entry another name"
    if (other := (meta.get("labels") or {}).get(names.LABEL_EXPERIMENT)) and read_former(live):
        yield f"the experiment {other!r} has adopted it and has to give it back first"
    elif other and other != experiment.metadata.name:
        yield f"it belongs to the experiment {other!r}: give the entry another name"
    yield from list_obstacles_of_ports(live["spec"].get("ports") or [], experiment)
    if tracker := find_tracker(meta):
        yield tracker


def list_obstacles_of_kind(spec: Manifest) -> Iterator[str]:
    """Services that lead nowhere by themselves, or past any router."""
    if spec.get("type") == "ExternalName":
        yield "it is of type ExternalName and leads to another host: give the entry another name"
    elif spec.get("clusterIP") == "None":
        yield "it is headless, so that clients find pods by themselves: give the entry another name"
    elif not spec.get("selector"):
        yield "it has no selector, so that somebody else says where it leads: give the entry another name"
    if spec.get("publishNotReadyAddresses"):
        yield "it sends requests to pods that are not Ready: set its publishNotReadyAddresses to false"


def list_obstacles_of_ports(ports: list[Manifest], experiment: Experiment) -> Iterator[str]:
    """The port is missing, or another port would lead nowhere behind the new selector."""
    wanted, numbers = experiment.spec.service.port, ", ".join(str(port["port"]) for port in ports)
    if not any(is_port(port, wanted) for port in ports):
        yield f"it has no TCP port {wanted} but {numbers or 'none'}: set spec.service.port to the one that shops use"
    template = experiment.spec.champion.source.template
    if template is None:
        return  # what it refers to was not read, or is not there yet: its words come first
    declared = declared_names(template)
    for port in ports:
        target = port.get("targetPort")
        if isinstance(target, str) and not is_port(port, wanted) and target not in declared:
            yield (
                f"its port {port['port']} leads to a container port named {target!r}, which "
                f"{name_source('champion', experiment.spec.champion)} does not declare: declare it there, or remove "
                "the port"
            )


def declared_names(template: Manifest) -> set[Any]:
    """Names of the container ports of a template. The API server has not checked the template yet."""
    pod = template.get("spec")
    containers = (pod.get("containers") or []) if isinstance(pod, dict) else []
    ports = [port for one in containers if isinstance(one, dict) for port in one.get("ports") or []]
    return {port.get("name") for port in ports if isinstance(port, dict)}


def describe_kept(live: Manifest) -> str:
    """What stays as it is, in words."""
    spec = live["spec"]
    words = [f"{name} {spell(spec[field])}" for field, name in KEPT.items() if spec.get(field) not in (None, "", [])]
    nodes = [str(port["nodePort"]) for port in spec.get("ports") or [] if port.get("nodePort")]
    words += [f"node port {', '.join(nodes)}"] if nodes else []
    return ", ".join([*words, "all other ports, labels and annotations"])


def spell(value: object) -> str:
    """A value of a Service as people write it."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def give_back(live: Manifest, former: Former) -> Manifest:
    """The merge patch after which the Service is what it was: its selector, its target port, and no mark of ours.

    What others changed meanwhile stays changed; a port that they took away stays away.
    """
    meta, spec = live["metadata"], live["spec"]
    marks = {key: None for key in meta.get("annotations") or {} if key.startswith(f"{names.GROUP}/")}
    labels = {names.LABEL_EXPERIMENT: None, names.LABEL_EXPERIMENT_UID: None, names.LABEL_MANAGED_BY: former.managed_by}
    ports = [one | {"targetPort": former.target} if is_port(one, former.port) else one for one in spec["ports"]]
    selector = {key: None for key in spec.get("selector") or {}} | former.selector
    return {"metadata": {"labels": labels, "annotations": marks}, "spec": {"selector": selector, "ports": ports}}
