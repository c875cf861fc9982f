"""The gateway over a real socket: every way in which a request can fail is one exception with the server's words."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from kubernetes.aio.client import Configuration

from interleaver.api import names
from interleaver.controller.cluster.answers import HEADS
from interleaver.controller.cluster.gateway import Cluster, ClusterError, NotLeading, TooLarge, always, connect
from interleaver.controller.cluster.service_answers import MOST_SERVICES
from interleaver.controller.settings import Requests

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def serve(
    answer: Answer, use: Callable[[Cluster], Awaitable[Any]], may_write: Callable[[], bool] = always, **requests: Any
) -> Any:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    configuration = Configuration(host=f"http://127.0.0.1:{runner.addresses[0][1]}")
    cluster = await connect(configuration, Requests(**requests), may_write)
    try:
        return await use(cluster)
    finally:
        await cluster.close()
        await runner.cleanup()


def play(answer: Answer, use: Callable[[Cluster], Awaitable[Any]], **more: Any) -> Any:
    return asyncio.run(serve(answer, use, **more))


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


def test_who_does_not_lead_reads_and_writes_nothing() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.method)
        return web.json_response({"kind": "Service", "metadata": {"name": "feed", "namespace": "shop", "uid": "u"}})

    live = {"kind": "Service", "metadata": {"name": "feed", "namespace": "shop", "uid": "u", "resourceVersion": "2"}}
    writes: dict[str, Callable[[Cluster], Awaitable[Any]]] = {
        "apply": apply_service,
        "dry run": lambda cluster: cluster.apply(live, dry_run=True),
        "status": lambda cluster: cluster.patch_status("shop", "feed", "2", {}),
        "annotate": lambda cluster: cluster.annotate_pod(live, {"a": "b"}),
        "patch": lambda cluster: cluster.patch(live, {}),
        "create": lambda cluster: cluster.create(live),
        "delete": lambda cluster: cluster.delete(live),
    }

    async def use(cluster: Cluster) -> None:
        leading.clear()
        await get_service(cluster)
        for write in writes.values():
            with pytest.raises(NotLeading):
                await write(cluster)
        leading.append(True)
        await apply_service(cluster)

    leading = [True]
    play(answer, use, may_write=lambda: bool(leading))
    assert asked == ["GET", "PATCH"]


def test_what_is_deleted_is_the_object_as_it_was_read() -> None:
    asked: list[Any] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(await request.json())
        return web.json_response({})

    live = {"kind": "Service", "metadata": {"name": "feed", "namespace": "shop", "uid": "u", "resourceVersion": "2"}}
    play(answer, lambda cluster: cluster.delete(live))
    assert asked[0]["preconditions"] == {"uid": "u", "resourceVersion": "2"}


def test_of_a_namespace_full_of_services_so_many_are_read_and_no_more() -> None:
    asked = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        service = {"metadata": {"name": "x"}, "spec": {"selector": {"app": "x"}}}
        return web.json_response({"metadata": {"continue": "on"}, "items": [service] * int(request.query["limit"])})

    async def use(cluster: Cluster) -> Any:
        return await cluster.list_services("shop")

    assert len(play(answer, use, page=100)) == MOST_SERVICES
    assert asked == MOST_SERVICES // 100


def test_no_discovery_is_made_and_every_write_says_who_writes() -> None:
    asked: list[tuple[str, str, str | None]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append((request.method, request.path, request.query.get("fieldManager")))
        return web.json_response({"metadata": {}})

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


def test_a_list_asks_for_metadata_alone_and_keeps_of_it_what_is_used() -> None:
    asked: list[str | None] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Accept"))
        metadata = {
            "name": "c",
            "namespace": "shop",
            "uid": "u",
            "labels": {names.LABEL_HASH: "h", "app": "x"},
            "annotations": {"huge": "x" * 1000},
            "managedFields": [{"fieldsV1": {"f:data": {}}}],
        }
        return web.json_response({"metadata": {}, "items": [{"metadata": metadata, "data": {"a": "b"}}]})

    found = play(answer, lambda cluster: cluster.list("ConfigMap", "shop", "a=b"))
    assert asked == [HEADS]
    assert found == [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "c",
                "namespace": "shop",
                "uid": "u",
                "labels": {names.LABEL_HASH: "h"},
                "annotations": {},
            },
        }
    ]


def test_a_page_that_is_too_large_is_asked_for_again_with_fewer_objects() -> None:
    asked: list[int] = []

    async def answer(request: web.Request) -> web.Response:
        limit, start = int(request.query["limit"]), int(request.query.get("continue") or 0)
        asked.append(limit)
        items = [{"metadata": {"name": str(number), "x": "y" * 1000}} for number in range(start, min(start + limit, 9))]
        more = {"continue": str(start + limit)} if start + limit < 9 else {}
        return web.json_response({"metadata": more, "items": items})

    found = play(answer, lambda cluster: cluster.list("Service", "shop", "a=b"), page=64, longest_answer=4000)
    assert [live["metadata"]["name"] for live in found] == [str(number) for number in range(9)]
    assert asked == [64, 8, *[1] * 9]


def test_more_objects_with_our_label_than_there_can_be_are_refused_in_words() -> None:
    async def answer(request: web.Request) -> web.Response:
        start = int(request.query.get("continue") or 0)
        return web.json_response({"metadata": {"continue": str(start + 1)}, "items": [{"metadata": {"name": "x"}}]})

    error = failure(answer, lambda cluster: cluster.list_pods("shop", "a=b"), most=3)
    assert isinstance(error, TooLarge)
    assert error.message.startswith("more than 3 objects of kind Pod carry its label a=b")


def test_an_object_that_is_too_large_is_not_unpacked_and_the_words_name_it() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"metadata": {"name": "feed"}, "data": {"a": "x" * 3000}})

    error = failure(answer, get_service, longest_object=2048)
    assert isinstance(error, TooLarge)
    assert error.message == "Service 'feed' cannot be used: it is 3 kB long, more than 2 kB"
    assert "the API server's answer is longer than 1 kB" in failure(answer, get_service, longest_answer=1024).message


def test_who_manages_which_field_is_left_out_and_does_not_count() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"metadata": {"name": "feed", "managedFields": ["x" * 3000]}, "spec": {}})

    assert play(answer, get_service, longest_object=100) == {"metadata": {"name": "feed"}, "spec": {}}


def test_the_words_of_a_refusal_are_bounded() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"message": "image: " + "x" * 100_000}, status=422)

    assert len(failure(answer).message) == 2000


def test_whole_objects_come_page_by_page_and_what_is_too_large_is_left_out() -> None:
    asked = list[str]()

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.query.get("continue", ""))
        more = "" if asked[-1] else "next"
        objects = [{"metadata": {"name": f"{more}{size}", "managedFields": []}, "data": "x" * size} for size in (1, 99)]
        return web.json_response({"items": objects, "metadata": {"continue": more}})

    async def use(cluster: Cluster) -> Any:
        return [one async for page in cluster.read_objects("ConfigMap", "shop", "a") for one in page]

    found = play(answer, use, longest_object=80)
    assert asked == ["", "next"]
    head = {"apiVersion": "v1", "kind": "ConfigMap"}
    assert found == [head | {"metadata": {"name": name}, "data": "x"} for name in ("next1", "1")]


def test_a_written_status_is_answered_with_the_experiment_but_for_a_spec_that_is_too_large() -> None:
    async def answer(request: web.Request) -> web.Response:
        assert (await request.json())["metadata"] == {"resourceVersion": "7"}
        template = {"spec": "x" * (1 << 20 if "large" in request.path else 1)}
        spec = {"champion": {"source": {"template": template}}}
        return web.json_response({"metadata": {"name": "feed", "resourceVersion": "8"}, "spec": spec, "status": {}})

    def patch(name: str) -> Any:
        return play(answer, lambda cluster: cluster.patch_status("shop", name, "7", {}))

    assert patch("feed").keys() == {"metadata", "spec", "status"}
    assert patch("large") == {"metadata": {"name": "feed", "resourceVersion": "8"}, "status": {}}
