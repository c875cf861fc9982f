"""Fakes that are passed in: an API server in memory with a kubelet of sorts, routers that show counts, and a clock."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.api.routing import decode
from interleaver.controller.cluster.answers import HeadPage, Metadata
from interleaver.controller.cluster.gateway import ClusterError, Manifests, TooLarge
from interleaver.controller.cluster.store import WATCHED, Store
from interleaver.controller.observing.scrape import Unread

Sent = TypeVar("Sent")

START = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)


@dataclass
class FakeClock:
    """Both clocks at once; they move only when a test says so."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds - 1000.0)

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


def send(document: Sent) -> Sent:
    """A document as the other side gets it: through JSON, which also takes a tenth of what copying takes."""
    received: Sent = msgspec.json.decode(msgspec.json.encode(document))
    return received


def merge(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def behead(live: Manifest) -> Manifest:
    """What is left of an object whose content nobody asked for."""
    return {"kind": live["kind"], "metadata": send(live["metadata"])}


def read_metadata(live: Manifest) -> Metadata:
    """What is read of an object's metadata."""
    return msgspec.convert(live["metadata"], Metadata)


def selects(selector: str, labels: Mapping[str, str]) -> bool:
    """Label selectors in the forms that are used: key=value, key, !key, and several of them."""
    for term in filter(None, selector.split(",")):
        key, equals, value = term.lstrip("!").partition("=")
        if (key not in labels) != term.startswith("!") or (equals and labels[key] != value):
            return False
    return True


@dataclass
class FakeCluster:
    """As much of an API server as the operator uses. Failures are raised before the request does anything."""

    clock: FakeClock = field(default_factory=FakeClock)
    objects: dict[tuple[str, str, str], Manifest] = field(default_factory=dict)
    requests: list[tuple[str, str, str]] = field(default_factory=list)  # verb, kind, name
    failures: dict[int, ClusterError] = field(default_factory=dict)  # by number of the request
    refused: dict[str, ClusterError] = field(default_factory=dict)  # by image of the model, for Deployments
    denied: dict[str, ClusterError] = field(default_factory=dict)  # by kind: what a quota that is used up says
    too_large: dict[str, str] = field(default_factory=dict)  # by kind: why one cannot be unpacked
    unserved: set[str] = field(default_factory=set)  # kinds that the API server does not know
    owners_are_shared: bool = False  # somebody else has named the owners of all objects as well
    addresses: bool = True
    _version: int = 1  # no object has it, as in a store that counts from 2

    def put(self, manifest: Manifest) -> Manifest:
        """An object as it is stored."""
        meta = manifest["metadata"]
        self._version += 1
        key = (manifest["kind"], meta["namespace"], meta["name"])
        former = self.objects.get(key, {"metadata": {"uid": f"uid-{self._version}"}})
        stored = send(manifest)
        stored["metadata"] = {
            "uid": former["metadata"]["uid"],
            **stored["metadata"],
            "resourceVersion": str(self._version),
        }
        self.objects[key] = stored
        return stored

    def find(self, kind: str, name: str) -> Manifest | None:
        return next((o for (k, _, n), o in self.objects.items() if (k, n) == (kind, name)), None)

    def of_kind(self, kind: str) -> list[Manifest]:
        return [o for (k, _, _), o in self.objects.items() if k == kind]

    def writes(self) -> list[tuple[str, str, str]]:
        return [request for request in self.requests if request[0] not in ("get", "get-metadata", "list", "dry-run")]

    def _note(self, verb: str, kind: str, name: str) -> None:
        self.requests.append((verb, kind, name))
        failure = self.failures.pop(len(self.requests), None)
        if failure:
            raise failure

    async def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        self._note("get", kind, name)
        live = self.objects.get((kind, namespace, name))
        if live and kind in self.too_large:
            outline: Manifest = {key: send(live[key]) for key in ("metadata", "status") if key in live}
            raise TooLarge(self.too_large[kind], outline if kind == names.KIND else None)
        return send(live)

    async def get_metadata(self, kind: str, namespace: str, name: str) -> Manifest | None:
        self._note("get-metadata", kind, name)
        live = self.objects.get((kind, namespace, name))
        return behead(live) if live else None

    async def list(self, kind: str, namespace: str | None, labels: str | None = None) -> Manifests:
        self._note("list", kind, labels or "")
        return [behead(live) for live in self._select(kind, namespace, labels)]

    async def is_served(self, kind: str, namespace: str | None) -> bool:
        self._note("list", kind, "")
        if kind in self.unserved:
            raise ClusterError(404, "the server could not find the requested resource")
        return True

    async def list_pods(self, namespace: str | None, labels: str) -> Manifests:
        self._note("list", "Pod", labels)
        return send(self._select("Pod", namespace, labels))

    async def list_services(self, namespace: str) -> Manifests:
        self._note("list", "Service", "")
        listed = [live for live in self._select("Service", namespace, None) if live["spec"].get("selector")]
        return [
            {"kind": "Service", "metadata": {"name": live["metadata"]["name"]}, "spec": send(live["spec"])}
            for live in listed
        ]

    def _select(self, kind: str, namespace: str | None, labels: str | None) -> Manifests:
        return [
            live
            for (k, n, _), live in self.objects.items()
            if k == kind and namespace in (None, n) and selects(labels or "", live["metadata"].get("labels", {}))
        ]

    async def apply(self, manifest: Manifest, dry_run: bool = False) -> Manifest:
        name = manifest["metadata"]["name"]
        self._note("dry-run" if dry_run else "apply", manifest["kind"], name)
        if manifest["kind"] == "Deployment":
            image = manifest["spec"]["template"]["spec"]["containers"][0].get("image")
            if image in self.refused:
                raise self.refused[image]
        key = (manifest["kind"], manifest["metadata"]["namespace"], name)
        self._check_guards(manifest["metadata"], self.objects.get(key))
        if dry_run:
            return behead(manifest)
        if manifest["kind"] in self.denied and self.find(manifest["kind"], name) is None:
            raise self.denied[manifest["kind"]]
        former = self.objects.get(key, {})
        stored = self.put(manifest | {"status": former.get("status", {})})
        owners = former.get("metadata", {}).get("ownerReferences")
        if self.owners_are_shared and owners and "ownerReferences" not in manifest["metadata"]:
            stored["metadata"]["ownerReferences"] = owners  # an entry of a list stays while any manager has it
        if manifest["kind"] == "Service" and self.addresses:
            address = former.get("spec", {}).get("clusterIP") or f"10.96.0.{len(self.of_kind('Service'))}"
            stored["spec"]["clusterIP"] = address
        return send(stored)

    def _check_guards(self, wanted: Manifest, live: Manifest | None) -> None:
        """What server-side apply says to a uid and a resource version: it creates what is not there whatever the
        version, but not with a uid."""
        uid, version = wanted.get("uid"), wanted.get("resourceVersion")
        if live is None:
            if uid is not None:
                raise ClusterError(409, "uid mismatch: no existing object was found")
        elif uid not in (None, live["metadata"]["uid"]):
            raise ClusterError(422, "metadata.uid: Invalid value: field is immutable")
        elif version not in (None, live["metadata"]["resourceVersion"]):
            raise ClusterError(409, "the object has been modified")

    async def patch_status(self, namespace: str, name: str, version: str, patch: Manifest) -> Manifest:
        self._note("patch-status", names.KIND, name)
        live = self.objects.get((names.KIND, namespace, name))
        if live is None:
            raise ClusterError(404, f"{name} not found")
        if live["metadata"]["resourceVersion"] != version:
            raise ClusterError(409, "the object has been modified")
        return send(self.put(live | {"status": merge(live.get("status"), patch)}))

    async def annotate_pod(self, pod: Manifest, annotations: dict[str, str]) -> None:
        self._note("annotate", "Pod", pod["metadata"]["name"])
        live = self.find("Pod", pod["metadata"]["name"])
        if live is None:
            raise ClusterError(404, "no such pod")
        live["metadata"].setdefault("annotations", {}).update(annotations)
        self._version += 1
        live["metadata"]["resourceVersion"] = str(self._version)

    async def patch(self, live: Manifest, patch: Manifest) -> None:
        meta = live["metadata"]
        self._note("patch", live["kind"], meta["name"])
        stored = self.objects.get((live["kind"], meta["namespace"], meta["name"]))
        if stored is None:
            raise ClusterError(404, "no such object")
        if stored["metadata"]["resourceVersion"] != meta["resourceVersion"]:
            raise ClusterError(409, "the object has been modified")
        self.put(merge(stored, patch))

    async def create(self, manifest: Manifest, dry_run: bool = False) -> bool:
        self._note("dry-run" if dry_run else "create", manifest["kind"], manifest["metadata"]["name"])
        meta = manifest["metadata"]
        if manifest["kind"] in self.denied:
            raise self.denied[manifest["kind"]]
        if dry_run:
            return True
        if (manifest["kind"], meta["namespace"], meta["name"]) in self.objects:
            return False
        self.put(manifest)
        return True

    async def read_log(self, namespace: str, pod: str, container: str) -> str:
        self._note("get", "Log", pod)
        return f"the last words of {container}"

    def end_job(self, name: str, kind: str = "Complete", exit_code: int = 0) -> None:
        """What a Job's controller and the kubelet would write: its pod has ended, and so has the Job."""
        live = self.find("Job", name)
        assert live is not None, f"no Job {name}"
        ended = {"name": "tests", "state": {"terminated": {"exitCode": exit_code, "reason": "Error" * bool(exit_code)}}}
        labels = {"batch.kubernetes.io/controller-uid": live["metadata"]["uid"]}
        head = {"name": f"{name}-x2x9", "namespace": live["metadata"]["namespace"], "labels": labels}
        status = {"phase": "Succeeded", "containerStatuses": [ended]}
        self.put({"kind": "Pod", "metadata": head, "spec": {}, "status": status})
        self.put(live | {"status": {"conditions": [{"type": kind, "status": "True"}]}})

    async def delete(self, live: Manifest, unchanged: bool = False) -> None:
        meta = live["metadata"]
        self._note("delete", live["kind"], meta["name"])
        stored = self.objects.get((live["kind"], meta["namespace"], meta["name"]))
        if stored and unchanged and stored["metadata"]["resourceVersion"] != meta["resourceVersion"]:
            raise ClusterError(409, "the object has been modified")
        self.objects.pop((live["kind"], meta["namespace"], meta["name"]), None)

    def collect_garbage(self) -> None:
        """What the garbage collector would do: what has owners, and none that is there any more, goes."""
        uids = {live["metadata"]["uid"] for live in self.objects.values()}
        for key, live in list(self.objects.items()):
            owners = live["metadata"].get("ownerReferences") or []
            if owners and not uids & {one["uid"] for one in owners}:
                del self.objects[key]
                self.collect_garbage()
                return

    async def read_heads(self, kind: str, namespace: str | None, labels: str | None) -> AsyncIterator[HeadPage]:
        self._note("read-heads", kind, labels or "")
        yield HeadPage([read_metadata(live) for live in self._select(kind, namespace, labels)], str(self._version))

    async def read_objects(self, kind: str, namespace: str | None, labels: str | None) -> AsyncIterator[Manifests]:
        self._note("read-objects", kind, labels or "")
        yield send(self._select(kind, namespace, labels))

    def tell(self, store: Store) -> None:
        """What watches do that have caught up with all that was written until now."""
        for kind in WATCHED:
            listing = store.start_listing(kind, None)
            label = "" if kind == names.KIND else names.LABEL_EXPERIMENT
            listing.add([read_metadata(live) for live in self._select(kind, None, label)], str(self._version))
            listing.finish()

    def run_pods(self) -> None:
        """What the Deployment controller and the kubelet would do: one Ready pod per replica, none without one."""
        wanted = {
            f"{deployment['metadata']['name']}-{number}": deployment
            for deployment in self.of_kind("Deployment")
            for number in range(deployment["spec"]["replicas"])
        }
        for pod in self.of_kind("Pod"):
            if pod["metadata"]["name"] not in wanted and names.LABEL_HASH in pod["metadata"]["labels"]:
                self.objects.pop(("Pod", pod["metadata"]["namespace"], pod["metadata"]["name"]))
        for number, (name, deployment) in enumerate(wanted.items()):
            if self.find("Pod", name) is None:
                owner = own(self._find_set(deployment))
                self.put(make_pod(name, deployment["spec"]["template"], f"10.244.0.{number + 2}", owner))

    def _find_set(self, deployment: Manifest) -> Manifest:
        """The ReplicaSet between a Deployment and its pods."""
        name, meta = f"{deployment['metadata']['name']}-rs", deployment["metadata"]
        head = {"name": name, "namespace": meta["namespace"], "ownerReferences": [own(deployment)]}
        labels = deployment["spec"]["template"]["metadata"]["labels"]
        former = self.find("ReplicaSet", name)
        if former and former["metadata"]["ownerReferences"] == head["ownerReferences"]:
            return former
        return self.put({"kind": "ReplicaSet", "metadata": head | {"uid": f"rs-{meta['uid']}", "labels": labels}})


def own(live: Manifest) -> Manifest:
    """The owner reference by which an object is controlled."""
    return {"kind": live["kind"], "name": live["metadata"]["name"], "uid": live["metadata"]["uid"], "controller": True}


def make_pod(
    name: str,
    template: Manifest,
    address: str | None = "10.244.0.2",
    owner: Manifest | None = None,
    ready: bool = True,
) -> Manifest:
    """A pod of a template, as the API server shows it."""
    return {
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "labels": template["metadata"]["labels"],
            "ownerReferences": [owner] if owner else [],
            "creationTimestamp": "2026-11-22T10:15:00Z",
        },
        "spec": send(template["spec"]),
        "status": {
            "phase": "Running",
            "podIP": address,
            "conditions": [{"type": "Ready", "status": str(ready)}],
        },
    }


@dataclass
class FakeRouters:
    """Routers that have the configuration of the ConfigMap in force and show what a test lets them count."""

    cluster: FakeCluster
    votes: dict[str, int] = field(default_factory=dict)  # of the serving routers: win, tie, loss
    more: str = ""  # further lines that every router shows
    silent: set[str] = field(default_factory=set)  # pods that cannot be read
    asked: list[list[str]] = field(default_factory=list)  # pods, by look

    async def read_all(self, urls: Mapping[str, str], namespace: str) -> dict[str, str | Unread]:
        self.asked.append(sorted(urls))
        return {pod: Unread("no answer") if pod in self.silent else self.text(pod) for pod in urls}

    def text(self, pod: str) -> str:
        lines = [f"{names.PROCESS_START.name} 1.7e9"]
        live = self.cluster.find("ConfigMap", "feed-router")
        if live is None:
            return "\n".join(lines)
        config = decode(live["data"][names.CONFIG_FILE])
        lines.append(f"{names.CONFIG_GENERATION.name} {config.generation}")
        lines += [f'{names.OWN_MODEL.name}{{address="{address}"}} 1' for address in names.MODEL_ADDRESSES]
        shown = self.votes if config.serving.hash in pod else {}
        for vote, number in shown.items():
            lines.append(f'{names.VOTES_TOTAL.name}{{run="{config.run}",outcome="{vote}"}} {number}')
            team = {"win": "candidate", "tie": "neutral", "loss": "champion"}[vote]
            lines.append(f'{names.CONVERSIONS.name}{{run="{config.run}",model="{team}"}} {number}')
        return "\n".join(lines) + "\n" + self.more


@dataclass
class FakeUnready:
    """Routers that are not ready, and what each answers at /readyz, by the pod's uid; None where nothing answers."""

    answers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    namespaces: set[str] = field(default_factory=set)  # in whose turn they were asked

    async def read(self, urls: Mapping[str, str], namespace: str) -> dict[str, str | None]:
        self.namespaces.add(namespace)
        self.asked.append(dict(urls))
        return {uid: self.answers.get(uid) for uid in urls}
