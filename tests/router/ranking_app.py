"""A ranking model behind WSGI and ASGI, which the servers of `real_servers` run. It raises where the body says so.

With `NAP` in the environment each answer takes so many seconds.
"""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any, Final

REVISION: Final = os.environ.get("REVISION", "v41")
ANSWER: Final = json.dumps({"items": [{"id": f"{REVISION}-{number}"} for number in range(5)]}).encode()
HEADERS: Final = [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))]


def rank(body: bytes) -> bytes:
    """The answer to a request."""
    if REVISION.encode() in body:
        raise RuntimeError("the model failed")
    return ANSWER


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """For gunicorn and waitress."""
    body = rank(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    start_response("200 OK", HEADERS)
    return [body]


async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """For uvicorn."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    answer = rank(body)
    headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
