"""Servers that people run: uvicorn with both of its parsers, and the demo's model server."""

import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from interleaver.lab.asking.answers import State
from tests.router.programs import wait_until
from tests.unit.lab.asking.scene import make_cases, make_suite

from .conftest import Asking


async def rank(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An ASGI application that answers each case with a list of its own; in pieces, so that uvicorn sends chunks."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    user = json.loads(body)["user"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b'{"items": [', "more_body": True})
    await send({"type": "http.response.body", "body": b'{"id": %d}]}' % user})


@contextmanager
def run_uvicorn(**options: Any) -> Iterator[str]:
    """uvicorn on a thread; its URL."""
    config = uvicorn.Config(rank, port=0, ws="none", lifespan="off", log_config=None, loop="asyncio", **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    wait_until(lambda: server.started, "uvicorn listens")
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.mark.parametrize("parser", ["httptools", "h11"])
def test_uvicorn_is_asked(asking: Asking, parser: str) -> None:
    with run_uvicorn(http=parser) as url:
        answers = asking(make_suite(100), url)
    assert answers.rankings == [(str(row),) for row in range(100)]
    assert answers.retries == 0


@pytest.mark.parametrize("parser", ["httptools", "h11"])
def test_a_uvicorn_that_closes_every_connection_at_once_fails_nothing(asking: Asking, parser: str) -> None:
    with run_uvicorn(http=parser, timeout_keep_alive=0) as url:
        answers = asking(make_suite(200), url)
    assert answers.rankings == [(str(row),) for row in range(200)]
    assert answers.retries == 0


@pytest.mark.parametrize("parser", ["httptools", "h11"])
def test_a_uvicorn_that_refuses_to_take_more_is_asked_again_until_it_does(asking: Asking, parser: str) -> None:
    with run_uvicorn(http=parser, limit_concurrency=5) as url:  # it answers 503 beyond that
        answers = asking(make_suite(60), url, concurrency=12, retries=200, failures=10_000)
    assert answers.rankings == [(str(row),) for row in range(60)]


@contextmanager
def run_demo(lists: Path) -> Iterator[str]:
    """The demo's model server as a process; its URL."""
    command = [sys.executable, "-m", "demo.model_server", "--lists", str(lists), "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        try:
            yield f"http://127.0.0.1:{ready['port']}"
        finally:
            process.send_signal(signal.SIGTERM)


def test_the_demos_model_server_is_asked_and_a_user_it_does_not_know_is_refused(asking: Asking, tmp_path: Path) -> None:
    users = {str(user): [[user * 10 + place, 0.5] for place in range(3)] for user in range(40)}
    titles = {str(film): f"Film {film}" for listed in users.values() for film, _ in listed}
    (tmp_path / "lists.json").write_text(json.dumps({"model": "m", "titles": titles, "lists": users}))
    bodies = [json.dumps({"user": user, "count": 2}).encode() for user in range(42)]
    with run_demo(tmp_path / "lists.json") as url:
        answers = asking(make_suite(cases=make_cases(42, bodies)), url, share_twice=0.5)
    assert answers.rankings == [(str(user * 10), str(user * 10 + 1)) for user in range(40)] + [(), ()]
    assert answers.states.tolist() == [State.ANSWERED] * 40 + [State.REFUSED] * 2
    assert answers.words[41] == "status 404 Not Found"
    assert answers.asked_twice > 15
    assert answers.answered_differently == 0
    assert not answers.partial
