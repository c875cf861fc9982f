"""Observing: from live objects and what the routers show to the plain values that the core decides on."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from interleaver.api import names
from interleaver.api.adoption import Terms
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Deployed, Entry, Gating, Observed, Reading
from interleaver.api.revision import Snapshot, resolve, snapshot
from interleaver.api.routing import Config, decode
from interleaver.controller.acting.records import look_for_records
from interleaver.controller.cluster.children import OF_REVISIONS, Children, find_children
from interleaver.controller.cluster.claiming import NOTHING, Refused
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.ownership import is_adopted_by, is_going, is_ours, is_owned_by
from interleaver.controller.cluster.pods import find_router_port, is_over, is_settled, is_terminating
from interleaver.controller.observing.gates import GateWatch, SeenGate
from interleaver.controller.observing.looks import (
    Moment,
    PastLooks,
    metrics_urls,
    read_readings,
    wait_for_look,
)
from interleaver.controller.observing.prometheus import Inquirer
from interleaver.controller.observing.scrape import Scraper, Unread
from interleaver.controller.observing.selecting import Selecting
from interleaver.controller.observing.sources import fill_references
from interleaver.controller.observing.templates import Templates
from interleaver.controller.observing.trouble import NOTHING_SAID, trouble
from interleaver.controller.secrets.store_copy import Supplied
from interleaver.controller.secrets.supply import Supplier
from interleaver.controller.settings import UNREADY
from interleaver.resources.adoption import find_port, offer, read_former
from interleaver.resources.metadata import router_object_name, router_port_name
from interleaver.resources.snapshot import parse_snapshot

log: Final = logging.getLogger(__name__)

# A change a second for thirty years. Somebody who may write in the namespace may have written more, which would only
# ever rise, until no router's could be read: such a configuration is written anew.
HIGHEST_GENERATION: Final = 10**9


@dataclass(frozen=True)
class Seen:
    """One observation: for the core, and the live objects for whoever acts on its decision."""

    experiment: Experiment  # with the templates that its spec refers to
    observed: Observed
    children: Children
    supplied: Supplied = field(default_factory=Supplied)
    gate_job: Manifest | None = None  # of the gate that a run is at


@dataclass(frozen=True)
class Observer:
    """What observing needs."""

    cluster: Cluster
    scraper: Scraper
    templates: Templates
    selecting: Selecting
    router_image: str
    inquirer: Inquirer = field(default_factory=Inquirer)
    supplier: Supplier = field(default_factory=Supplier)
    unready: Scraper = field(default_factory=lambda: Scraper(UNREADY, status=503))
    gates: GateWatch | None = None  # None: it may run none
    before_look: Callable[[Experiment], Awaitable[None]] | None = None  # at a run; raises when others are to have it

    async def observe(
        self,
        experiment: Experiment,
        past: PastLooks,
        moment: Moment,
        refused: Refused = NOTHING,
        keys_made: bool = False,
    ) -> Seen:
        """Read the cluster and, when a look is due, the routers. Raises ClusterError."""
        experiment, referenced = await fill_references(self.cluster, experiment, past.copies, moment.monotonic)
        children = await find_children(self.cluster, experiment, past.lineage)
        past.keep_only(children.pods)
        past.lineage.note(children.strangers, moment.monotonic)
        deployed = deployed_revisions(children, moment.now, await self._hear(experiment, children, past, moment))
        config = find_config(children, experiment)
        supplied = await self.supplier.find(self.cluster, experiment, past.copy)
        looked = await self._look(experiment, children, config, past, moment)
        turn = past.take_turn(moment.monotonic) if experiment.status.history else None
        records = await look_for_records(self.cluster, experiment, turn)
        gate = await self._look_at_gates(experiment)
        observed = Observed(
            router_image=self.router_image,
            deployed=deployed,
            invalid=await self._invalid(experiment, deployed.keys()),
            recorded=any(found.awaited and found.state == "Kept" for found in records),
            records=records,
            touched_generation=find_touched_generation(children.pods),
            keys_made=keys_made or remembers_keys(find_config_map(children, experiment)),
            denied=refused.denied,
            clashes=refused.clashes,
            strangers=past.lineage.name_settled(children.strangers, moment.monotonic),
            entry=(found := entry(children.entry, experiment)),
            terms=terms(children.entry, found, experiment),
            config=config,
            config_owned=("ConfigMap", router_object_name(experiment.metadata.name)) in children.owned,
            readings=looked,
            inquiry=await self.inquirer.inquire(self.cluster, experiment, looking=looked is not None),
            supply=supplied.supply,
            referenced=referenced,
            selected=await self.selecting.find(self.cluster, experiment),
            gating=gate.gating,
        )
        return Seen(experiment, observed, children, supplied, gate.live)

    async def _invalid(self, experiment: Experiment, known: Iterable[str]) -> dict[str, str]:
        """The revisions in the spec that were never deployed and that the API server denies, by hash."""
        spec, denied = experiment.spec, dict[str, str]()
        for source in (spec.champion, spec.candidate):
            revision = resolve(source) if source else None
            if revision is None or revision.hash in known:
                continue
            fresh = snapshot(revision, spec.router, self.router_image)
            words = await self.templates.denial(self.cluster, experiment, fresh)
            if words is not None:
                denied[revision.hash] = words
        return denied

    async def _look_at_gates(self, experiment: Experiment) -> SeenGate:
        """What is seen of gates; where there are none, whether there may be."""
        if self.gates is None or not has_gates(experiment):
            return SeenGate(Gating(is_on=self.gates is not None))
        return await self.gates.find(self.cluster, experiment)

    async def _hear(
        self, experiment: Experiment, children: Children, past: PastLooks, moment: Moment
    ) -> dict[str, str]:
        """Why routers are not ready, in their own words, by the pod's uid: asked of those that it is time to ask."""
        due = past.heard.list_due(children.pods, moment.now, moment.monotonic)
        if due:
            past.heard.note(await self.unready.read(due, experiment.metadata.namespace), moment.monotonic)
        return past.heard.words

    async def _look(
        self, experiment: Experiment, children: Children, config: Config | None, past: PastLooks, moment: Moment
    ) -> tuple[Reading, ...] | None:
        """Every router's reading; None when no look is due. Raises what `before_look` raises."""
        if wait_for_look(experiment, children.pods, config, past, moment) != 0.0:
            return None
        run = experiment.status.run
        if run and self.before_look:
            await self.before_look(experiment)
        urls = metrics_urls(children.pods, moment.now)
        texts = await self.scraper.read_all(urls, experiment.metadata.namespace)
        found = await read_readings(children.pods, texts, run.id if run else None)
        for reading in found:
            # A router that starts or leaves need not answer; one that calls itself Ready must.
            if reading.counts is None and (reading.ready or not isinstance(texts[reading.pod], Unread)):
                log.warning("router not read pod=%s error=%s", reading.pod, reading.why)
        past.note(children.pods, found, moment.monotonic)
        return tuple(found)


def has_gates(experiment: Experiment) -> bool:
    """Whether there are gates to look at: those of a run, or those of a candidate that may be tried."""
    run, candidate = experiment.status.run, experiment.spec.candidate
    return bool(run.plan.gates) if run else bool(candidate and candidate.gates)


def deployed_revisions(
    children: Children, now: datetime, said: Mapping[str, str] = NOTHING_SAID
) -> dict[str, Deployed]:
    """Every revision with a snapshot, by hash. `said` is what routers complain of, by the pod's uid."""
    found = {}
    for live in children.of_kind("ControllerRevision"):
        try:
            kept = parse_snapshot(live)
        except (ValueError, KeyError) as error:
            # Whoever tampered with it: the revision counts as not deployed, and its snapshot is applied again.
            log.warning(
                "snapshot cannot be read object=ControllerRevision/%s error=%s", live["metadata"]["name"], error
            )
            continue
        if live["metadata"]["name"].endswith(f"-{kept.hash}"):
            found[kept.hash] = deployed(children, live, kept, now, said)
    return found


def deployed(children: Children, live: Manifest, kept: Snapshot, now: datetime, said: Mapping[str, str]) -> Deployed:
    """One revision's objects, which all have the name of its snapshot."""
    name = live["metadata"]["name"]
    deployment, service = children.find("Deployment", name), children.find("Service", name)
    alive = [pod for pod in children.pods_of(kept.hash) if not is_over(pod)]
    pods = [pod for pod in alive if not is_terminating(pod)]
    ports = [port for pod in alive if (port := find_router_port(pod))]
    return Deployed(
        snapshot=kept,
        size=deployment["spec"].get("replicas", 1) if deployment else None,
        pods=len(pods),
        ready=sum(is_settled(pod, now) for pod in pods),
        address=cluster_ip(service),
        trouble=trouble(deployment, pods, said),
        created=live["metadata"].get("creationTimestamp"),
        is_rolled_out=is_rolled_out(deployment),
        ports=frozenset(port.number for port in ports),
        is_named=bool(ports) and all(port.name == router_port_name(kept.hash) for port in ports),
        owned=any((kind, name) in children.owned for kind in OF_REVISIONS),
        pods_uid=find_pods_uid(deployment),
    )


def find_pods_uid(deployment: Manifest | None) -> str | None:
    """The experiment's uid in the labels of a Deployment's pods; None without a Deployment."""
    labels = (deployment["spec"]["template"].get("metadata") or {}).get("labels") if deployment else None
    found: str | None = (labels or {}).get(names.LABEL_EXPERIMENT_UID)
    return found


def is_rolled_out(deployment: Manifest | None) -> bool:
    """Whether the Deployment's controller has seen what we applied last, and has replaced all pods of before."""
    status = (deployment or {}).get("status", {})
    if deployment is None or status.get("observedGeneration", 0) < deployment["metadata"].get("generation", 0):
        return False
    size: int = deployment["spec"].get("replicas", 1)
    return bool(status.get("updatedReplicas", 0) == status.get("replicas", 0) == size)


def cluster_ip(service: Manifest | None) -> str | None:
    """The address of a Service; None when it has none (yet)."""
    address = service["spec"].get("clusterIP") if service else None
    return None if address in (None, "", "None") else str(address)


def entry(service: Manifest | None, experiment: Experiment) -> Entry | None:
    """The Service of the entry's name. One that is about to go with a former experiment counts as gone already."""
    if service is None or is_going(service, experiment):
        return None
    annotations = service["metadata"].get("annotations") or {}
    former = read_former(service) if names.ANNOTATION_ADOPTED in annotations else None
    port = find_port(service, former.port if former else experiment.spec.service.port)
    return Entry(
        # An adopted one is given back before a successor of the experiment's name may have it.
        ours=is_adopted_by(service, experiment) if former else is_ours(service, experiment),
        hash=(service["spec"].get("selector") or {}).get(names.LABEL_HASH),
        address=cluster_ip(service),
        seed=annotations.get(names.ANNOTATION_SEED),
        concluded=annotations.get(names.ANNOTATION_CONCLUDED),
        former=former,
        target=port.get("targetPort") if port else None,
        owned=is_owned_by(service, experiment),
    )


def terms(service: Manifest | None, found: Entry | None, experiment: Experiment) -> Terms | None:
    """On what terms the Service of the entry's name could be taken over; None when there is none, or it is ours."""
    return None if service is None or found is None or found.ours else offer(service, experiment)


def find_touched_generation(pods: Iterable[Manifest]) -> int:
    """The highest generation of the configuration that pods were told of; 0 when they were told of none."""
    texts = ((pod["metadata"].get("annotations") or {}).get(names.ANNOTATION_CONFIG_GENERATION, "") for pod in pods)
    # Whoever may write in the namespace may write a higher one; such a pod is told anew.
    found = (int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 16)
    return max((generation for generation in found if generation <= HIGHEST_GENERATION), default=0)


def find_config_map(children: Children, experiment: Experiment) -> Manifest | None:
    """The routers' ConfigMap."""
    return children.find("ConfigMap", router_object_name(experiment.metadata.name))


def remembers_keys(config_map: Manifest | None) -> bool:
    """Whether the routers' ConfigMap says that the Secret with the keys was made."""
    annotations = (config_map["metadata"].get("annotations") or {}) if config_map else {}
    return names.ANNOTATION_KEYS_MADE in annotations


def find_config(children: Children, experiment: Experiment) -> Config | None:
    """The routers' configuration as it stands; None when there is none or it cannot be read."""
    live = find_config_map(children, experiment) or {}
    text = (live.get("data") or {}).get(names.CONFIG_FILE)
    try:
        config = None if text is None else decode(text)
        if config is None or config.generation <= HIGHEST_GENERATION:
            return config
        error = f"its generation is above {HIGHEST_GENERATION}"
    except (msgspec.MsgspecError, RecursionError) as fault:
        error = str(fault)
    log.warning("router configuration cannot be read error=%s", error)
    return None
