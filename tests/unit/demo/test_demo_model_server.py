"""The model server answers from its lists, keeps connections alive, and says what is wrong with a bad request."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from demo.model_server import BODY_LIMIT, HEAD_LIMIT, Model, read_model, serve_connection
from demo.wire import Answer, Connection
from tests.unit.demo.endpoints import serve_on_loopback

DOCUMENT = {
    "model": "factors",
    "titles": {"10": "Alien", "11": "Brazil", "12": 'The "Big" One'},
    "lists": {"1": [[12, 0.9], [10, 0.5], [11, 0.25]], "2": [[11, 0.7], [10, 0.6], [12, 0.1]]},
}


@pytest.fixture
def model(tmp_path: Path) -> Model:
    (tmp_path / "factors.json").write_text(json.dumps(DOCUMENT))
    return read_model(tmp_path / "factors.json")


def talk(model: Model, conversation: Callable[[int], Awaitable[Any]]) -> Any:
    """Run a conversation with the server's port."""

    async def serve() -> Any:
        async with serve_on_loopback(lambda r, w: serve_connection(model, r, w), HEAD_LIMIT) as port:
            return await conversation(port)

    return asyncio.run(serve())


def ask(model: Model, body: object, first_line: str = "POST /recommend HTTP/1.1") -> Answer:
    """One request on a connection of its own."""

    async def exchange(port: int) -> Answer:
        connection = await Connection.open("127.0.0.1", port)
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = await connection.exchange(f"{first_line}\r\nHost: model\r\n", text, close=True)
        connection.close()
        return answer

    answer: Answer = talk(model, exchange)
    return answer


def send_raw(model: Model, data: bytes) -> bytes:
    """Everything the server says to these bytes before it closes."""

    async def exchange(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        answer = await reader.read()
        writer.close()
        return answer

    answer: bytes = talk(model, exchange)
    return answer


def test_a_user_gets_the_best_films_first_with_titles_and_scores(model: Model) -> None:
    answer = ask(model, {"user": 1, "count": 2})
    assert answer.status == 200
    assert json.loads(answer.body) == {
        "model": "factors",
        "items": [{"id": 12, "title": 'The "Big" One', "score": 0.9}, {"id": 10, "title": "Alien", "score": 0.5}],
    }


def test_a_connection_is_kept_alive_until_the_client_wants_it_closed(model: Model) -> None:
    async def exchange(port: int) -> tuple[list[int], bool]:
        connection = await Connection.open("127.0.0.1", port)
        head, body = "POST /recommend HTTP/1.1\r\n", b'{"user": 2, "count": 1}'
        statuses = [(await connection.exchange(head, body, close=False)).status for _ in range(5)]
        statuses.append((await connection.exchange(head, body, close=True)).status)
        reusable = connection.reusable
        connection.close()
        return statuses, reusable

    assert talk(model, exchange) == ([200] * 6, False)


def test_two_requests_sent_at_once_are_answered_in_order(model: Model) -> None:
    request = 'POST /recommend HTTP/1.1\r\nContent-Length: 23\r\n{}\r\n{{"user": {}, "count": 1}}'
    answers = send_raw(model, (request.format("", 2) + request.format("Connection: close\r\n", 1)).encode())
    assert answers.index(b"Brazil") < answers.index(b"Big")


def test_fifty_connections_at_once_are_all_answered(model: Model) -> None:
    async def exchange(port: int) -> list[int]:
        connections = [await Connection.open("127.0.0.1", port) for _ in range(50)]
        head, body = "POST /recommend HTTP/1.1\r\n", b'{"user": 1, "count": 3}'
        answers = await asyncio.gather(*(each.exchange(head, body, close=True) for each in connections))
        for connection in connections:
            connection.close()
        return [answer.status for answer in answers]

    assert talk(model, exchange) == [200] * 50


def test_the_program_ends_quietly_when_told_to_though_a_connection_is_open(tmp_path: Path) -> None:
    (tmp_path / "lists.json").write_text(json.dumps(DOCUMENT))
    command = [sys.executable, "-m", "demo.model_server", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(
        [*command, "--lists", str(tmp_path / "lists.json")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = json.loads(server.stdout.readline())["port"]
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
            assert client.recv(15) == b"HTTP/1.1 200 OK"
            server.send_signal(signal.SIGTERM)
            _, errors = server.communicate(timeout=20)
    assert (server.returncode, errors) == (0, "")


def test_it_is_ready_once_it_serves(model: Model) -> None:
    assert ask(model, b"", "GET /healthz HTTP/1.1").status == 200


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"user": 99, "count": 1}, 404, "no user 99"),
        ({"user": 1, "count": 4}, 422, "1 to 3, not 4"),
        ({"user": 1, "count": 0}, 422, "1 to 3, not 0"),
        ({"user": "1"}, 400, "whole numbers"),
        ({"user": True, "count": 1}, 400, "whole numbers"),
        ({"count": 1}, 400, "must look like"),
        ([1], 400, "must look like"),
        (b"{", 400, "must look like"),
        (b"", 400, "must look like"),
    ],
)
def test_a_bad_question_is_answered_with_what_is_wrong(model: Model, body: object, status: int, words: str) -> None:
    answer = ask(model, body)
    assert answer.status == status
    assert words in json.loads(answer.body)["error"]


def test_another_path_and_another_method_are_told_apart(model: Model) -> None:
    assert ask(model, {"user": 1}, "POST /other HTTP/1.1").status == 404
    assert ask(model, {"user": 1}, "PUT /recommend HTTP/1.1").status == 405
    assert ask(model, {"user": 1, "count": 1}, "POST /recommend?page=1 HTTP/1.1").status == 200


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"POST /recommend HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"POST /recommend HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /recommend HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (BODY_LIMIT + 1), b"413"),
        (b"POST /recommend HTTP/1.1\r\nX: " + b"x" * 40_000, b"431"),
    ],
)
def test_what_cannot_be_read_is_refused_and_the_connection_closed(model: Model, data: bytes, status: bytes) -> None:
    assert send_raw(model, data).split(b" ", 2)[1] == status
