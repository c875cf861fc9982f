"""The servers that are compared: uvicorn with an application that writes down what it gets, and a router's stage."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from tests.router.conftest import Stage
from tests.router.programs import Client, wait_until

from .case import AFTER, Case, Seen

STATUS = re.compile(rb"HTTP/1\.[01] ([2-5]\d\d)")
Requests = list[tuple[str, str, bytes]]


class Application:
    """An ASGI application that reads every body whole."""

    def __init__(self) -> None:
        self.requests: Requests = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return  # the body never came
            body, more = body + message.get("body", b""), message.get("more_body", False)
        query = scope["query_string"].decode("latin-1")
        target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        self.requests.append((scope["method"], target, body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


class Uvicorn:
    """uvicorn on a thread, with one of its parsers."""

    def __init__(self, parser: str) -> None:
        self.application = Application()
        config = uvicorn.Config(
            self.application, port=0, http=parser, ws="none", lifespan="off", log_config=None, loop="asyncio"
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=lambda: asyncio.run(self.server.serve()), daemon=True)

    @contextmanager
    def running(self) -> Iterator["Uvicorn"]:
        self.thread.start()
        wait_until(lambda: self.server.started, "uvicorn listens")
        self.port = self.server.servers[0].sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.server.should_exit = True
            self.thread.join(20)

    def try_case(self, case: Case) -> Seen:
        self.application.requests.clear()
        statuses = converse(self.port, case.data)
        return judge(statuses, self.application.requests)


def try_router(stage: Stage, case: Case) -> tuple[tuple[int, ...], Seen]:
    """The router's statuses, that of the request afterwards left out, and what is comparable."""
    statuses = converse(stage.router.port, case.data)
    requests = [(seen.method, seen.target, seen.body) for seen in stage.champion.seen]
    seen = judge(statuses, requests)
    return tuple(statuses[:-1] if seen.kept else statuses), seen


def converse(port: int, data: bytes) -> list[int]:
    """Send a case and a request after it that closes; the statuses that come until the server closes."""
    with Client(port) as client:
        try:
            client.send(data + AFTER)
            while client.fill():
                pass
        except ConnectionError:  # a server that closes before it has read all resets what it has not read
            pass
        return [int(status) for status in STATUS.findall(bytes(client.buffer))]


def judge(statuses: list[int], requests: Requests) -> Seen:
    """What is comparable: the request afterwards is taken out and counted as a connection that was kept."""
    kept = bool(requests) and requests[-1][1] == "/after"
    accepted = [status < 400 for status in statuses]
    return Seen(tuple(accepted[:-1] if kept else accepted), tuple(requests[:-1] if kept else requests), kept)
