"""Connections that speak another protocol from some moment on: bytes both ways between a client and a model."""

import asyncio
from typing import Final

from interleaver.router.system.descriptors import Bounds

IDLE_SECONDS: Final = 3600.0  # without a byte in either direction; the protocols inside have their own, shorter pings
LINGER_SECONDS: Final = 10.0  # for what is written when one side closes


class Tunnels:
    """The open tunnels of a router."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.most = Bounds().tunnels  # each holds two sockets; a request for one more is answered with 503
        self.open: set[Tunnel] = set()

    def is_full(self) -> bool:
        return len(self.open) >= self.most

    def join(self, client: asyncio.Transport, model: asyncio.Transport) -> None:
        """Let the two speak to each other until one of them closes."""
        tunnel = Tunnel(self, client, model)
        self.open.add(tunnel)
        for end in tunnel.ends:
            end.start()

    def sweep(self, now: float) -> None:
        """End the tunnels in which nothing moved for too long."""
        for tunnel in [each for each in self.open if each.expires <= now]:
            tunnel.abort()

    def close(self) -> None:
        """Close all; what is written already still arrives."""
        for tunnel in list(self.open):
            tunnel.close()

    def abort(self) -> None:
        """Cut all, and with them what nobody has read by now."""
        for tunnel in list(self.open):
            tunnel.abort()


class Tunnel:
    """Two connections. When one side closes, the other is closed as well once it has what was sent to it."""

    def __init__(self, tunnels: Tunnels, client: asyncio.Transport, model: asyncio.Transport) -> None:
        self.tunnels = tunnels
        self.ends = (End(self, client, model), End(self, model, client))
        self.closing = False
        self.lost = 0  # of its two connections
        self.renew()

    def renew(self) -> None:
        self.expires = self.tunnels.loop.time() + (LINGER_SECONDS if self.closing else IDLE_SECONDS)

    def close(self) -> None:
        if not self.closing:
            self.closing = True
            self.renew()
            for end in self.ends:
                end.transport.close()

    def abort(self) -> None:
        self.closing = True
        for end in self.ends:
            end.transport.abort()

    def lose(self) -> None:
        """One of the connections is gone."""
        self.close()
        self.lost += 1
        if self.lost == len(self.ends):
            self.tunnels.open.discard(self)


class End(asyncio.Protocol):
    """One side of a tunnel: what it says goes to the other side, as fast as that one reads."""

    def __init__(self, tunnel: Tunnel, transport: asyncio.Transport, other: asyncio.Transport) -> None:
        self.tunnel = tunnel
        self.transport = transport
        self.other = other

    def start(self) -> None:
        self.transport.set_protocol(self)
        if not self.transport.is_reading():
            self.transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        if not self.tunnel.closing:
            self.tunnel.renew()
            self.other.write(data)

    def pause_writing(self) -> None:
        if not self.tunnel.closing:
            self.other.pause_reading()

    def resume_writing(self) -> None:
        if not self.tunnel.closing:
            self.other.resume_reading()

    def eof_received(self) -> None:
        self.tunnel.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.tunnel.lose()
