"""The gateway over a real socket: every way in which a request can fail is one exception with the server's words."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from kubernetes.aio.client import Configuration

from interleaver.controller.cluster.gateway import Cluster, ClusterError, connect
from interleaver.controller.settings import Requests

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def serve(answer: Answer, use: Callable[[Cluster], Awaitable[Any]], **requests: Any) -> Any:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    configuration = Configuration(host=f"http://127.0.0.1:{runner.addresses[0][1]}")
    cluster = await connect(configuration, Requests(**requests))
    try:
        return await use(cluster)
    finally:
        await cluster.close()
        await runner.cleanup()


def play(answer: Answer, use: Callable[[Cluster], Awaitable[Any]], **requests: Any) -> Any:
    return asyncio.run(serve(answer, use, **requests))


async def get_service(cluster: Cluster) -> Any:
    return await cluster.get("Service", "shop", "feed")


async def apply_service(cluster: Cluster) -> Any:
    return await cluster.apply({"kind": "Service", "metadata": {"name": "feed", "namespace": "shop"}})


def failure(answer: Answer, use: Callable[[Cluster], Awaitable[Any]] = apply_service, **requests: Any) -> ClusterError:
    with pytest.raises(ClusterError) as caught:
        play(answer, use, **requests)
    return caught.value


def test_the_words_of_a_status_are_kept_and_nothing_else_of_it() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"kind": "Status", "message": "image: Required value", "code": 422}, status=422)

    assert str(failure(answer)) == "422: image: Required value"


def test_an_answer_in_plain_text_is_kept_too() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=404, text="404 page not found\n")

    assert failure(answer).code == 404
    assert failure(answer).message == "404 page not found\n"


def test_an_object_that_is_not_there_is_none() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"message": 'services "feed" not found'}, status=404)

    assert play(answer, get_service) is None


def test_a_server_that_does_not_answer_is_given_up() -> None:
    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    error = failure(answer, get_service, timeout=0.2)
    assert (error.code, error.message) == (0, "the API server did not answer within 0.2 s")


def test_a_server_that_breaks_off_or_talks_nonsense_is_a_failure_without_a_code() -> None:
    async def break_off(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def nonsense(_: web.Request) -> web.Response:
        return web.Response(text="<html>")

    assert failure(break_off, get_service).code == 0
    assert failure(nonsense, get_service).code == 0


def test_a_server_that_is_not_there_is_a_failure_without_a_code() -> None:
    async def use() -> None:
        cluster = await connect(Configuration(host="http://127.0.0.1:1"), Requests())
        try:
            await get_service(cluster)
        finally:
            await cluster.close()

    with pytest.raises(ClusterError) as caught:
        asyncio.run(use())
    assert caught.value.code == 0


def test_a_long_list_is_read_page_by_page_and_its_elements_know_their_kind() -> None:
    asked: list[tuple[str | None, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append((request.query.get("limit"), request.query.get("continue")))
        more = {} if request.query.get("continue") else {"continue": "second"}
        return web.json_response({"metadata": more, "items": [{"metadata": {"name": str(len(asked))}}]})

    async def use(cluster: Cluster) -> Any:
        return await cluster.list("Deployment", "shop", "a=b")

    found = play(answer, use, page=1)
    assert [(live["kind"], live["apiVersion"], live["metadata"]["name"]) for live in found] == [
        ("Deployment", "apps/v1", "1"),
        ("Deployment", "apps/v1", "2"),
    ]
    assert asked == [("1", None), ("1", "second")]


def test_no_discovery_is_made_and_every_write_says_who_writes() -> None:
    asked: list[tuple[str, str, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append((request.method, request.path, request.query.get("fieldManager")))
        return web.json_response({})

    async def use(cluster: Cluster) -> None:
        await apply_service(cluster)
        await cluster.patch_status("shop", "feed", "7", {"replicas": 1})
        await cluster.create({"kind": "Secret", "metadata": {"name": "s", "namespace": "shop"}})
        await cluster.annotate_pod({"metadata": {"name": "p", "namespace": "shop", "uid": "u"}}, {"a": "b"})

    play(answer, use)
    assert asked == [
        ("PATCH", "/api/v1/namespaces/shop/services/feed", "interleaver"),
        (
            "PATCH",
            "/apis/interleaver.dev/v1alpha1/namespaces/shop/interleavingexperiments/feed/status",
            "interleaver",
        ),
        ("POST", "/api/v1/namespaces/shop/secrets", "interleaver"),
        ("PATCH", "/api/v1/namespaces/shop/pods/p", "interleaver"),
    ]
