"""Builders of test values: whole, valid, and different only in what a test names."""

import json
from collections.abc import Mapping
from copy import copy, deepcopy
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self

from interleaver.api import conditions, names
from interleaver.api.experiment import Experiment
from interleaver.api.fields import timestamp
from interleaver.api.observed import (
    Deployed,
    Entry,
    FoundRecord,
    Gating,
    Observed,
    Reading,
    StoreReading,
    Supply,
    Telling,
)
from interleaver.api.record import RECORD_FILE, draw_up, fingerprint, record_name, write
from interleaver.api.revision import Revision, Snapshot, snapshot
from interleaver.api.routing import Config, decode
from interleaver.api.status import Condition, Run, Status
from interleaver.api.v1alpha1 import Router
from interleaver.experiment.counting.counts import add_counts
from interleaver.experiment.counting.exposition import SIGNS
from interleaver.experiment.run import advance
from interleaver.experiment.telling.announce import Announcement, announce
from interleaver.resources.desired import desired
from interleaver.resources.metadata import router_port_name
from interleaver.resources.snapshot import parse_snapshot

STORE = {"urlSecretRef": {"name": "votes", "key": "url"}}  # spec.store
START = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
ROUTER_IMAGE = "localhost/interleaver-router:test"


def make_template(image: str = "localhost/model:1", port: int = 9000) -> dict[str, Any]:
    """A pod template of one model server."""
    container = {"name": "model", "image": image, "ports": [{"containerPort": port}]}
    return {"metadata": {"labels": {"app": "feed"}}, "spec": {"containers": [container]}}


def make_source(revision: str, port: int = 9000) -> dict[str, Any]:
    """A champion or candidate of the spec."""
    template = make_template(f"localhost/model:{revision}", port)
    return {"revision": revision, "port": port, "source": {"template": template}}


def make_spec(**changes: Any) -> dict[str, Any]:
    """A spec with champion v41, candidate v42 and a run of hours; changes replace whole top-level fields."""
    spec = {
        "service": {"name": "home-feed"},
        "champion": make_source("v41"),
        "candidate": make_source("v42"),
        "contract": {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items", "itemId": "/id"},
        "traffic": {"steps": [{"percent": 10, "hold": "1h"}, {"percent": 50, "hold": "1h"}, {"percent": 100}]},
        "metrics": {"interval": "30s", "staleAfter": "10m", "attributionWindow": "1h"},
        "analysis": {
            "alpha": "0.05",
            "margin": "0.05",
            "minimumRun": "3h",
            "window": "24h",
            "minimumVotes": 100,
            "plannedVotes": 1000,
        },
        "promotion": {"rollbackWindow": "1h", "progressDeadline": "10m"},
    }
    return {key: value for key, value in (spec | changes).items() if value is not None}


def make_experiment(
    status: Status | None = None, annotations: Mapping[str, str] | None = None, **spec: Any
) -> Experiment:
    """An experiment as read from the API server. Nothing outlives it unless a test says so: what is to serve then need
    not be set free first, which takes a look of its own."""
    metadata = {"name": "feed", "namespace": "shop", "uid": "u-1", "generation": 1, "annotations": annotations or {}}
    policy = {"deletionPolicy": "Delete"}
    document = {"metadata": metadata, "spec": make_spec(**(policy | spec)), "status": (status or Status()).to_dict()}
    return Experiment.model_validate(document)


def make_snapshot(name: str = "v41", port: int = 9000) -> Snapshot:
    """A revision as it was first deployed."""
    template = make_template(f"localhost/model:{name}", port)
    return snapshot(Revision(name=name, port=port, template=template), Router(), ROUTER_IMAGE)


def find_router_port(pod: dict[str, Any]) -> dict[str, Any]:
    """The router's port for requests in the spec of a pod."""
    router = next(each for each in pod["initContainers"] if each["name"] == names.ROUTER_CONTAINER)
    port: dict[str, Any] = router["ports"][0]
    return port


def is_record(manifest: dict[str, Any]) -> bool:
    """Whether an object is the record of a run."""
    return names.LABEL_RUN in manifest["metadata"]["labels"]


@dataclass
class World:
    """A cluster in memory: what `desired` asks for exists at the next moment, and routers count what a test casts.

    It stands for nothing that is tested on the real cluster; it makes the two pure functions meet over weeks.
    """

    experiment: Experiment = field(default_factory=make_experiment)
    now: datetime = START
    counts: dict[str, int] = field(default_factory=dict)
    room: int = 1000  # pods of each revision that the cluster has room for
    broken: set[str] = field(default_factory=set)  # revisions whose pods never get Ready
    readable: bool = True
    breaker_open: bool = False  # on every router
    unreached: set[str] = field(default_factory=set)  # hashes of revisions whose routers do not reach their own model
    noted: int = 0  # requests whose unit was noted
    heavy: dict[str, int] = field(default_factory=dict)  # of these, those of units that send more than their share
    slow_routers: bool = False  # routers that never take a new configuration
    invalid: dict[str, str] = field(default_factory=dict)  # revision: the API server's words
    foreign_service: bool = False
    manifests: list[dict[str, Any]] = field(default_factory=list)
    announced: list[Announcement] = field(default_factory=list)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)  # by name
    percents: list[int] = field(default_factory=list)
    seen_generation: int = 0
    start: str = "1"
    supply: Supply = field(default_factory=Supply)  # what the operator found of Secrets
    gating: Gating = field(default_factory=Gating)  # what is seen of gates
    telling: Telling = field(default_factory=Telling)  # whether verdicts are told, and what came of it
    shared: dict[str, int] = field(default_factory=dict)  # what the vote store holds of the run
    epoch: int = 0
    store_up: bool = True
    surplus: int = 0  # pods of each revision that are still there though nobody wants them
    every: dict[str, int] = field(default_factory=dict)  # what each router but the first of its revision counts
    lost: set[str] = field(default_factory=set)  # pods that were killed
    router_image: str = ROUTER_IMAGE
    created: dict[str, str] = field(default_factory=dict)  # when each revision was first deployed, by its hash
    lingering: dict[str, dict[str, Any]] | None = None  # by hash, pods of a former form, where these go slowly
    trouble: str | None = "CrashLoopBackOff: back-off restarting failed container"  # of revisions that are broken
    denied: tuple[str, ...] = ()  # the API server's words on objects that it did not take
    served: dict[str, dict[str, int]] = field(default_factory=dict)  # calls of what serves, by the routers' revision

    def branch(self) -> Self:
        """Another world with the same past. What happens to either is nothing to the other: values are never changed,
        so that only what holds them is copied."""
        return replace(self, **{each.name: copy(getattr(self, each.name)) for each in fields(self)})

    @property
    def status(self) -> Status:
        return self.experiment.status

    @property
    def run(self) -> Run:
        assert self.status.run is not None
        return self.status.run

    def condition(self, kind: str) -> Condition:
        """The condition of that type, which the status must have."""
        found = conditions.find(self.status, kind)
        assert found is not None, f"no condition {kind}"
        return found

    def objects(self, kind: str) -> list[dict[str, Any]]:
        return [manifest for manifest in self.manifests if manifest["kind"] == kind]

    def revisions(self) -> dict[str, int]:
        """The deployed revisions by name, and their pods."""
        deployments = self.objects("Deployment")
        return {item["metadata"]["labels"][names.LABEL_REVISION]: item["spec"]["replicas"] for item in deployments}

    def observe(self, looking: bool = True) -> Observed:
        sizes = {
            item["metadata"]["labels"][names.LABEL_HASH]: item["spec"]["replicas"]
            for item in self.objects("Deployment")
        }
        snapshots = [parse_snapshot(item) for item in self.objects("ControllerRevision")]
        deployed = {item.hash: self.deploy(item, sizes.get(item.hash)) for item in snapshots}
        maps = [item["data"] for item in self.objects("ConfigMap")]
        configs = [decode(data[names.CONFIG_FILE]) for data in maps if names.CONFIG_FILE in data]
        # Nothing that is desired takes a record away again.
        self.records |= {item["metadata"]["name"]: item for item in self.manifests if is_record(item)}
        config = configs[0] if configs else None
        up = {hash_: size for hash_, size in sizes.items() if size and self.is_up(deployed[hash_])}
        readings = [reading for hash_, size in up.items() for reading in self.read_all(hash_, size, config)]
        if config and not self.slow_routers:
            self.seen_generation = config.generation
        champion, candidate = self.experiment.spec.champion, self.experiment.spec.candidate
        revisions = {item.revision: item for item in (champion, candidate) if item}
        invalid = {}
        for name, words in self.invalid.items():
            template = revisions[name].source.template or {}
            invalid[Revision(name=name, port=revisions[name].port, template=template).hash] = words
        recorded, taken = self.find_record()
        return Observed(
            self.router_image, deployed, invalid, self.find_entry(), config, tuple(readings) if looking else None,
            recorded=recorded, records=taken, supply=self.supply, denied=self.denied,
            config_owned=self.is_owned("feed-router"), telling=self.telling, gating=self.gating,
        )  # fmt: skip

    def find_record(self) -> tuple[bool, tuple[FoundRecord, ...]]:
        """Whether the record of the run's verdict is stored, and what has its name in its place."""
        record = draw_up(self.experiment)
        if record is None:
            return False, ()
        first, wanted = record_name("feed", record.run.id), fingerprint(write(record))
        texts = {name: item["data"][RECORD_FILE] for name, item in self.records.items() if name.startswith(first)}
        if wanted in map(fingerprint, texts.values()):
            return True, ()
        state = FoundRecord(record.run.id, "Changed", taken=tuple(texts), awaited=True)
        return False, (state,) if texts else ()

    def deploy(self, item: Snapshot, size: int | None) -> Deployed:
        up = 0 if item.name in self.broken else min(size or 0, self.room)
        trouble = self.trouble if item.name in self.broken else None
        pods, created = (size or 0) + self.surplus, self.find_created(item.hash)
        left = (self.lingering or {}).get(item.hash)
        ports = [find_router_port(each) for each in (self.find_pod(item.hash), left) if each]
        is_named = bool(ports) and all(port["name"] == router_port_name(item.hash) for port in ports)
        numbers = frozenset(int(port["containerPort"]) for port in ports)
        owned = self.is_owned(f"feed-{item.hash}")
        return Deployed(item, size, pods, up, "10.96.0.5", trouble, created, not left, numbers, is_named, owned)

    def is_owned(self, name: str) -> bool:
        """Whether any object of that name goes with the experiment."""
        return any("ownerReferences" in item["metadata"] for item in self.manifests if item["metadata"]["name"] == name)

    def find_pod(self, hash_: str) -> dict[str, Any] | None:
        """The spec of a revision's pods."""
        name = f"feed-{hash_}"
        pods = (
            each["spec"]["template"]["spec"] for each in self.objects("Deployment") if name == each["metadata"]["name"]
        )
        return next(pods, None)

    def keep_former_pods(self, manifests: list[dict[str, Any]]) -> None:
        """Pods that are about to be replaced linger."""
        former = {each["metadata"]["labels"][names.LABEL_HASH]: each for each in self.objects("Deployment")}
        for each in (one for one in manifests if one["kind"] == "Deployment"):
            hash_ = each["metadata"]["labels"][names.LABEL_HASH]
            if self.lingering is not None and hash_ in former and former[hash_]["spec"] != each["spec"]:
                self.lingering.setdefault(hash_, former[hash_]["spec"]["template"]["spec"])

    def find_created(self, hash_: str) -> str:
        """When a revision's snapshot was first seen."""
        return self.created.setdefault(hash_, timestamp(self.now))

    def is_up(self, deployed: Deployed) -> bool:
        return deployed.ready > 0

    def read_all(self, hash_: str, size: int, config: Config | None) -> list[Reading]:
        """Every router of a revision. The first counts what a test casts, and all of them show what the store holds."""
        first = self.read(hash_)
        store = self.show_store() if config and config.store else None
        idle = None if first.counts is None else dict(self.every)
        others = [replace(first, pod=f"{first.pod}-{number}", counts=idle) for number in range(1, size)]
        found = [reading for reading in (first, *others) if reading.pod not in self.lost]
        return [reading if reading.counts is None else replace(reading, store=store) for reading in found]

    def show_store(self) -> StoreReading:
        """What every router shows of the vote store."""
        return StoreReading(self.store_up, self.epoch, dict(self.shared))

    def read(self, hash_: str) -> Reading:
        serving = self.status.serving is not None and self.status.serving.hash == hash_
        counts = (self.counts if serving else {}) if self.readable else None
        return Reading(
            f"pod-{hash_}",
            hash_,
            True,
            False,
            self.seen_generation,
            self.start,
            counts and dict(counts) if counts is not None else None,
            breaker_open=self.breaker_open,
            reached=hash_ not in self.unreached,
            tells_units=True,
            noted=self.noted,
            heavy=self.heavy,
            served=self.served.get(hash_, {}),
            signs={name: number for name, number in (counts or {}).items() if name in SIGNS.values()},
        )

    def find_entry(self) -> Entry | None:
        if self.foreign_service:
            return Entry(ours=False)
        entries = [item for item in self.objects("Service") if item["metadata"]["name"] == "home-feed"]
        if not entries:
            return None
        annotations = entries[0]["metadata"]["annotations"]
        hash_ = entries[0]["spec"]["selector"][names.LABEL_HASH]
        seed, concluded = annotations[names.ANNOTATION_SEED], annotations.get(names.ANNOTATION_CONCLUDED)
        target = entries[0]["spec"]["ports"][0]["targetPort"]
        owned = self.is_owned("home-feed")
        return Entry(True, hash_, "10.96.0.4", seed, concluded, target=target, owned=owned)

    def step(self, seconds: float = 30, looking: bool = True) -> Status:
        """One reconcile, `seconds` later."""
        self.now += timedelta(seconds=seconds)
        observed = self.observe(looking)
        new = advance(self.experiment, observed, self.now)
        self.announced += announce(self.experiment, new)
        # Through JSON, as the API server keeps it: what is not in there is forgotten.
        self.experiment = self.experiment.model_copy(update={"status": Status.model_validate(new.to_dict())})
        manifests = desired(self.experiment, observed)
        self.keep_former_pods(manifests)
        self.manifests = manifests
        if new.run:
            self.percents.append(new.run.percent)
        return new

    def settle(self, steps: int = 6) -> Status:
        """Some reconciles in a row, until nothing new is needed."""
        for _ in range(steps):
            self.step(1)
        return self.status

    def edit(self, annotations: Mapping[str, str] | None = None, **spec: Any) -> None:
        """Somebody applies another spec."""
        document = deepcopy(self.experiment.model_dump(by_alias=True, exclude_none=True))
        document["spec"] = {key: value for key, value in (document["spec"] | spec).items() if value is not None}
        document["metadata"]["generation"] += 1
        document["metadata"]["annotations"] = dict(annotations or {})
        self.experiment = Experiment.model_validate(document)

    def vote(self, win: int = 0, tie: int = 0, loss: int = 0) -> None:
        """Units vote, each with one conversion and one request."""
        cast = {"votes.win": win, "votes.tie": tie, "votes.loss": loss, "conversions.candidate": win}
        cast |= {"conversions.neutral": tie, "conversions.champion": loss}
        run = self.status.run
        kept = self.shared if run and run.plan.store else self.counts
        self.epoch = self.epoch or 1
        for name, number in cast.items():
            kept[name] = kept.get(name, 0) + number
        self.count(**{"requests.ok": win + tie + loss})

    def count(self, **counts: int) -> None:
        """The serving router counts these, by the ledger's names."""
        for name, number in counts.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def serve(self, revision: str = "", **calls: int) -> None:
        """Routers beside a revision, or else beside what serves, count calls of what serves, by their outcome."""
        hashes = {item.name: item.hash for item in map(parse_snapshot, self.objects("ControllerRevision"))}
        hash_ = hashes[revision] if revision else self.status.serving.hash if self.status.serving else ""
        counted = {f"calls.champion.{outcome}": number for outcome, number in calls.items()}
        self.served = self.served | {hash_: add_counts(self.served.get(hash_, {}), counted)}

    def fall_back(self, reason: str, times: int) -> None:
        """Interleaved requests end without a comparison."""
        for name in ("requests.fallback", f"fallbacks.{reason}"):
            self.counts[name] = self.counts.get(name, 0) + times


def make_running_world(**spec: Any) -> World:
    """A world in which the run is on its first step."""
    return bring_to_first_step(json.dumps(spec)).branch()


@cache  # many tests begin at the same moment
def bring_to_first_step(spec: str) -> World:
    """The world of that spec, which nobody may go on with."""
    world = World(make_experiment(**json.loads(spec)))
    world.settle(8)
    assert world.run.stage == "Running", world.status
    assert world.run.stepped_at is not None
    return world
