"""Looks: when the routers are to be read, and what they showed. Pure, but for the past it is given."""

import asyncio
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from interleaver.api.conditions import shorten
from interleaver.api.experiment import Experiment
from interleaver.api.fields import instant, seconds
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Reading
from interleaver.api.routing import Config
from interleaver.api.status import Run
from interleaver.controller.cluster.pods import (
    admin_port,
    has_router,
    is_ready,
    is_terminating,
    pod_host,
    revision_hash,
)
from interleaver.controller.cluster.replicas import Lineage
from interleaver.controller.observing.scrape import LONGEST_WHY, Unread
from interleaver.controller.observing.sources import Copies
from interleaver.controller.observing.unready import Heard
from interleaver.controller.secrets.supply import PastCopy
from interleaver.experiment.counting.exposition import read_in_slices

BETWEEN_RECORDS: Final = 600.0  # seconds until the next record of the history is looked for; nothing depends on it
OUTSIDE: Final = 30.0  # seconds between attempts to see a configuration confirmed when no run waits for it


@dataclass
class PastLooks:
    """What this process remembers of one experiment's looks; nothing that a restart may not forget."""

    at: float | None = None  # when routers were last read, on the monotonic clock
    record_sought: float = float("-inf")  # when a record was last looked for, likewise
    record_turn: int = 0
    farewells: set[str] = field(default_factory=set)  # uids of pods that we tried to read while terminating
    confirmed: dict[str, int | None] = field(default_factory=dict)  # generation in force, by the pod's uid
    lineage: Lineage = field(default_factory=Lineage)  # which pods are replicas of ours
    heard: Heard = field(default_factory=Heard)  # why routers are not ready
    copies: Copies = field(default_factory=Copies)  # of templates that the spec refers to
    copy: PastCopy = field(default_factory=PastCopy)  # of what Secrets hold

    def note(self, pods: Iterable[Manifest], seen: Iterable[Reading], monotonic: float) -> None:
        """Routers were read: which of them are leaving, and what each confirmed."""
        uids = {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in pods}
        self.at = monotonic
        for reading in seen:
            self.confirmed[uids[reading.pod]] = reading.generation
            if reading.terminating:
                self.farewells.add(uids[reading.pod])

    def take_turn(self, monotonic: float) -> int | None:
        """The number of the record that is to be looked for now; None when it is too soon for another."""
        if monotonic - self.record_sought < BETWEEN_RECORDS:
            return None
        self.record_sought, self.record_turn = monotonic, self.record_turn + 1
        return self.record_turn - 1

    def forget_look(self) -> None:
        """The last look never happened, for its status was not written: let it be repeated at once."""
        self.at = None
        self.farewells.clear()

    def take_back(self, before: "PastLooks") -> None:
        """What was seen since `before` led to nothing yet: let it be seen again."""
        self.record_sought, self.record_turn = before.record_sought, before.record_turn
        if self.at != before.at:
            self.forget_look()

    def keep_only(self, pods: Iterable[Manifest]) -> None:
        """Forget pods that are gone."""
        uids = {pod["metadata"]["uid"] for pod in pods}
        self.farewells &= uids
        self.confirmed = {uid: generation for uid, generation in self.confirmed.items() if uid in uids}
        self.heard.keep_only(pods)


@dataclass(frozen=True)
class Moment:
    """Now, on both clocks, and the shortest times between looks in seconds."""

    now: datetime
    monotonic: float
    soon: float = 1.0
    gap: float = 0.2


def wait_for_look(
    experiment: Experiment, pods: Iterable[Manifest], config: Config | None, past: PastLooks, moment: Moment
) -> float | None:
    """Seconds until the routers are to be read; 0 is now, None that nothing calls for it.

    A run calls for it every metrics.interval; a router that is about to go, and a configuration that is not in force
    everywhere, call for it sooner.
    """
    run = experiment.status.run
    since = float("inf") if past.at is None else moment.monotonic - past.at
    routers = [pod for pod in pods if has_router(pod, moment.now)]
    leaving = [pod for pod in routers if is_terminating(pod)] if run else []
    if any(pod["metadata"]["uid"] not in past.farewells for pod in leaving):
        return max(0.0, moment.gap - since)
    unconfirmed = config is not None and any(is_ready(pod) and not _confirms(pod, config, past) for pod in routers)
    if run and (leaving or unconfirmed or is_waiting_for_routers(run)):
        return max(0.0, moment.soon - since)
    if run:
        return max(0.0, seconds(run.plan.metrics.interval) - min(since, _since_written(run, moment.now)))
    return max(0.0, OUTSIDE - since) if unconfirmed else None


def is_waiting_for_routers(run: Run) -> bool:
    """Whether a rung waits for the routers to take it, or the loser for them to let go of it."""
    return run.stage in ("RollingBack", "Reverting") or (run.stage == "Running" and run.stepped_at is None)


def _since_written(run: Run, now: datetime) -> float:
    if run.looked_at is None:
        return float("inf")
    since = (now - instant(run.looked_at)).total_seconds()
    # A look in the future is of a clock that was wrong, and must not keep us from looking.
    return since if since >= 0 else float("inf")


def _confirms(pod: Manifest, config: Config, past: PastLooks) -> bool:
    return past.confirmed.get(pod["metadata"]["uid"]) == config.generation


def metrics_urls(pods: Iterable[Manifest], now: datetime) -> dict[str, str]:
    """Where each router shows its metrics, by the pod's name."""
    return {
        pod["metadata"]["name"]: f"http://{pod_host(pod)}:{port}/metrics"
        for pod in pods
        if has_router(pod, now) and (port := admin_port(pod)) is not None
    }


async def read_readings(pods: Iterable[Manifest], texts: Mapping[str, str | Unread], run: str | None) -> list[Reading]:
    """Each router's reading. Pods without an entry in `texts` have no router. Long texts are read in slices, between
    which others get on."""
    found = []
    for pod in pods:
        name = pod["metadata"]["name"]
        if name not in texts:
            continue
        slices = read_reading(pod, texts[name], run)
        try:
            while True:
                next(slices)
                await asyncio.sleep(0)
        except StopIteration as end:
            found.append(end.value)
    return found


def read_reading(pod: Manifest, text: str | Unread, run: str | None) -> Generator[None, None, Reading]:
    """One router's reading, with pauses. What made no sense is a reading without counts that says why."""
    name = pod["metadata"]["name"]
    head = Reading(pod=name, hash=revision_hash(pod) or "", ready=is_ready(pod), terminating=is_terminating(pod))
    if isinstance(text, Unread):
        return replace(head, why=text.why)
    try:
        scrape = yield from read_in_slices(text, run or "")
    except ValueError as error:
        return replace(head, why=shorten(str(error), LONGEST_WHY))
    return replace(
        head,
        generation=scrape.generation,
        start=scrape.start,
        counts=scrape.counts,
        store=scrape.store,
        breaker_open=scrape.breaker_open,
        signs=scrape.signs,
        noted=scrape.noted,
        heavy=scrape.heavy,
        tells_units=scrape.tells_units,
        reached=scrape.reached,
        served=scrape.served,
    )
