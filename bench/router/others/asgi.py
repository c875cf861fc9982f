"""The server's half of the programs that run under uvicorn: no framework, which is the fastest a team would write."""

from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from bench.router.others.drafting import IMPRESSION, answer

Ask = Callable[[bytes], Awaitable[tuple[bytes, bytes | None]]]


def make_app(ask: Ask, close: Callable[[], Awaitable[None]]) -> Any:
    """An ASGI application that answers with what `ask` brings from both models."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return await live(receive, send, close)
        body, more = b"", True
        while more:
            message = await receive()
            body += message["body"]
            more = message.get("more_body", False)
        merged, impression = answer(*await ask(body))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(merged))]
        if impression is not None:
            headers.append((IMPRESSION.encode(), impression.encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": merged})

    return app


async def live(receive: Any, send: Any, close: Callable[[], Awaitable[None]]) -> None:
    """The lifespan protocol: nothing at the start, `close` at the end."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await close()
    await send({"type": "lifespan.shutdown.complete"})


async def serve(app: Any, port: int) -> None:
    config = uvicorn.Config(app, "127.0.0.1", port, log_level="warning", access_log=False)
    await uvicorn.Server(config).serve()
