"""An election in memory: time that leaps, an API server that is slow and forgets answers, and clocks that run apart."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.process.leadership import Leadership
from interleaver.controller.settings import Leading
from tests.unit.controller.fakes import merge, send

LEADING = Leading(namespace="interleaver-system")
LEASE = ("Lease", "interleaver-system", "interleaver-operator")


class LeapingLoop(asyncio.SelectorEventLoop):
    """A loop whose time passes only by waiting, and then at once."""

    leapt = 0.0

    def time(self) -> float:
        return self.leapt

    def _run_once(self) -> None:
        scheduled = self._scheduled  # type: ignore[attr-defined]
        due = [timer.when() for timer in scheduled if not timer.cancelled()]
        if due and not self._ready:  # type: ignore[attr-defined]
            self.leapt = max(self.leapt, min(due))
        super()._run_once()  # type: ignore[misc]


def play(story: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """What a story comes to, told in no time."""
    loop = LeapingLoop()
    try:
        return loop.run_until_complete(story())
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.wait(left) if left else asyncio.sleep(0))
        loop.close()


@dataclass
class Leases:
    """As much of an API server as a Lease takes. Each request may be late, fail, or be done and not be answered."""

    chance: random.Random = field(default_factory=lambda: random.Random(0))
    slowest: float = 0.0  # seconds before a request is done, and again before it is answered
    failing: float = 0.0  # share of requests that are refused
    down: bool = False  # nothing is done, and nothing answered
    stored: dict[str, Any] | None = None
    version: int = 1
    asked: int = 0

    async def _answer(self, do: Callable[[], Any]) -> Any:
        self.asked += 1
        try:
            # What was sent is done though nobody waits for it any more.
            found = await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(self._do(do))), LEADING.timeout)
        except TimeoutError:
            raise ClusterError(0, "no answer") from None
        if isinstance(found, ClusterError):
            raise found
        return found

    async def _do(self, do: Callable[[], Any]) -> Any:
        """What is answered; a failure too, for somebody may have to look at it."""
        await asyncio.sleep(self.chance.random() * self.slowest)
        if self.down:
            await asyncio.Event().wait()
        if self.chance.random() < self.failing:
            return ClusterError(500, "etcdserver: leader changed")
        try:
            result = do()
        except ClusterError as error:
            result = error
        await asyncio.sleep(self.chance.random() * self.slowest)
        return result if isinstance(result, ClusterError) else send(result)

    def put(self, lease: dict[str, Any]) -> dict[str, Any]:
        self.version += 1
        self.stored = send(lease)
        self.stored["metadata"]["resourceVersion"] = str(self.version)
        return self.stored

    async def get(self, *_: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = await self._answer(lambda: self.stored)
        return found

    async def create(self, manifest: dict[str, Any]) -> bool:
        return bool(await self._answer(lambda: self.stored is None and bool(self.put(manifest))))

    async def patch(self, live: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
        def do() -> dict[str, Any]:
            if self.stored is None:
                raise ClusterError(404, "not found")
            if self.stored["metadata"]["resourceVersion"] != live["metadata"]["resourceVersion"]:
                raise ClusterError(409, "the object has been modified")
            return {"metadata": self.put(merge(self.stored, patch))["metadata"]}

        found: dict[str, Any] = await self._answer(do)
        return found

    @property
    def holder(self) -> str:
        return str((self.stored or {"spec": {}})["spec"].get("holderIdentity", ""))


@dataclass
class Candidate:
    """One process: its part in the election, and a clock of its own."""

    leases: Leases
    name: str
    ahead: timedelta = timedelta(0)  # of its wall clock
    pace: float = 1.0  # of its monotonic clock
    terms: list[float] = field(default_factory=list)  # when each began
    task: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        loop = asyncio.get_running_loop()
        start = datetime(2026, 11, 22, tzinfo=UTC) + self.ahead
        self.leadership = Leadership(
            self.leases,  # type: ignore[arg-type]
            LEADING,
            self.name,
            lambda: loop.time() * self.pace,
            lambda: start + timedelta(seconds=loop.time()),
        )

    def start(self) -> "Candidate":
        self.task = asyncio.create_task(self._serve())
        return self

    async def _serve(self) -> None:
        while True:
            await self.leadership.gain()
            self.terms.append(asyncio.get_running_loop().time())
            await self.leadership.keep()

    def die(self) -> None:
        """End without a word, as by kill -9."""
        assert self.task is not None
        self.task.cancel()

    async def end(self) -> None:
        """End as by SIGTERM."""
        self.die()
        await self.leadership.release()
