"""The operator's parts, put together: started in order, and stopped in order."""

import asyncio
import contextlib
import logging
import random
import secrets
import signal
import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import kopf

from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.observing.observe import Observer
from interleaver.controller.observing.prometheus import Inquirer
from interleaver.controller.observing.scrape import Scraper
from interleaver.controller.observing.templates import Templates
from interleaver.controller.process import endpoints, handlers
from interleaver.controller.process.queue import WorkQueue
from interleaver.controller.process.workers import Clocks, Resync, Workers
from interleaver.controller.secrets.default_store import DefaultStore
from interleaver.controller.secrets.supply import Supplier
from interleaver.controller.settings import Settings
from interleaver.controller.surroundings import Surroundings
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.reconcile import Reconciler

log: Final = logging.getLogger(__name__)

WAIT_FOR_CRD: Final = 2.0  # seconds between looks for the CRD; kopf is deaf for ever when it starts before it


def watch_signals(stop: asyncio.Event) -> None:
    """Let SIGTERM and SIGINT set the event."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


class Operator:
    """All parts of the operator, put together."""

    def __init__(self, settings: Settings, configuration: Any, cluster: Cluster) -> None:
        self._settings = settings
        self._configuration = configuration
        self._cluster = cluster
        most = max(1, settings.workers - 1)  # of one namespace: one worker is always there for the others
        self._queue = WorkQueue(time.monotonic, random.random, settings.backoff, settings.pace.gap, most)
        self._metrics = Metrics(self._queue.__len__)
        reconciler = self._reconciler()
        clocks = Clocks(time.monotonic, time.time)
        self._workers = Workers(self._queue, reconciler.visit, self._metrics, clocks)
        self._resync = Resync(
            cluster,
            settings.namespaces,
            self._workers.add,
            reconciler.list_visited,
            time.monotonic,
            settings.pace.resync,
            finished=time.monotonic(),
        )

    async def run(self, stop: asyncio.Event) -> int:
        """Start in order, wait, stop in order: our workers, then HTTP, then kopf."""
        http = await endpoints.serve(self._settings.http, self._metrics.text, self.is_alive, self._resync.is_ready)
        try:
            if not await self._wait_for_crd(stop):
                return 0
            return await self._watch(stop)
        finally:
            await http.cleanup()

    def is_alive(self) -> bool:
        """Whether a restart of the process would make nothing better."""
        return self._resync.is_alive() and self._workers.is_alive()

    async def _watch(self, stop: asyncio.Event) -> int:
        kopf_stop, kopf_ready = asyncio.Event(), asyncio.Event()
        watching = asyncio.create_task(self._kopf(kopf_stop, kopf_ready), name="kopf")
        await first(watching, kopf_ready.wait())
        # kopf has put its own signal handlers in place; ours must come after them.
        watch_signals(stop)
        resync = asyncio.create_task(self._resync.run(), name="resync")
        self._workers.start(self._settings.workers)
        log.info("operator started namespaces=%s", ",".join(self._settings.namespaces) or "all")
        await first(watching, stop.wait())
        resync.cancel()
        await self._workers.stop()
        kopf_stop.set()
        return await outcome(watching, stop)

    def _kopf(self, stop: asyncio.Event, ready: asyncio.Event) -> Any:
        return kopf.operator(
            registry=handlers.make_registry(self._workers.add, self._configuration),
            settings=handlers.make_settings(self._settings.requests),
            # Without a name kopf looks the user up, and a numeric user of a container has no entry to find.
            identity=cast(Any, socket.gethostname()),
            standalone=True,
            clusterwide=not self._settings.namespaces,
            namespaces=self._settings.namespaces,
            stop_flag=stop,
            ready_flag=ready,
        )

    async def _wait_for_crd(self, stop: asyncio.Event) -> bool:
        """Wait until the CRD is served; False when the operator is to stop before that."""
        namespace = next(iter(self._settings.namespaces), None)
        while not stop.is_set():
            try:
                return await self._cluster.is_served(kinds.EXPERIMENT, namespace)
            except ClusterError as error:
                log.warning("waiting for the CRD to be served error=%s", error)
            # Waiting is a sign of life too: a restart would not bring the CRD.
            self._resync.finished = time.monotonic()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), WAIT_FOR_CRD)
        return False

    def _reconciler(self) -> Reconciler:
        settings = self._settings
        templates = Templates(time.monotonic, settings.pace.recheck)
        scraper, inquirer = Scraper(settings.scraping), Inquirer(settings.asking)
        store = DefaultStore(Path(settings.store_url_file) if settings.store_url_file else None)
        supplier, unready = Supplier(store), Scraper(settings.unready, status=503)
        observer = Observer(self._cluster, scraper, templates, settings.router_image, inquirer, supplier, unready)
        around = Surroundings(lambda: datetime.now(UTC), time.monotonic, secrets.token_hex, socket.gethostname())
        return Reconciler(self._cluster, observer, around, settings.pace, self._metrics)


async def first(task: asyncio.Task[Any], other: Any) -> None:
    """Wait until the task or the other awaitable is done."""
    waiting = asyncio.ensure_future(other)
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


async def outcome(watching: asyncio.Task[Any], stop: asyncio.Event) -> int:
    """The exit code: 0 after a signal, else 1, for kopf ends by itself only when it cannot go on."""
    was_asked = stop.is_set()
    try:
        await watching
    except Exception as error:  # noqa: BLE001 - whatever kopf died of, the process ends and says why
        log.error("watching ended error=%s: %s", type(error).__name__, error)
        return 1
    if not was_asked:
        log.error("watching ended by itself, most likely because the CRD is no longer served")
        return 1
    log.info("operator stopped")
    return 0
