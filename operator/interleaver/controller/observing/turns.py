"""Turns: a few slots that many want, shared by namespace, so that nobody waits for one tenant's hundred pods."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

Queue = deque["asyncio.Future[None]"]


class Turns:
    """So many slots. Namespaces that wait get the next one in turn, and none gets more than three of four."""

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._most = max(1, slots - slots // 4)
        self._held = Counter[str]()
        self._waiting: dict[str, Queue] = {}  # by namespace, whose turn it is first

    @asynccontextmanager
    async def turn(self, namespace: str) -> AsyncIterator[None]:
        """Hold a slot."""
        await self._take(namespace)
        try:
            yield
        finally:
            self._give_back(namespace)

    async def _take(self, namespace: str) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(namespace, deque()).append(future)
        self._hand_out()
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._give_back(namespace)
            raise

    def _give_back(self, namespace: str) -> None:
        self._free += 1
        self._held -= Counter((namespace,))
        self._hand_out()

    def _hand_out(self) -> None:
        """Give free slots to those whose turn it is; who got one waits behind all others for the next."""
        while self._free and (namespace := self._find_next()) is not None:
            queue = self._waiting.pop(namespace)
            queue.popleft().set_result(None)
            self._free -= 1
            self._held[namespace] += 1
            if queue:
                self._waiting[namespace] = queue

    def _find_next(self) -> str | None:
        for namespace, queue in list(self._waiting.items()):
            while queue and queue[0].done():  # who does not wait any more
                queue.popleft()
            if not queue:
                del self._waiting[namespace]
            elif self._held[namespace] < self._most:
                return namespace
        return None
