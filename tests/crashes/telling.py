"""One telling of a story: a namespace, an operator behind a wire, and at one write a fault."""

import asyncio
import json
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from interleaver.api import names
from tests.crashes.ending import RUN, Ending, describe
from tests.crashes.faults import CLOCKS, FAULTS, Spot
from tests.crashes.process import Operator
from tests.crashes.story import Story, make_manifest
from tests.crashes.troupe import Troupe
from tests.integration.api import MERGE, Api
from tests.integration.shield import Shield
from tests.integration.wire import Fault, Wire, Write, point_at

MOST_SECONDS: Final = 300.0  # of a telling; one without a fault takes half a minute where little else runs
QUIET_SECONDS: Final = 3.0  # without a write and without a run: the story is over
POLL: Final = 0.3
CHILDREN: Final = {
    "apis/apps/v1": {"deployments": "Deployment", "controllerrevisions": "ControllerRevision"},
    "api/v1": {"services": "Service", "configmaps": "ConfigMap", "secrets": "Secret"},
}


@dataclass(frozen=True)
class Point:
    """One cell of the matrix."""

    story: Story
    fault: str  # a key of FAULTS; empty: nothing happens
    number: int = 0  # of the write


@dataclass
class Told:
    """What came of it."""

    ending: Ending
    writes: list[Write]
    met: str  # the write at which the fault happened; empty if none was
    seconds: float
    trouble: str = ""  # why the story did not come to its end
    log: str = ""


class Telling:
    """One namespace in which a story is told."""

    def __init__(self, api: Api, kubeconfig: str, point: Point, shield: Shield) -> None:
        self._api = api
        self._shield = shield
        self._kubeconfig = kubeconfig
        self._point = point
        self._namespace = f"t-{uuid.uuid4().hex[:12]}"
        self._wire = Wire(api)
        self._troupe = Troupe(api, self._namespace, point.story)
        self._experiments = f"/apis/{names.GROUP}/{names.VERSION}/namespaces/{self._namespace}/{names.PLURAL}"
        self._met = ""

    async def tell(self) -> Told:
        """Tell it to its end, and clean up."""
        started = time.monotonic()
        await self._api.send("POST", "/api/v1/namespaces", {"metadata": {"name": self._namespace}})
        await asyncio.to_thread(self._shield.put_over, self._namespace)
        await self._wire.start()
        with TemporaryDirectory(prefix="telling-") as folder:
            operator = Operator(self._namespace, Path(folder), point_at(self._kubeconfig, self._wire.port))
            self._wire.find_fault = lambda write: self._find_fault(write, operator)
            operator.has_clock = self._point.fault in CLOCKS
            playing = asyncio.create_task(self._troupe.play())
            try:
                await operator.start()
                trouble = await self._reach_the_end(operator, playing)
                return Told(
                    await self._read(),
                    self._wire.writes,
                    self._met,
                    time.monotonic() - started,
                    trouble,
                    operator.log.read_text(),
                )
            finally:
                await operator.clock.end()
                await operator.kill()
                playing.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await playing
                await self._wire.end()
                await self._api.send("DELETE", f"/api/v1/namespaces/{self._namespace}")

    def _find_fault(self, write: Write, operator: Operator) -> Fault | None:
        if write.number != self._point.number or not self._point.fault:
            return None
        self._met = name_write(write)
        return FAULTS[self._point.fault](Spot(operator, self._wire))

    async def _reach_the_end(self, operator: Operator, playing: asyncio.Task[None]) -> str:
        """Wait for it; why it does not come, or nothing."""
        await self._api.send("POST", self._experiments, make_manifest(self._point.story, self._namespace))
        end, quiet, count = time.monotonic() + MOST_SECONDS, time.monotonic(), 0
        while time.monotonic() < end:
            await asyncio.sleep(POLL)
            if playing.done():
                return f"the troupe broke off: {playing.exception()!r}"
            if operator.has_ended():
                return "the operator ended by itself"
            live = await self._api.send("GET", f"{self._experiments}/feed")
            await self._abort(live)
            is_over = has_concluded(live) and operator.is_at_work() and await self._is_tidy()
            if len(self._wire.writes) != count or not is_over:
                quiet, count = time.monotonic(), len(self._wire.writes)
            elif time.monotonic() - quiet > QUIET_SECONDS:
                return ""
        return f"no end within {MOST_SECONDS:.0f} s"

    async def _is_tidy(self) -> bool:
        """Whether what lost is removed."""
        plurals = ("deployments", "controllerrevisions")
        found = [await self._list("apis/apps/v1", {plural: CHILDREN["apis/apps/v1"][plural]}) for plural in plurals]
        return all(len(listed) == 1 for listed in found)

    async def _abort(self, live: dict[str, Any]) -> None:
        """Give the story's command, as somebody would who sees the first votes."""
        run = (live.get("status") or {}).get("run")
        if not self._point.story.abort or not run or not run.get("votes"):
            return
        if names.ANNOTATION_ABORT not in live["metadata"].get("annotations", {}):
            patch = {"metadata": {"annotations": {names.ANNOTATION_ABORT: run["id"]}}}
            await self._api.send("PATCH", f"{self._experiments}/feed", patch, MERGE)

    async def _read(self) -> Ending:
        live = await self._api.send("GET", f"{self._experiments}/feed")
        children = [child for group, plurals in CHILDREN.items() for child in await self._list(group, plurals)]
        events = await self._api.list(f"/apis/events.k8s.io/v1/namespaces/{self._namespace}/events")
        ours = Counter(str(one["reason"]) for one in events if one["regarding"]["kind"] == names.KIND)
        done = [write for write in self._wire.writes if write.status in (200, 201)]
        return Ending(describe(live, children), ours, count_verdicts(done), list_flips(done))

    async def _list(self, group: str, plurals: dict[str, str]) -> list[dict[str, Any]]:
        """Our objects of a group, each with its kind, which elements of a list do not say."""
        where = f"?labelSelector={names.LABEL_EXPERIMENT}%3Dfeed"
        found = []
        for plural, kind in plurals.items():
            listed = await self._api.list(f"/{group}/namespaces/{self._namespace}/{plural}{where}")
            found += [{"kind": kind} | one for one in listed]
        return found


def has_concluded(live: dict[str, Any]) -> bool:
    """Whether the run has ended, and nothing of it is going on."""
    status = live.get("status") or {}
    serving = status.get("serving") or {}
    return bool(status.get("history")) and not status.get("run") and not serving.get("former")


def count_verdicts(done: list[Write]) -> int:
    """How often a status was written that brought a verdict."""
    return sum(
        "verdict" in ((json.loads(write.body).get("status") or {}).get("decision") or {})
        for write in done
        if write.path.endswith("/status")
    )


def list_flips(done: list[Write]) -> list[str]:
    """The hashes of revisions that the entry was made to lead to."""
    bodies = [json.loads(write.body) for write in done if write.path.endswith("/services/home-feed")]
    led = [(body.get("spec") or {}).get("selector", {}).get(names.LABEL_HASH, "none") for body in bodies]
    return [hash_ for hash_, _ in groupby(led)]


def name_write(write: Write) -> str:
    """What a write is of, without what no two tellings share."""
    tail = RUN.sub("RUN", write.path.partition("/namespaces/")[2].partition("/")[2])
    return f"{write.method} {'pods' if tail.startswith('pods/') else tail}"
