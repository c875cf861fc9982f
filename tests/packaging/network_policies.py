"""What NetworkPolicies let through, by their words (networking.k8s.io/v1): nothing on our node enforces them. Pure.

A network may know named ports of all containers, or only of those that are no native sidecars, as Calico's did until
the middle of 2024 (its issue 8881): `knows_sidecars` says which.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Document = dict[str, Any]

NAMESPACE_LABEL: Final = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class Peer:
    """One end of a connection: a pod, or something outside of the cluster, which has no labels."""

    namespace: str = ""
    labels: Mapping[str, str] | None = None
    ports: Mapping[str, int] = field(default_factory=dict)
    sidecar_ports: Mapping[str, int] = field(default_factory=dict)

    def find_port(self, name: str, knows_sidecars: bool) -> int | None:
        known = dict(self.ports) | (dict(self.sidecar_ports) if knows_sidecars else {})
        return known.get(name)


@dataclass(frozen=True)
class Connection:
    """From whom to whom, over TCP unless it says otherwise."""

    source: Peer
    target: Peer
    port: int
    protocol: str = "TCP"


def read_pod(namespace: str, template: Document) -> Peer:
    """A pod as its template says."""
    spec = template["spec"]
    return Peer(
        namespace,
        template["metadata"]["labels"],
        name_ports(spec["containers"]),
        name_ports(spec.get("initContainers", ())),
    )


def name_ports(containers: Iterable[Document]) -> dict[str, int]:
    return {
        port["name"]: port["containerPort"] for one in containers for port in one.get("ports", ()) if "name" in port
    }


def is_allowed(policies: Iterable[Document], connection: Connection, *, knows_sidecars: bool = True) -> bool:
    """Whether the source may send it and the target may take it."""
    ends = (("Egress", connection.source, connection.target), ("Ingress", connection.target, connection.source))
    policies = list(policies)
    return all(passes(policies, connection, *end, knows_sidecars) for end in ends)


def passes(
    policies: list[Document], connection: Connection, direction: str, here: Peer, there: Peer, knows_sidecars: bool
) -> bool:
    """One end: everything passes where no policy chooses the pod, else what one of them has a rule for."""
    chosen = [one["spec"] for one in policies if chooses(one, direction, here)]
    rules = [rule for spec in chosen for rule in spec.get(direction.lower()) or ()]
    peers = "to" if direction == "Egress" else "from"
    fits = (has_peer(rule.get(peers), there, here) and has_port(rule, connection, knows_sidecars) for rule in rules)
    return not chosen or any(fits)


def chooses(policy: Document, direction: str, pod: Peer) -> bool:
    spec, namespace = policy["spec"], policy["metadata"]["namespace"]
    is_here = pod.labels is not None and pod.namespace == namespace
    return direction in spec["policyTypes"] and is_here and selects(spec["podSelector"], pod.labels or {})


def has_peer(peers: list[Document] | None, there: Peer, here: Peer) -> bool:
    """No list is everybody, inside and outside."""
    return not peers or (there.labels is not None and any(is_peer(one, there, here) for one in peers))


def is_peer(peer: Document, there: Peer, here: Peer) -> bool:
    if "namespaceSelector" in peer:
        in_place = selects(peer["namespaceSelector"], {NAMESPACE_LABEL: there.namespace})
    else:
        in_place = there.namespace == here.namespace
    return in_place and selects(peer.get("podSelector", {}), there.labels or {})


def selects(selector: Document, labels: Mapping[str, str]) -> bool:
    """A label selector; of expressions, `Exists` is all that ours have."""
    exact = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    expressions = selector.get("matchExpressions", ())
    assert {one["operator"] for one in expressions} <= {"Exists"}
    return exact and all(one["key"] in labels for one in expressions)


def has_port(rule: Document, connection: Connection, knows_sidecars: bool) -> bool:
    ports = rule.get("ports")
    return not ports or any(is_port(one, connection, knows_sidecars) for one in ports)


def is_port(port: Document, connection: Connection, knows_sidecars: bool) -> bool:
    named = port["port"]
    first = connection.target.find_port(named, knows_sidecars) if isinstance(named, str) else int(named)
    is_within = first is not None and first <= connection.port <= int(port.get("endPort", first))
    return is_within and bool(connection.protocol == port.get("protocol", "TCP"))
