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
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

import kopf

from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.bodies import Bodies
from interleaver.controller.cluster.calls import Calls
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.passing import Passing
from interleaver.controller.cluster.remembering import read_ahead
from interleaver.controller.cluster.store import Store
from interleaver.controller.observing.gates import GateWatch
from interleaver.controller.observing.observe import Observer
from interleaver.controller.observing.prometheus import Inquirer
from interleaver.controller.observing.scrape import Scraper
from interleaver.controller.observing.selecting import Selecting
from interleaver.controller.observing.templates import Templates
from interleaver.controller.process import endpoints, handlers
from interleaver.controller.process.comparing import Comparison
from interleaver.controller.process.hearing import Ear
from interleaver.controller.process.leadership import Leadership
from interleaver.controller.process.queue import WorkQueue
from interleaver.controller.process.resync import Resync
from interleaver.controller.process.workers import Clocks, Workers
from interleaver.controller.secrets.default_store import DefaultStore
from interleaver.controller.secrets.supply import Supplier
from interleaver.controller.settings import Settings
from interleaver.controller.surroundings import Surroundings
from interleaver.controller.telling.delivering import deliver
from interleaver.controller.telling.messenger import Messenger
from interleaver.controller.telling.webhook import Webhook
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.rounds import Rounds, make_rounds
from interleaver.controller.visits.visit import Key

log: Final = logging.getLogger(__name__)

WAIT_FOR_LISTS: Final = 20.0  # seconds; thousands of objects are listed in five
READ_AHEAD: Final = 20.0  # seconds; what a thousand experiments have takes five
WAIT_FOR_CRD: Final = 2.0  # seconds between looks for the CRD; kopf is deaf for ever when it starts before it


def watch_signals(stop: asyncio.Event) -> None:
    """Let SIGTERM and SIGINT set the event."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


class Operator:
    """All parts of the operator, put together."""

    def __init__(
        self, settings: Settings, configuration: Any, cluster: Cluster, leadership: Leadership, calls: Calls
    ) -> None:
        self._settings = settings
        self._calls = calls
        self._configuration = configuration
        self._cluster = cluster
        self._leadership = leadership
        self._tasks: list[asyncio.Task[None]] = []
        most = max(1, settings.workers - 1)  # of one namespace: one worker is always there for the others
        self._queue = WorkQueue(time.monotonic, random.random, settings.backoff, settings.pace.gap, most)
        self._metrics = Metrics(self._queue.__len__, leadership.is_leading, calls)
        self._messenger = self._make_messenger()
        self._store, self._scopes = Store(), tuple(settings.namespaces) or (None,)
        self._bodies, self._passing = Bodies(), Passing()
        self._default = DefaultStore(Path(settings.store_url_file) if settings.store_url_file else None)
        self._rounds = self._make_rounds()
        clocks = Clocks(time.monotonic, time.time)
        self._workers = Workers(self._queue, self._rounds.visit, self._metrics, clocks)
        self._resync = Resync(
            cluster,
            settings.namespaces,
            self._workers.add,
            self._rounds.list_visited,
            time.monotonic,
            settings.pace.resync,
            finished=time.monotonic(),
            compare=Comparison(cluster, self._store, self._scopes).compare,
            look=self._default.fingerprint,
        )

    async def run(self, stop: asyncio.Event) -> int:
        """Start in order, wait, stop in order: our workers, then HTTP, then kopf."""
        http = await endpoints.serve(self._settings.http, self._metrics.text, self.is_alive, self.is_ready)
        try:
            if not await self._wait_for_crd(stop):
                return 0
            return await self._watch(stop)
        finally:
            await http.cleanup()

    def is_alive(self) -> bool:
        """Whether a restart of the process would make nothing better."""
        is_whole = self._workers.is_alive() and not any(task.done() for task in self._tasks)
        return self._resync.is_alive() and is_whole

    def is_ready(self) -> bool:
        """Whether it works, or would if it led: a rollout goes on while somebody else leads."""
        return self._resync.is_ready() and self._leadership.is_answered()

    async def _watch(self, stop: asyncio.Event) -> int:
        kopf_stop, kopf_ready = asyncio.Event(), asyncio.Event()
        watching = asyncio.create_task(self._kopf(kopf_stop, kopf_ready), name="kopf")
        await first(watching, kopf_ready.wait())
        # kopf has put its own signal handlers in place; ours must come after them.
        watch_signals(stop)
        await first(watching, self._wait_until_told(stop))
        await first(watching, self._read_ahead(stop))
        resync = asyncio.create_task(self._resync.run(), name="resync")
        terms = asyncio.create_task(self._work_while_leading(), name="terms")
        self._tasks = [resync, terms]
        log.info("operator started namespaces=%s", ",".join(self._settings.namespaces) or "all")
        await first(watching, stop.wait())
        for task in self._tasks:
            task.cancel()
        await self._workers.stop()
        await self._messenger.stop()
        await self._leadership.release()
        kopf_stop.set()
        return await outcome(watching, stop)

    async def _work_while_leading(self) -> None:
        """Work from term to term. Who waits is told of events all the same, and knows what to visit first.

        When a term ends visits are broken off, as they would be by the end of the process, and all that they remember
        is forgotten: only then may another term begin.
        """
        while True:
            await self._leadership.gain()
            self._passing.forget()  # what was heard until now was another one's to obey
            self._workers.start(self._settings.workers)
            await self._leadership.keep()
            await self._workers.stop(grace=0)
            await self._messenger.stop()
            self._rounds.forget()

    def _kopf(self, stop: asyncio.Event, ready: asyncio.Event) -> Any:
        settings = handlers.make_settings(self._settings.requests)
        ear = Ear(self._store, self._workers.add, partial(handlers.shrink_pages, settings), self._passing)
        return kopf.operator(
            registry=handlers.make_registry(ear, self._configuration, self._calls),
            settings=settings,
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

    async def _wait_until_told(self, stop: asyncio.Event) -> None:
        """Wait for the first lists, for a while: until they are whole every visit asks for everything."""
        end = time.monotonic() + WAIT_FOR_LISTS
        while not (stop.is_set() or self._store.is_whole(self._scopes) or time.monotonic() > end):  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    async def _read_ahead(self, stop: asyncio.Event) -> None:
        """Read what the first visits need, for a while: what is not read by then they ask for one by one."""
        reading = asyncio.create_task(read_ahead(self._cluster, self._store, self._bodies, self._scopes))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(first(reading, stop.wait()), READ_AHEAD)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)

    def _make_rounds(self) -> Rounds:
        settings = self._settings
        templates = Templates(time.monotonic, settings.pace.recheck)
        selecting = Selecting(time.monotonic, settings.pace.recheck)
        scraper, inquirer = Scraper(settings.scraping), Inquirer(settings.asking)
        supplier, unready = Supplier(self._default), Scraper(settings.unready, status=503)
        gates = GateWatch(time.monotonic, settings.pace.recheck) if settings.gates else None
        asking = scraper, templates, selecting, settings.router_image, inquirer, supplier, unready, gates
        observer = Observer(self._cluster, *asking)
        around = Surroundings(lambda: datetime.now(UTC), time.monotonic, secrets.token_hex, socket.gethostname())
        memory = self._messenger, self._bodies, self._passing
        return make_rounds(self._store, self._cluster, observer, around, settings.pace, self._metrics, *memory)

    def _make_messenger(self) -> Messenger:
        telling = self._settings.telling
        webhook = Webhook(Path(telling.url_file) if telling.url_file else None)
        return Messenger(
            webhook.is_for,
            lambda id_, event: deliver(webhook, id_, event, time.time(), telling.timeout),
            lambda place: self._workers.add(Key(*place)),
            self._metrics.told,
            telling.parallel,
        )


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
