"""The operator's own endpoints and metrics, and the scraper, over real sockets on the loopback."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from interleaver.controller.observing.scrape import Scraper, Unread
from interleaver.controller.process import endpoints
from interleaver.controller.settings import UNREADY, Http, Scraping, SettingsError
from interleaver.controller.visits.exported import STAGES
from interleaver.controller.visits.metrics import Metrics
from interleaver.controller.visits.visit import Key


async def fetch(runner: web.AppRunner, path: str) -> tuple[int, str]:
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}{path}") as response:
        return response.status, await response.text()


def test_health_and_readiness_are_told_apart() -> None:
    async def test() -> None:
        runner = await endpoints.serve(Http("127.0.0.1", 0), lambda: b"", lambda: True, lambda: False)
        assert await fetch(runner, "/healthz") == (200, "ok\n")
        assert (await fetch(runner, "/readyz"))[0] == 503
        await runner.cleanup()

    asyncio.run(test())


def test_the_metrics_are_prometheus_text_and_count_experiments_by_stage() -> None:
    async def test() -> None:
        metrics = Metrics(lambda: 3)
        metrics.stage(Key("shop", "a"), "Running")
        metrics.stage(Key("shop", "b"), "Running")
        metrics.stage(Key("shop", "b"), None)
        metrics.looked(unread=2)
        runner = await endpoints.serve(Http("127.0.0.1", 0), metrics.text, lambda: True, lambda: True)
        _, text = await fetch(runner, "/metrics")
        await runner.cleanup()
        found = {
            (sample.name, sample.labels.get("stage")): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        assert {stage for name, stage in found if name == "interleaver_operator_experiments"} == set(STAGES)
        assert found["interleaver_operator_experiments", "Running"] == 1
        assert found["interleaver_operator_queue_depth", None] == 3
        assert found["interleaver_operator_routers_unread_total", None] == 2

    asyncio.run(test())


def test_a_port_that_is_taken_is_named() -> None:
    async def test() -> None:
        first = await endpoints.serve(Http("127.0.0.1", 0), lambda: b"", lambda: True, lambda: True)
        port = first.addresses[0][1]
        with pytest.raises(SettingsError, match=f"INTERLEAVER_PORT: cannot listen on 127.0.0.1:{port}"):
            await endpoints.serve(Http("127.0.0.1", port), lambda: b"", lambda: True, lambda: True)
        await first.cleanup()

    asyncio.run(test())


Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serve(answer: Serve) -> AsyncIterator[str]:
    """A router's metrics page, by its URL."""
    app = web.Application()
    app.add_routes([web.get("/metrics", answer)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/metrics"
    finally:
        await runner.cleanup()


async def with_router(answer: Serve, settings: Scraping, status: int = 200) -> Any:
    """What the scraper makes of one router."""
    async with serve(answer) as url:
        return await Scraper(settings, status).read({"p": url}, "shop")


async def look(answer: Serve, **settings: Any) -> Any:
    """What a look makes of one router."""
    async with serve(answer) as url:
        return (await Scraper(Scraping(**settings)).read_all({"p": url}, "shop"))["p"]


def scrape(answer: Serve, **settings: Any) -> Any:
    return asyncio.run(with_router(answer, Scraping(**settings)))


def test_a_router_is_read() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="a 1\n")

    assert scrape(answer) == {"p": "a 1\n"}


def test_a_router_that_answers_too_much_is_not_read() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="x" * 2000)

    assert scrape(answer, limit=1000) == {"p": None}


def test_a_router_that_hangs_is_not_read() -> None:
    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    assert scrape(answer, timeout=0.2) == {"p": None}


def test_an_error_a_redirect_and_bytes_that_are_no_text_are_not_read() -> None:
    async def error(_: web.Request) -> web.Response:
        return web.Response(status=500)

    async def redirect(_: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:1/elsewhere")

    async def binary(_: web.Request) -> web.Response:
        return web.Response(body=b"\xff\xfe")

    assert [scrape(answer) for answer in (error, redirect, binary)] == [{"p": None}] * 3


def test_a_router_that_is_not_ready_is_read_where_that_is_what_is_asked() -> None:
    async def unready(_: web.Request) -> web.Response:
        return web.Response(status=503, text="words")

    async def ready(_: web.Request) -> web.Response:
        return web.Response(text="words")

    assert [asyncio.run(with_router(answer, UNREADY, 503)) for answer in (unready, ready)] == [
        {"p": "words"},
        {"p": None},
    ]


def test_a_router_that_is_not_there_is_not_read_and_nothing_to_read_is_nothing() -> None:
    assert asyncio.run(Scraper(Scraping()).read({"p": "http://127.0.0.1:1/metrics"}, "shop")) == {"p": None}
    assert asyncio.run(Scraper(Scraping()).read({}, "shop")) == {}


def test_why_a_router_was_not_read_is_said_in_words() -> None:
    async def large(_: web.Request) -> web.Response:
        return web.Response(text="x" * (300 << 10))

    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async def zipped(_: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    bomb = gzip.compress(b"a" * (8 << 20))
    words = [asyncio.run(look(answer, timeout=0.5)) for answer in (large, hang, zipped)]
    assert words == [
        Unread("an answer of more than 256 kB"),
        Unread("no answer within 0.5 s"),
        Unread("an answer that is no text"),
    ]


def test_all_routers_of_a_look_have_so_much_time_and_no_more() -> None:
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    assert asyncio.run(look(hang, whole=0.2)) == Unread("not asked: reading all routers took more than 0.2 s")
