"""Calling both models with aiohttp's client, as a team would write it."""

import asyncio

import aiohttp


class Models:
    """Champion and candidate by their URLs; `seconds` is the candidate's deadline."""

    def __init__(self, champion: str, candidate: str, seconds: float) -> None:
        self.champion = champion
        self.candidate = candidate
        self.seconds = seconds
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def ask(self, body: bytes) -> tuple[bytes, bytes | None]:
        """The champion's answer, and the candidate's, None if it failed."""
        return await asyncio.gather(self.ask_one(self.champion, body, 5), self.ask_candidate(body))

    async def ask_candidate(self, body: bytes) -> bytes | None:
        try:
            return await self.ask_one(self.candidate, body, self.seconds)
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def ask_one(self, url: str, body: bytes, seconds: float) -> bytes:
        timeout = aiohttp.ClientTimeout(total=seconds)
        async with self.session.post(url + "/recommend", data=body, timeout=timeout) as response:
            response.raise_for_status()
            return await response.read()

    async def close(self) -> None:
        await self.session.close()
