"""A model server: POST /recommend answers from lists that were computed when the model was trained.

    {"user": 12, "count": 20} -> {"model": "factors", "items": [{"id": 318, "title": "...", "score": 0.91}, ...]}

HTTP/1.1 with keep-alive on the standard library alone; GET /healthz says that the lists are loaded.
"""

import argparse
import asyncio
import json
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

DEFAULT_COUNT: Final = 20
HEAD_LIMIT: Final = 16 * 1024  # bytes of request line and headers
BODY_LIMIT: Final = 64 * 1024  # bytes; a request is a user and a count
IDLE_SECONDS: Final = 75.0  # above the router's idle limit, so that the router is the one who closes


class Refusal(Exception):
    """A request that gets an error as its answer."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Model:
    """A trained model: its name, and each user's items, best first, already written as JSON."""

    name: str
    items: Mapping[int, tuple[str, ...]]

    def recommend(self, user: int, count: int) -> str:
        """The answer for a user. Raises Refusal for a user the model never saw or a count it cannot fill."""
        items = self.items.get(user)
        if items is None:
            raise Refusal(HTTPStatus.NOT_FOUND, f"no user {user} in the training data")
        if not 1 <= count <= len(items):
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"count must be 1 to {len(items)}, not {count}")
        return f'{{"model":{json.dumps(self.name)},"items":[{",".join(items[:count])}]}}'


@dataclass(frozen=True)
class Request:
    """One parsed request."""

    method: str
    path: str
    body: bytes
    close: bool


def read_model(file: Path) -> Model:
    """Load what train.py wrote."""
    document = json.loads(file.read_text())
    titles = document["titles"]
    items = {
        int(user): tuple(json.dumps({"id": film, "title": titles[str(film)], "score": score}) for film, score in listed)
        for user, listed in document["lists"].items()
    }
    return Model(document["model"], items)


def answer(model: Model, request: Request) -> tuple[HTTPStatus, str]:
    """Status and JSON body for one request."""
    try:
        if request.path == "/healthz":
            return HTTPStatus.OK, '{"status":"ok"}'
        if request.path != "/recommend":
            raise Refusal(HTTPStatus.NOT_FOUND, "there is POST /recommend, and GET /healthz")
        if request.method != "POST":
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "/recommend takes POST")
        return HTTPStatus.OK, model.recommend(*parse_question(request.body))
    except Refusal as refusal:
        return refusal.status, json.dumps({"error": str(refusal)})


def parse_question(body: bytes) -> tuple[int, int]:
    """User and count. Raises Refusal for anything else."""
    try:
        question = json.loads(body)
        user, count = question["user"], question.get("count", DEFAULT_COUNT)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refusal(HTTPStatus.BAD_REQUEST, 'the body must look like {"user": 12, "count": 20}') from None
    if type(user) is not int or type(count) is not int:
        raise Refusal(HTTPStatus.BAD_REQUEST, "user and count must be whole numbers")
    return user, count


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request; None when the client closed or stayed silent. Raises Refusal if it cannot be read."""
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), IDLE_SECONDS)
    except (asyncio.IncompleteReadError, TimeoutError, ConnectionError):
        return None
    except asyncio.LimitOverrunError:
        raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too long") from None
    method, path, version, headers = parse_head(head)
    body = await read_body(reader, headers)
    token = headers.get("connection", "").lower()
    return Request(method, path, body, close=token == "close" or (version == "HTTP/1.0" and token != "keep-alive"))


def parse_head(head: bytes) -> tuple[str, str, str, dict[str, str]]:
    """Method, path without query, version, and headers with lower-case names. Raises Refusal if malformed."""
    first, *rest = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not all(":" in line for line in rest):
        raise Refusal(HTTPStatus.BAD_REQUEST, "this is not HTTP/1.1")
    pairs = (line.split(":", 1) for line in rest)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    return words[0], words[1].split("?", 1)[0], words[2], headers


async def read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    """The body of the announced length. Raises Refusal for a chunked or oversized one."""
    if "transfer-encoding" in headers:
        raise Refusal(HTTPStatus.LENGTH_REQUIRED, "send a Content-Length")
    announced = headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit():
        raise Refusal(HTTPStatus.BAD_REQUEST, "Content-Length must be a number")
    if int(announced) > BODY_LIMIT:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {BODY_LIMIT} bytes")
    return await asyncio.wait_for(reader.readexactly(int(announced)), IDLE_SECONDS)


def format_answer(status: HTTPStatus, body: str, close: bool) -> bytes:
    """The whole answer as bytes."""
    payload = body.encode()
    connection = "close" if close else "keep-alive"
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(payload)}\r\nConnection: {connection}\r\n\r\n".encode() + payload


async def serve_connection(model: Model, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer requests on one connection until either side closes it."""
    close = False
    try:
        while not close:
            try:
                request = await read_request(reader)
                if request is None:
                    break
                close = request.close
                status, body = answer(model, request)
            except Refusal as refusal:
                close, status, body = True, refusal.status, json.dumps({"error": str(refusal)})
            writer.write(format_answer(status, body, close))
            await writer.drain()
    except (ConnectionError, TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError):
        pass  # The client is gone, or the server ends while nothing is asked: there is nobody to tell.
    finally:
        writer.close()


async def serve(model: Model, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    running = set[asyncio.Task[None]]()

    def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve_connection(model, reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_server(handle, host, port, limit=HEAD_LIMIT)
    ready = {"event": "serving", "model": model.name, "users": len(model.items)}
    print(json.dumps(ready | {"port": server.sockets[0].getsockname()[1]}), flush=True)
    await stopped.wait()
    server.close()
    for task in running:
        task.cancel()
    await asyncio.gather(*running)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=Path, required=True, help="what train.py wrote for this model")
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=9000)
    arguments = parser.parse_args()
    asyncio.run(serve(read_model(arguments.lists), arguments.host, arguments.port))


if __name__ == "__main__":
    main()
