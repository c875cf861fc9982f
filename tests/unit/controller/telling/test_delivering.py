"""One attempt against a receiver of a test's own, which may do whatever it likes."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from interleaver.api.observed import Attempt
from interleaver.controller.telling.delivering import deliver, judge, read_wait, write_body
from interleaver.controller.telling.signature import read_keys, sign
from tests.certificates import make_certificates
from tests.unit.controller.telling.test_signature import SECRET
from tests.unit.controller.telling.test_webhook import make_webhook

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ID = "u-1-v42-20261122t101500z-promote"
EVENT = {"specversion": "1.0", "id": ID, "data": {"message": "v42 is better: α"}}
NOW = 1764502200.9


@dataclass
class FakeReceiver:
    """Whoever is told, and what it was sent."""

    folder: Path
    heads: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    secured: ssl.SSLContext | None = None

    def tell(self, answer: Handler, seconds: float = 5.0) -> Attempt:
        """What comes of one attempt."""
        return asyncio.run(self._tell(answer, seconds))

    async def _tell(self, answer: Handler, seconds: float) -> Attempt:
        async with self._serve(answer) as url:
            return await deliver(make_webhook(self.folder, url=url), ID, EVENT, NOW, seconds)

    @asynccontextmanager
    async def _serve(self, answer: Handler) -> AsyncIterator[str]:
        async def note(request: web.Request) -> web.StreamResponse:
            self.heads.append({key.lower(): value for key, value in request.headers.items()})
            self.bodies.append(await request.read())
            self.paths.append(f"{request.method} {request.path_qs}")
            return await answer(request)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", note)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self.secured).start()
        try:
            scheme = "https" if self.secured else "http"
            yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}/verdicts?team=shop"
        finally:
            await runner.cleanup()


@pytest.fixture
def receiver(tmp_path: Path) -> FakeReceiver:
    return FakeReceiver(tmp_path)


def answer_with(status: int, **headers: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


def test_a_structured_cloudevent_arrives_with_a_signature_over_its_very_bytes(receiver: FakeReceiver) -> None:
    assert receiver.tell(answer_with(202)) == Attempt(ID, "Delivered")
    (head,), (body,) = receiver.heads, receiver.bodies
    assert head["content-type"] == "application/cloudevents+json; charset=UTF-8"
    assert json.loads(body) == EVENT
    signed = sign(read_keys(SECRET), ID, int(NOW), body)
    assert {key: head[key] for key in signed} == signed
    assert receiver.paths == ["POST /verdicts?team=shop"]


def test_the_bytes_are_the_same_whatever_order_the_api_server_gives_keys(receiver: FakeReceiver) -> None:
    assert write_body({"b": 1, "a": {"d": 2, "c": 3}}) == write_body({"a": {"c": 3, "d": 2}, "b": 1})


@pytest.mark.parametrize("status", [400, 410, 413, 415, 422])
def test_a_receiver_that_has_read_the_event_and_refuses_it_is_not_asked_again(
    receiver: FakeReceiver, status: int
) -> None:
    attempt = receiver.tell(answer_with(status))
    assert attempt.result == "Refused"
    assert attempt.why.startswith(f"HTTP status {status} ")


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 502, 503, 504])
def test_whatever_may_be_over_later_is_tried_again(receiver: FakeReceiver, status: int) -> None:
    assert receiver.tell(answer_with(status)).result == "Failed"


def test_retry_after_is_heeded_as_a_number_and_as_a_date(receiver: FakeReceiver) -> None:
    attempt = receiver.tell(answer_with(429, Retry_After="600"))
    assert (attempt.why, attempt.wait) == ("HTTP status 429 Too Many Requests", 600)
    assert read_wait("Sun, 30 Nov 2025 11:40:00 GMT", NOW) == pytest.approx(599.1)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1e9", "9" * 40, "Sun, 99 Nov 2025 11:40:00 GMT", "³"])
def test_a_retry_after_that_says_nothing_is_no_wait(text: str) -> None:
    assert read_wait(text, NOW) == 0


def test_a_redirect_is_not_followed_for_who_signs_knows_whom_he_speaks_to(receiver: FakeReceiver) -> None:
    attempt = receiver.tell(answer_with(307, Location="/elsewhere"))
    assert attempt.result == "Failed"
    assert "redirects are not followed" in attempt.why
    assert len(receiver.paths) == 1


def test_a_receiver_that_hangs_ends_with_the_time_it_has(receiver: FakeReceiver) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    assert receiver.tell(hang, seconds=0.2) == Attempt(ID, "Failed", "no answer within 0.2 s")


def test_a_connection_that_is_reset_is_a_failure_in_a_word(receiver: FakeReceiver) -> None:
    async def reset(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    attempt = receiver.tell(reset)
    assert attempt == Attempt(ID, "Failed", "it cannot be reached (ServerDisconnectedError)")


def test_an_answer_without_end_is_not_waited_for(receiver: FakeReceiver) -> None:
    async def go_on(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 4096)
            await asyncio.sleep(0.01)

    assert receiver.tell(go_on, seconds=3).result == "Delivered", "the head alone is read"


def test_nothing_of_an_answer_gets_into_the_words(receiver: FakeReceiver) -> None:
    async def insult(request: web.Request) -> web.Response:
        return web.Response(status=500, reason="<script>", text="<script>" * 1000)

    assert receiver.tell(insult).why == "HTTP status 500 Internal Server Error"
    assert judge(ID, 599, "", NOW).why == "HTTP status 599"


def test_nobody_there_is_a_failure_that_does_not_quote_the_address(tmp_path: Path) -> None:
    webhook = make_webhook(tmp_path, url="http://127.0.0.1:1/?token=s3cret")
    attempt = asyncio.run(deliver(webhook, ID, EVENT, NOW, 5.0))
    assert attempt == Attempt(ID, "Failed", "it cannot be reached (ClientConnectorError)")


def test_files_that_cannot_be_used_are_a_failure_in_words(tmp_path: Path) -> None:
    webhook: Any = make_webhook(tmp_path, keys="none")
    attempt = asyncio.run(deliver(webhook, ID, EVENT, NOW, 5.0))
    assert attempt.result == "Failed"
    assert "without whsec_" in attempt.why


def test_a_certificate_by_the_authority_beside_the_url_is_trusted_and_no_other(receiver: FakeReceiver) -> None:
    folder = make_certificates(receiver.folder, "127.0.0.1")
    receiver.secured = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    receiver.secured.load_cert_chain(folder / "redis.crt", folder / "redis.key")
    assert receiver.tell(answer_with(200)).result == "Delivered"
    (folder / "ca.crt").unlink()
    attempt = receiver.tell(answer_with(200))
    assert attempt == Attempt(ID, "Failed", "it cannot be reached (ClientConnectorCertificateError)")
    assert len(receiver.bodies) == 1, "nothing is said to a stranger"
