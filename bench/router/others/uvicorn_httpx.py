"""uvicorn in front, httpx behind. PORT CHAMPION CANDIDATE SECONDS."""

import asyncio
import sys

import httpx
import uvloop

from bench.router.others.asgi import make_app, serve


class Models:
    """Champion and candidate by their URLs; `seconds` is the candidate's deadline."""

    def __init__(self, champion: str, candidate: str, seconds: float) -> None:
        self.champion = champion
        self.candidate = candidate
        self.seconds = seconds
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        self.client = httpx.AsyncClient(limits=limits)

    async def ask(self, body: bytes) -> tuple[bytes, bytes | None]:
        """The champion's answer, and the candidate's, None if it failed."""
        return await asyncio.gather(self.ask_one(self.champion, body, 5), self.ask_candidate(body))

    async def ask_candidate(self, body: bytes) -> bytes | None:
        try:
            return await self.ask_one(self.candidate, body, self.seconds)
        except httpx.HTTPError:
            return None

    async def ask_one(self, url: str, body: bytes, seconds: float) -> bytes:
        response = await self.client.post(url + "/recommend", content=body, timeout=seconds)
        content: bytes = response.raise_for_status().content
        return content

    async def close(self) -> None:
        await self.client.aclose()


async def main(port: str, champion: str, candidate: str, seconds: str) -> None:
    models = Models(champion, candidate, float(seconds))
    await serve(make_app(models.ask, models.close), int(port))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
