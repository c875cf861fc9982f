"""uvicorn in front, aiohttp's client behind: the obvious router in Python. PORT CHAMPION CANDIDATE SECONDS."""

import asyncio
import sys

import uvloop

from bench.router.others.asgi import make_app, serve
from bench.router.others.calling import Models


async def main(port: str, champion: str, candidate: str, seconds: str) -> None:
    models = Models(champion, candidate, float(seconds))
    await serve(make_app(models.ask, models.close), int(port))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
