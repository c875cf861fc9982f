"""Whether an operator works: its Deployment, its Lease, and whether it may do what it has to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from interleaver.api import names
from interleaver.plugin.diagnosing.line import Line
from interleaver.plugin.reading.document import dig, read_time

Document = dict[str, Any]

SELECTOR: Final = "app.kubernetes.io/name=interleaver,app.kubernetes.io/component=operator"
LONGEST_SILENCE: Final = 60.0  # seconds; a Lease that is not renewed for a quarter of that may be taken


class Right(NamedTuple):
    """Something that the operator does in an experiment's namespace."""

    verb: str
    group: str
    resource: str

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}{'.' + self.group if self.group else ''}"


# One of each kind of work; that the installation grants them is tested. Secrets that an experiment names are granted
# one by one, and the condition Stalled says which is not.
RIGHTS: Final = (
    Right("list", names.GROUP, names.PLURAL),
    Right("patch", names.GROUP, f"{names.PLURAL}/status"),
    Right("list", "", "pods"),
    Right("patch", "", "pods"),
    Right("patch", "apps", "deployments"),
    Right("patch", "apps", "controllerrevisions"),
    Right("patch", "", "services"),
    Right("patch", "", "configmaps"),
    Right("create", "events.k8s.io", "events"),
)


def check_deployments(found: list[Document]) -> Iterator[Line]:
    """The operators of the cluster, or of the namespaces that may be looked into."""
    if not found:
        words = f"no Deployment carries the labels {SELECTOR}: install the operator, or ask who runs it for you"
        yield Line("WARN", "operator", words)
    for one in found:
        meta, ready = one["metadata"], dig(one, "status", "readyReplicas") or 0
        where = f"{meta['namespace']}/{meta['name']}"
        image = dig(one, "spec", "template", "spec", "containers") or [{}]
        words = f"{where} has {ready} of {dig(one, 'spec', 'replicas')} pod(s) Ready, image {image[0].get('image')}"
        logs = f": kubectl logs -n {meta['namespace']} deployment/{meta['name']}"
        yield Line("OK" if ready else "FAIL", "operator", words + ("" if ready else logs))


def check_lease(lease: Document, now: datetime) -> Line:
    """Whether somebody holds it, and has renewed it of late."""
    holder, renewed = dig(lease, "spec", "holderIdentity"), read_time(dig(lease, "spec", "renewTime"))
    age = (now - renewed).total_seconds() if renewed else None
    if not holder or age is None:
        return Line("FAIL", "lease", "no operator holds the Lease, so none works: see why its pods are not Ready")
    if age > LONGEST_SILENCE:
        words = f"{holder} has not renewed the Lease for {age:.0f} s, so nobody works: see its log"
        return Line("FAIL", "lease", words)
    return Line("OK", "lease", f"{holder} works, and said so {max(age, 0):.0f} s ago")


def check_rights(account: str, refused: list[Right]) -> Line:
    """What the operator's account may not do in the experiment's namespace."""
    if refused:
        listed = ", ".join(map(str, refused))
        words = f"{account} may not {listed} here: apply deploy/operator.yaml anew, or bind its role in this namespace"
        return Line("FAIL", "rights", words)
    return Line("OK", "rights", f"{account} may do here what an operator does")
