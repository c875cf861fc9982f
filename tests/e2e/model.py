"""A small model server for the end-to-end tests, run in a pod: it ranks ten items of its own.

Every answer names the model, so that a test sees who served. POST /recommend ranks; a list without the contract's
pointer comes from `--broken`, one in another form from `--form`. GET of anything else says who is there, and after GET
/leave nobody is: the process stays and listens no more. After GET /fail it answers ranking requests with 500.
"""

import argparse
import asyncio
import json
import os
from collections.abc import Callable

ITEMS = 10
FORMS: dict[str, Callable[[str, list[str]], object]] = {
    "items": lambda name, ids: {"model": name, "items": [{"id": each} for each in ids]},
    "plain": lambda name, ids: ids,
    "nested": lambda name, ids: {
        "model": name,
        "result": [{"items": [{"product": {"id": each}, "score": 0.5} for each in ids]}, {"items": []}],
    },
}

ADDRESSES = {"everywhere": "0.0.0.0", "loopback": "127.0.0.1", "pod": os.environ.get("POD_ADDRESS", "")}


async def serve_connection(
    options: argparse.Namespace, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer requests on one connection until its end."""
    try:
        while not options.leaving.is_set() and (head := await reader.readuntil(b"\r\n\r\n")):
            fields = head.decode("latin-1").lower().split("\r\n")
            length = next((int(line.split(":")[1]) for line in fields if line.startswith("content-length:")), 0)
            await reader.readexactly(length)
            ranking = " /recommend " in fields[0]
            if " /leave " in fields[0]:
                options.leaving.set()
            options.failing |= " /fail " in fields[0]
            await asyncio.sleep(options.delay)
            writer.write(make_answer(options, ranking))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def make_answer(options: argparse.Namespace, ranking: bool) -> bytes:
    """The answer to one request."""
    ids = [f"{options.name}-{number}" for number in range(ITEMS)]
    body = json.dumps(
        FORMS[options.form](options.name, ids) if ranking and not options.broken else {"model": options.name}
    )
    status = "500 Internal Server Error" if ranking and options.failing else "200 OK"
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return f"{head}{body}".encode()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--broken", action="store_true", help="answer without a list")
    parser.add_argument("--form", choices=FORMS, default="items", help="how the answer looks")
    parser.add_argument("--failing", action="store_true", help="answer ranking requests with 500")
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS", help="of each answer")
    parser.add_argument("--dies-after", type=float, metavar="SECONDS", help="exit with 3")
    parser.add_argument("--at", choices=ADDRESSES, default="everywhere", help="where to listen")
    options = parser.parse_args()
    options.leaving = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve_connection(options, reader, writer)

    server = await asyncio.start_server(handle, ADDRESSES[options.at], options.port, limit=1 << 20)
    if options.dies_after:
        asyncio.get_running_loop().call_later(options.dies_after, os._exit, 3)
    async with server:
        await options.leaving.wait()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
