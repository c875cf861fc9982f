"""Scraping: the text that routers show at their admin ports, each with a timeout and a bound on its size."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final, NamedTuple

import aiohttp

from interleaver.controller.cluster.answers import read_up_to
from interleaver.controller.observing.sessions import open_session
from interleaver.controller.observing.turns import Turns
from interleaver.controller.settings import Scraping

log: Final = logging.getLogger(__name__)

LONGEST_WHY: Final = 200  # characters; the words end in a condition, beside those of other routers


class Unread(NamedTuple):
    """A router that was not read, and why."""

    why: str


class Scraper:
    """Reads many routers at once: answers with a status, others tell nothing."""

    def __init__(self, settings: Scraping, status: int = 200) -> None:
        self._settings = settings
        self._status = status
        self._turns = Turns(settings.parallel)

    async def read(self, urls: Mapping[str, str], namespace: str) -> dict[str, str | None]:
        """The text at each URL, by the URL's key; None where it could not be read. See `read_all`."""
        found = await self.read_all(urls, namespace)
        return {key: None if isinstance(text, Unread) else text for key, text in found.items()}

    async def read_all(self, urls: Mapping[str, str], namespace: str) -> dict[str, str | Unread]:
        """The text at each URL, by the URL's key, or why it could not be read.

        Slots are shared by namespace, and all is over after a while: who hangs keeps nobody but his neighbours waiting.
        """
        async with open_session(self._settings.timeout, self._settings.parallel) as session:
            tasks = {key: asyncio.create_task(self._one(session, url, namespace)) for key, url in urls.items()}
            _, late = await asyncio.wait(tasks.values(), timeout=self._settings.whole) if tasks else (None, ())
            for task in late:
                task.cancel()
            found = await asyncio.gather(*tasks.values(), return_exceptions=True)
        texts = {key: note_late(text, self._settings) for key, text in zip(urls, found, strict=True)}
        for key, text in texts.items():
            if isinstance(text, Unread):
                log.debug("router not read pod=%s error=%s", key, text.why)
        return texts

    async def _one(self, session: aiohttp.ClientSession, url: str, namespace: str) -> str | Unread:
        try:
            async with self._turns.turn(namespace), session.get(url, allow_redirects=False) as response:
                if response.status == self._status:
                    return await self._bounded(response)
                return Unread(f"HTTP status {response.status}")
        except TimeoutError:
            return Unread(f"no answer within {self._settings.timeout:g} s")
        except (aiohttp.ClientError, OSError) as error:
            return Unread(f"{type(error).__name__}: {error}"[:LONGEST_WHY])
        except ValueError as error:
            return Unread(str(error)[:LONGEST_WHY])

    async def _bounded(self, response: aiohttp.ClientResponse) -> str | Unread:
        body = await read_up_to(response, self._settings.limit)
        return Unread(f"an answer of more than {self._settings.limit >> 10} kB") if body is None else decode_text(body)


def decode_text(body: bytes) -> str | Unread:
    """What a router says, as text."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return Unread("an answer that is no text")


def note_late(text: str | Unread | BaseException, settings: Scraping) -> str | Unread:
    """A text, or why there is none. Raises what is no failure of a router."""
    if isinstance(text, asyncio.CancelledError):
        return Unread(f"not asked: reading all routers took more than {settings.whole:g} s")
    if isinstance(text, BaseException):
        raise text
    return text
