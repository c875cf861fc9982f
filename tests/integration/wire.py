"""A proxy on the loopback in front of the API server that numbers every write, and may let one come to grief.

It speaks HTTP to the operator, with the administrator's credentials behind it, so that it sees what is asked.
"""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import yaml
from aiohttp import web

from tests.integration.api import Api, connect

WRITES: Final = ("POST", "PUT", "PATCH", "DELETE")
HOP: Final = ("Connection", "Content-Length", "Host", "Keep-Alive", "Transfer-Encoding")


@dataclass
class Write:
    """A write of the operator, and the API server's answer, once there is one."""

    number: int  # from 1
    method: str
    path: str
    body: bytes = field(repr=False)
    status: int | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


Forward = Callable[[], Awaitable[web.StreamResponse]]
Fault = Callable[[Write, Forward], Awaitable[web.StreamResponse]]


class Broken(Exception):
    """The operator's connection is to be broken off."""


class Hold:
    """A fault: the write waits at the proxy until it is let go, and is then done as if nothing had been."""

    def __init__(self, meant: Callable[[Write], bool]) -> None:
        self.meant = meant
        self.reached = threading.Event()
        self.released = threading.Event()
        self.answered = threading.Event()
        self.write: Write | None = None

    def find(self, write: Write) -> Fault | None:
        """The fault for the first write that is meant."""
        if self.write is not None or not self.meant(write):
            return None
        self.write = write
        return self

    async def __call__(self, write: Write, forward: Forward) -> web.StreamResponse:
        self.reached.set()
        await asyncio.to_thread(self.released.wait)
        answer = await forward()
        self.answered.set()
        return answer


class Wire:
    """The proxy. `find_fault` is asked about each write."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._watches: dict[asyncio.Task[Any], web.Request] = {}
        self.writes: list[Write] = []
        self.requests: list[str] = []  # all of them, as they came
        self.find_fault: Callable[[Write], Fault | None] = lambda _: None
        self.lag = 0.0  # seconds by which watches tell late
        self.port = 0

    def drop_watches(self) -> None:
        """Break off every watch."""
        for request in list(self._watches.values()):
            if request.transport is not None:
                request.transport.abort()

    async def start(self) -> None:
        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/{path:.*}", self._attend)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def end(self) -> None:
        # A watch at which nothing happens does not notice that nobody listens any more.
        for task in list(self._watches):
            task.cancel()
        await self._runner.cleanup()

    async def _attend(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests.append(f"{request.method} {request.path_qs}")
        if request.method not in WRITES or "dryRun" in request.query:
            return await self._forward(request, body, None)
        write = Write(len(self.writes) + 1, request.method, request.path, body)
        self.writes.append(write)
        fault = self.find_fault(write)
        try:
            if fault is not None:
                return await fault(write, lambda: self._forward(request, body, write))
            return await self._forward(request, body, write)
        except Broken:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()

    async def _forward(self, request: web.Request, body: bytes, write: Write | None) -> web.StreamResponse:
        headers = {name: value for name, value in request.headers.items() if name not in HOP}
        async with self._api.request(request.method, request.raw_path, body, headers) as answer:
            kept = {name: value for name, value in answer.headers.items() if name not in HOP}
            if write is not None:
                write.status = answer.status
            if "watch" not in request.query:
                return web.Response(status=answer.status, headers=kept, body=await answer.read())
            return await self._stream(request, answer, web.StreamResponse(status=answer.status, headers=kept))

    async def _stream(
        self, request: web.Request, answer: aiohttp.ClientResponse, response: web.StreamResponse
    ) -> web.StreamResponse:
        task: asyncio.Task[Any] = asyncio.current_task()  # type: ignore[assignment]
        self._watches[task] = request
        try:
            await response.prepare(request)
            with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                async for chunk in answer.content.iter_any():
                    await asyncio.sleep(self.lag)
                    await response.write(chunk)
        finally:
            self._watches.pop(task, None)
        return response


@contextlib.contextmanager
def wired(kubeconfig: str) -> Iterator[tuple[Wire, str]]:
    """A proxy in a thread of its own in front of a kubeconfig's API server, and the kubeconfig, as text, that goes
    through it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="wire", daemon=True)
    thread.start()

    def do(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    api = do(connect(kubeconfig))
    wire = Wire(api)
    do(wire.start())
    try:
        yield wire, point_at(kubeconfig, wire.port)
    finally:
        do(wire.end())
        do(api.close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def point_at(kubeconfig: str, port: int) -> str:
    """The kubeconfig for whoever goes through the proxy, without credentials: those are the proxy's."""
    document = yaml.safe_load(kubeconfig)
    clusters = [
        {"name": one["name"], "cluster": {"server": f"http://127.0.0.1:{port}"}} for one in document["clusters"]
    ]
    users = [{"name": one["name"], "user": {}} for one in document["users"]]
    return yaml.safe_dump(document | {"clusters": clusters, "users": users})
