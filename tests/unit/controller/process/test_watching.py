"""What is heard of lists and watches: metadata alone, whatever the API server sends; and what kopf gets of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import kopf
import msgspec
import pytest
from aiohttp import web

from interleaver.api import names
from interleaver.controller.cluster.answers import HEAD, HEADS
from interleaver.controller.cluster.calls import Calls
from interleaver.controller.process.watching import LONGEST_LINE, LONGEST_PAGE, make_session

HUGE = {
    "kind": "Pod",
    "metadata": {
        "name": "a",
        "namespace": "shop",
        "uid": "u",
        "resourceVersion": "7",
        "labels": {names.LABEL_EXPERIMENT: "feed", "app": "x"},
        "annotations": {"much": "y" * 10_000},
    },
    "spec": {"containers": ["z" * 10_000]},
}
KEPT = {
    "name": "a",
    "namespace": "shop",
    "uid": "u",
    "resourceVersion": "7",
    "labels": {names.LABEL_EXPERIMENT: "feed"},
    "annotations": {},
}


@dataclass
class FakeEar:
    """Notes what it hears."""

    heard: list[tuple[Any, ...]] = field(default_factory=list)
    shrunk: int = 0

    def hear_page(self, kind: str, scope: str | None, page: Any, is_first: bool) -> None:
        found = msgspec.to_builtins(page)
        self.heard.append((kind, scope, [one["metadata"] for one in found["items"] or []], is_first))

    def hear_event(self, kind: str, event: str, head: Any) -> None:
        self.heard.append((kind, event, msgspec.to_builtins(head)))

    def shrink(self) -> None:
        self.shrunk += 1


def play(
    lines: list[str], use: Callable[[aiohttp.ClientSession, str], Awaitable[Any]], ear: FakeEar | None = None
) -> tuple[Any, list[str]]:
    """What comes of asking a server that answers with these lines, and what it was asked to accept."""
    listener: Any = ear or FakeEar()

    async def run() -> tuple[Any, list[str]]:
        asked: list[str] = []

        async def answer(request: web.Request) -> web.Response:
            asked.append(request.headers["Accept"])
            return web.Response(text="\n".join(lines), content_type="application/json")

        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server = f"http://127.0.0.1:{runner.addresses[0][1]}"
        session = make_session(kopf.ConnectionInfo(server=server), listener, Calls()).aiohttp_session
        try:
            return await use(session, server), asked
        finally:
            await session.close()
            await runner.cleanup()

    return asyncio.run(run())


async def watch(session: aiohttp.ClientSession, server: str) -> list[Any]:
    async with session.get(f"{server}/api/v1/pods?watch=true") as response:
        return [json.loads(line) async for line in response.content.iter_chunked(1 << 12)]


async def read_list(session: aiohttp.ClientSession, server: str) -> Any:
    async with session.get(f"{server}/api/v1/namespaces/shop/pods?limit=5") as response:
        return await response.json()


async def read_rest(session: aiohttp.ClientSession, server: str) -> Any:
    async with session.get(f"{server}/api/v1/pods?limit=5&continue=more") as response:
        return await response.json()


def test_a_list_is_of_metadata_and_of_that_only_what_is_used_is_heard_and_kopf_gets_the_version() -> None:
    ear, page = FakeEar(), {"items": [HUGE], "metadata": {"resourceVersion": "9", "continue": "more"}}
    found, asked = play([json.dumps(page)], read_list, ear)
    assert asked == [HEADS]
    assert ear.heard == [("Pod", "shop", [KEPT], True)]
    assert found == {"items": [], "metadata": {"resourceVersion": "9", "continue": "more"}}


def test_a_page_that_goes_on_is_no_first_one() -> None:
    ear = FakeEar()
    play(['{"items": [], "metadata": {"resourceVersion": "9"}}'], read_rest, ear)
    assert ear.heard == [("Pod", None, [], False)]


def test_a_list_of_nothing_is_a_list() -> None:
    ear = FakeEar()
    found, _ = play(['{"items": null, "metadata": {"resourceVersion": "9"}}'], read_list, ear)
    assert found == {"items": [], "metadata": {"resourceVersion": "9"}}
    assert ear.heard == [("Pod", "shop", [], True)]


def test_a_page_that_is_too_long_asks_for_smaller_ones_and_is_heard_by_nobody() -> None:
    ear = FakeEar()
    with pytest.raises(aiohttp.ClientPayloadError):
        play([json.dumps({"items": [], "metadata": {"continue": "x" * LONGEST_PAGE}})], read_list, ear)
    assert (ear.heard, ear.shrunk) == ([], 1)


def test_events_are_of_metadata_and_one_that_was_cut_off_is_left_out() -> None:
    ear, event = FakeEar(), json.dumps({"type": "ADDED", "object": HUGE})
    found, asked = play([event, event, '{"type": "MOD'], watch, ear)
    assert asked == [HEAD]
    assert ear.heard == [("Pod", "ADDED", KEPT)] * 2
    assert found == [{"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "7"}}}] * 2


def test_an_event_that_is_nested_without_end_arrives() -> None:
    deep = json.dumps({"type": "ADDED", "object": HUGE | {"spec": "HERE"}}).replace('"HERE"', "[" * 9000 + "]" * 9000)
    ear = FakeEar()
    play([deep, ""], watch, ear)
    assert ear.heard == [("Pod", "ADDED", KEPT)]


def test_that_a_watch_has_become_too_old_is_told() -> None:
    gone = {"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old"}}
    ear = FakeEar()
    found, _ = play([json.dumps(gone), ""], watch, ear)
    assert found[0]["object"]["code"] == 410
    assert ear.heard == []


def test_how_far_a_watch_has_come_is_told() -> None:
    mark = {"type": "BOOKMARK", "object": {"kind": "Pod", "metadata": {"resourceVersion": "12"}}}
    found, _ = play([json.dumps(mark), ""], watch)
    assert found[0]["object"]["metadata"]["resourceVersion"] == "12"


@pytest.mark.parametrize("line", ["<html>", '{"type": 7}', "x" * (LONGEST_LINE + 1)])
def test_what_cannot_be_read_counts_as_a_watch_that_broke_off(line: str) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        play([line, ""], watch)


def test_a_list_that_cannot_be_read_counts_as_one_that_broke_off() -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        play(["<html>"], read_list)


def test_what_kopf_asks_of_kinds_is_answered_as_it_is() -> None:
    async def ask(session: aiohttp.ClientSession, server: str) -> Any:
        async with session.get(f"{server}/api/v1") as response:
            return await response.json()

    found, asked = play([json.dumps({"resources": [{"name": "pods"}]})], ask)
    assert (found, asked) == ({"resources": [{"name": "pods"}]}, ["*/*"])
