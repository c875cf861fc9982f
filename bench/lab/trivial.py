"""A trivial model server: the same list to everybody. `python -m bench.lab.trivial uvicorn|bytes PORT`.

`uvicorn` is what teams run, with its parser and loop in C and no framework on top. `bytes` reads nothing of a request
but its end, and so is quicker than any model server there is.
"""

import asyncio
import sys
from typing import Any

import uvicorn
import uvloop

from bench.scene import CHAMPION_ANSWER
from bench.stub import Model

HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(CHAMPION_ANSWER))]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """An ASGI application that waits for the whole request."""
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": CHAMPION_ANSWER})


def serve_app(port: int) -> None:
    """Serve it behind uvicorn."""
    uvicorn.run(app, port=port, http="httptools", loop="uvloop", lifespan="off", log_level="error", access_log=False)


async def serve_bytes(port: int) -> None:
    """Write the answer wherever a request ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Model(CHAMPION_ANSWER, set()), "127.0.0.1", port)
    await server.serve_forever()


def main() -> None:
    kind, port = sys.argv[1], int(sys.argv[2])
    serve_app(port) if kind == "uvicorn" else uvloop.run(serve_bytes(port))


if __name__ == "__main__":
    main()
