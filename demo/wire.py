"""One HTTP/1.1 exchange over asyncio streams, without any retry: what goes wrong is a named failure.

Retries would hide what the demo is there to show, and so do HTTP libraries that reconnect on their own.
"""

import asyncio
from dataclasses import dataclass
from errno import errorcode
from typing import Final, Self

TIMEOUT_SECONDS: Final = 2.0  # twice the champion's default timeout in the router


class Failure(Exception):
    """An exchange that did not bring a usable answer; its text is the kind that is counted."""


@dataclass(frozen=True)
class Answer:
    """Status, headers with lower-case names, and body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """One connection to the endpoint, used for one exchange at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: float) -> None:
        self._reader, self._writer, self._patience = reader, writer, patience
        self._announced_close = False

    @classmethod
    async def open(cls, host: str, port: int, patience: float = TIMEOUT_SECONDS) -> Self:
        """Connect; the patience, in seconds, holds for each exchange too. Raises Failure `timeout`, or what was
        wrong by the system's name: `econnrefused`, `ehostunreach`."""
        try:
            return cls(*await asyncio.wait_for(asyncio.open_connection(host, port), patience), patience)
        except TimeoutError:
            raise Failure("timeout") from None
        except OSError as error:
            raise Failure(errorcode.get(error.errno or 0, "unreachable").lower()) from None

    @property
    def reusable(self) -> bool:
        """Whether the next exchange may use it: the server has neither announced nor done its closing."""
        return not (self._announced_close or self._reader.at_eof() or self._writer.is_closing())

    async def exchange(self, head: str, body: bytes, close: bool) -> Answer:
        """Send one request (first line and headers without the ones set here) and read its answer.

        Raises Failure `timeout`, `reset` (the connection ended before the answer did) or `malformed`.
        """
        connection = "close" if close else "keep-alive"
        self._writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: {connection}\r\n\r\n".encode() + body)
        try:
            answer = await asyncio.wait_for(self._read_answer(), self._patience)
        except TimeoutError:
            raise Failure("timeout") from None
        except (OSError, EOFError):
            raise Failure("reset") from None
        except (ValueError, KeyError, asyncio.LimitOverrunError):
            raise Failure("malformed") from None
        self._announced_close = close or answer.headers.get("connection", "").lower() == "close"
        return answer

    async def _read_answer(self) -> Answer:
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip("\r\n").split("\r\n")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        body = await self._reader.readexactly(int(headers["content-length"]))
        return Answer(int(first.split(" ", 2)[1]), headers, body)

    def close(self) -> None:
        """Close without waiting for the other side."""
        self._writer.close()
