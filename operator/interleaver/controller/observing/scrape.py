"""Scraping: the text that routers show at their admin ports, each with a timeout and a bound on its size."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

import aiohttp

from interleaver.controller.settings import Scraping

log: Final = logging.getLogger(__name__)


class Scraper:
    """Reads many routers at once: answers with a status, others tell nothing."""

    def __init__(self, settings: Scraping, status: int = 200) -> None:
        self._settings = settings
        self._status = status
        self._slots = asyncio.Semaphore(settings.parallel)

    async def read(self, urls: Mapping[str, str]) -> dict[str, str | None]:
        """The text at each URL, by the URL's key; None where it could not be read."""
        timeout = aiohttp.ClientTimeout(total=self._settings.timeout)
        # A look is rare, so connections are not kept; pods come and go, and so do their addresses.
        connector = aiohttp.TCPConnector(force_close=True, limit=self._settings.parallel)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector, trust_env=False) as session:
            texts = await asyncio.gather(*(self._one(session, pod, url) for pod, url in urls.items()))
        return dict(zip(urls, texts, strict=True))

    async def _one(self, session: aiohttp.ClientSession, pod: str, url: str) -> str | None:
        try:
            async with self._slots, session.get(url, allow_redirects=False) as response:
                if response.status == self._status:
                    return await self._bounded(response)
                log.debug("router not read pod=%s status=%d", pod, response.status)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.debug("router not read pod=%s error=%s: %s", pod, type(error).__name__, error)
        return None

    async def _bounded(self, response: aiohttp.ClientResponse) -> str:
        body = b""
        async for chunk in response.content.iter_chunked(1 << 16):
            body += chunk
            if len(body) > self._settings.limit:
                raise ValueError(f"more than {self._settings.limit} bytes")
        return body.decode()
