"""Routers of the fake pods: one that hangs, one that gushes, and an honest one that notes when it was read."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from interleaver.api import names

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GUSH: Final = f"{names.PROCESS_START.name} 1\n" + "".join(f"a{number} 1\n" for number in range(120_000))


@dataclass
class Routers:
    """The three, on loopback; `read` are the moments at which the honest one was read."""

    ports: dict[str, int] = field(default_factory=dict)
    read: list[float] = field(default_factory=list)
    _hanging: list[asyncio.StreamWriter] = field(default_factory=list)

    async def start(self) -> None:
        """Listen."""
        for name, answer in {"hang": self._hang, "gush": self._gush, "honest": self._tell}.items():
            server = await asyncio.start_server(answer, "127.0.0.1", 0)
            self.ports[name] = server.sockets[0].getsockname()[1]

    async def _hang(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._hanging.append(writer)

    async def _gush(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(reader, writer, GUSH)

    async def _tell(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.read.append(time.monotonic())
        await self._say(reader, writer, f"{names.PROCESS_START.name} 1\n")

    async def _say(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, text: str) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n{text}".encode())
        writer.close()
