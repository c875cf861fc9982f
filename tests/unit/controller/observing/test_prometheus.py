"""Prometheus is asked where settings allow it, with a token that is meant for it, and does no harm whatever it says."""

import asyncio
import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from interleaver.api import conditions, names
from interleaver.api.experiment import Experiment
from interleaver.api.observed import Inquiry
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.observing.prometheus import Inquirer
from interleaver.controller.settings import Asking, Pace, SettingsError, read_settings
from tests.builders import make_running_world
from tests.unit.controller.fakes import FakeCluster
from tests.unit.controller.operators import FakeOperator, make_resource

TOKEN = "s3cret-t0ken"
GUARDRAILS = [
    {"name": "checkout", "query": 'sum(rate(x{a="b&c"}[1m])) > 0', "min": "0.97"},
    {"name": "latency", "query": "y", "max": "1"},
]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def say_one(request: web.Request) -> web.Response:
    return web.json_response({"status": "success", "data": {"resultType": "scalar", "result": [1, "1"]}})


@dataclass
class Scene:
    """A Prometheus of a test's own, and the cluster with the Secrets."""

    cluster: FakeCluster = field(default_factory=FakeCluster)
    asked: list[tuple[str, str, str | None, str]] = field(default_factory=list)  # method, path, token, query
    settings: Asking = field(default_factory=Asking)
    allowed: bool = True

    def add_secret(self, label: str | None = names.USE_PROMETHEUS, token: bytes = TOKEN.encode()) -> None:
        labels = {names.LABEL_USE: label} if label else {}
        meta = {"name": "prometheus", "namespace": "shop", "labels": labels}
        self.cluster.put({"kind": "Secret", "metadata": meta, "data": {"token": b64encode(token).decode()}})

    def inquire(
        self, answer: Handler = say_one, looking: bool = True, secret: bool = False, slash: str = ""
    ) -> Inquiry:
        return asyncio.run(self._inquire(answer, looking, secret, slash))

    async def _inquire(self, answer: Handler, looking: bool, secret: bool, slash: str) -> Inquiry:
        async def note(request: web.Request) -> web.StreamResponse:
            form = await request.post()
            token = request.headers.get("Authorization")
            self.asked.append((request.method, request.path, token, str(form.get("query"))))
            return await answer(request)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", note)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            address = f"http://127.0.0.1:{runner.addresses[0][1]}"
            allowed = (address,) if self.allowed else ("http://prometheus:9090",)
            inquirer = Inquirer(replace(self.settings, addresses=allowed))
            reference = {"authSecretRef": {"name": "prometheus", "key": "token"}} if secret else {}
            experiment = make_asking({"address": address + slash} | reference)
            return await inquirer.inquire(self.cluster, experiment, looking)  # type: ignore[arg-type]
        finally:
            await runner.cleanup()


def make_asking(prometheus: dict[str, Any]) -> Experiment:
    """An experiment in the middle of a run with two queries."""
    return make_running_world(prometheus=prometheus, guardrails=GUARDRAILS).experiment


def test_every_query_is_sent_as_it_stands_and_answered_by_name() -> None:
    scene = Scene()
    found = scene.inquire(slash="/")
    assert {name: answer.value for name, answer in found.answers.items()} == {"checkout": 1.0, "latency": 1.0}
    assert sorted(scene.asked) == sorted(("POST", "/api/v1/query", None, g["query"]) for g in GUARDRAILS)
    assert found.reason == ""


def test_queries_are_sent_only_at_a_look() -> None:
    scene = Scene()
    assert scene.inquire(looking=False) == Inquiry()
    assert scene.asked == []


def test_an_address_that_is_not_allowed_is_never_asked_and_the_setting_is_named() -> None:
    scene = Scene(allowed=False)
    scene.add_secret()
    for looking in (True, False):
        found = scene.inquire(looking=looking, secret=True)
        assert found.reason == conditions.PROMETHEUS_NOT_ALLOWED
        assert "INTERLEAVER_PROMETHEUS_ADDRESSES" in found.message
        assert {answer.value for answer in found.answers.values()} == {None}
    assert scene.asked == []
    assert scene.cluster.requests == [], "the Secret is not even read"


@pytest.mark.parametrize("other", ["http://a:9090.evil", "http://a:9090@evil", "http://a:9090/../x", "https://a:9090"])
def test_an_address_is_allowed_as_a_whole_or_not_at_all(other: str) -> None:
    inquirer = Inquirer(Asking(addresses=("http://a:9090",)))
    found = asyncio.run(inquirer.inquire(FakeCluster(), make_asking({"address": other}), looking=True))  # type: ignore[arg-type]
    assert found.reason == conditions.PROMETHEUS_NOT_ALLOWED


def test_a_token_is_sent_and_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene()
    scene.add_secret(token=TOKEN.encode() + b"\n")
    with caplog.at_level(logging.DEBUG):
        found = scene.inquire(secret=True)
    assert {token for _, _, token, _ in scene.asked} == {f"Bearer {TOKEN}"}
    assert TOKEN not in caplog.text + repr(found)


@pytest.mark.parametrize("label", [None, "store", ""])
def test_a_secret_that_is_not_labelled_for_it_is_not_used_and_the_label_is_named(label: str | None) -> None:
    scene = Scene()
    scene.add_secret(label=label)
    found = scene.inquire(secret=True)
    assert found.reason == conditions.SECRET_NOT_USABLE
    assert f"label it {names.LABEL_USE}={names.USE_PROMETHEUS}" in found.message
    assert scene.asked == []


@pytest.mark.parametrize("token", [b"", b" \n", b"two words", b"line\r\nX-Injected: 1", "größer".encode()])
def test_what_is_no_token_is_not_sent_and_not_shown(token: bytes) -> None:
    scene = Scene()
    scene.add_secret(token=token)
    found = scene.inquire(secret=True)
    assert (found.reason, scene.asked) == (conditions.SECRET_NOT_USABLE, [])
    assert "holds no bearer token at 'token'" in found.message


def test_a_missing_secret_a_missing_key_and_a_missing_right_are_said() -> None:
    scene = Scene()
    assert "does not exist" in scene.inquire(secret=True).message
    scene.cluster.failures = {len(scene.cluster.requests) + 1: ClusterError(403, 'User "x" cannot get secrets')}
    assert "let the operator get it" in scene.inquire(secret=True).message
    scene.add_secret()
    scene.cluster.of_kind("Secret")[0]["data"] = {}
    assert "has no key 'token'" in scene.inquire(secret=True).message


def test_an_api_server_that_fails_is_no_reason_to_accuse_the_secret() -> None:
    scene = Scene()
    scene.cluster.failures = {1: ClusterError(503, "try again")}
    with pytest.raises(ClusterError):
        scene.inquire(secret=True)


def test_a_whole_operator_says_that_an_address_is_not_allowed_serves_and_comes_back_soon() -> None:
    operator = FakeOperator()
    prometheus = {"address": "http://prometheus:9090"}
    operator.cluster.put(make_resource(prometheus=prometheus, guardrails=GUARDRAILS))
    operator.live_on(12)
    conditions_by_type = {one["type"]: one for one in operator.status["conditions"]}
    assert conditions_by_type["Stalled"]["reason"] == conditions.PROMETHEUS_NOT_ALLOWED
    assert conditions_by_type["Ready"]["status"] == "True"
    assert "run" not in operator.status
    after = operator.visit().after
    assert after is not None
    assert after <= Pace.stalled, "nothing tells us that a Secret got its label"


def why(found: Inquiry) -> str:
    """The one reason for which no query gave data."""
    assert {answer.value for answer in found.answers.values()} == {None}
    assert found.reason == "", "no data are nobody's mistake"
    (reason,) = {answer.why for answer in found.answers.values()}
    return reason


@pytest.mark.parametrize("status", [204, 301, 302, 307, 400, 401, 403, 422, 500, 503])
def test_every_other_status_is_no_data_and_no_redirect_is_followed(status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    scene = Scene()
    assert why(scene.inquire(answer)) == f"HTTP status {status}"
    assert {path for _, path, _, _ in scene.asked} == {"/api/v1/query"}


def test_silence_is_no_data_after_the_timeout() -> None:
    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    assert why(Scene(settings=Asking(timeout=0.2)).inquire(answer)) == "no answer within 0.2 s"


def test_an_answer_without_end_is_no_data() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * (1 << 16))

    assert "more than 65536 bytes" in why(Scene().inquire(answer))


def test_a_compressed_answer_is_not_unpacked() -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Accept-Encoding"] == "identity"
        response = await say_one(request)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    assert why(Scene().inquire(answer)) == "the answer is not one of Prometheus"


def test_a_connection_that_breaks_or_is_refused_is_no_data() -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    assert "Disconnected" in why(Scene().inquire(answer)) or "ClientOSError" in why(Scene().inquire(answer))
    inquirer = Inquirer(Asking(addresses=("http://127.0.0.1:1",)))
    experiment = make_asking({"address": "http://127.0.0.1:1"})
    found = asyncio.run(inquirer.inquire(FakeCluster(), experiment, looking=True))  # type: ignore[arg-type]
    assert "ClientConnectorError" in why(found)


IMAGE = {"INTERLEAVER_ROUTER_IMAGE": "localhost/interleaver-router:dev"}


def test_addresses_are_a_list_without_slashes_at_the_end_and_empty_by_default() -> None:
    listed = "http://a:9090/, https://b/prom/ ,http://a:9090"
    assert read_settings(IMAGE | {"INTERLEAVER_PROMETHEUS_ADDRESSES": listed}).asking.addresses == (
        "http://a:9090",
        "https://b/prom",
    )
    assert read_settings(IMAGE).asking.addresses == ()


@pytest.mark.parametrize(
    "bad", ["a:9090", "ftp://a", "http://u:p@a", "http://a?x=1", "http://a#x", "http://", "http://a b"]
)
def test_an_address_that_is_no_base_url_is_refused(bad: str) -> None:
    with pytest.raises(SettingsError, match="INTERLEAVER_PROMETHEUS_ADDRESSES"):
        read_settings(IMAGE | {"INTERLEAVER_PROMETHEUS_ADDRESSES": bad})
