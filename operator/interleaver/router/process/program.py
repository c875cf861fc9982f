"""The router process: both ports, the clock that sweeps, signals, and the way out."""

import asyncio
import errno
import gc
import random
import signal
import sys
import time
import traceback
from typing import Any, Final, cast

import uvloop

from interleaver.api.names import PORT_TAKEN, ROUTER_NOT_READY
from interleaver.router.client.connection import ClientConnection
from interleaver.router.client.listener import Listener
from interleaver.router.config.watch import POLL_SECONDS, ConfigWatch
from interleaver.router.models.pool import Limits
from interleaver.router.models.upstreams import Upstreams
from interleaver.router.serving.previews import Previews
from interleaver.router.serving.service import Router
from interleaver.router.system.counters import Counters
from interleaver.router.system.descriptors import Bounds, divide, raise_limit
from interleaver.router.system.log import record

from .admin import Admin, Obstacle
from .drain import DRAIN_SIGNAL
from .gauges import Gauges
from .last_words import leave_words
from .leaving import Leaving
from .options import Options
from .own_model import OwnModel
from .pulse import Pulse

BACKLOG: Final = 1024  # connections that the kernel holds while the loop is busy
ADMIN_CONNECTIONS: Final = 100  # of probes and readers of metrics
GRACE_SECONDS: Final = 25.0  # for what is in flight at SIGTERM; below the 30 s after which a pod is killed
FLUSH_SECONDS: Final = 2.0  # for what waits for the vote store, even if all of that was needed
ACCEPT_SECONDS: Final = 0.02  # after SIGTERM the loop takes what the kernel has accepted already; closing resets it
TUNNEL_SECONDS: Final = 1.0  # for what is written to tunnels: who reads nothing would keep the process from its end
PARTING_SECONDS: Final = 0.3  # then idle connections stay readable: a request may be on the wire already


class Program:
    """One router process."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.loop = asyncio.get_running_loop()
        self.stopping = asyncio.Event()
        self.listening = False
        self.leaving = Leaving(options.drain_limit)
        files = raise_limit()
        bounds = divide(files)
        report_bounds(files, bounds)
        limits = Limits(connections=bounds.upstreams)
        upstreams = Upstreams(options.model, options.revision_hash, self.leaving.is_on, random.Random(), limits)
        self.router = Router(upstreams, Counters(time.time()))
        self.router.preview = Previews(self.router).handle
        self.router.books.every = options.log_sample
        self.router.tunnels.most = bounds.tunnels
        self.data = Listener(self.router.handle, most=bounds.clients, log=self.router.log)
        self.pulse = Pulse(self.loop, self.router.counters.lag)
        self.own_model = OwnModel(options.model, options.pod_address, self.router.call_own_model_at)
        if options.revision_hash:
            upstreams.doubt = self.own_model.doubt
        self.router.counters.look = Gauges(self.router, self.data, self.own_model).read
        admin = Admin(self.router, self.find_obstacle)
        self.admin = Listener(admin.handle, most=ADMIN_CONNECTIONS, log=self.router.log)
        self.watch = ConfigWatch(options.config, self.router.adopt, self.router.counters.count_rejected)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then finish what is in flight."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self.stopping.set)
        self.loop.add_signal_handler(DRAIN_SIGNAL, self.drain)
        self.loop.set_exception_handler(report)
        options = self.options
        admin = await self.listen(self.admin, options.admin_port)
        self.watch.poll()
        data = await self.listen(self.data, options.port)
        self.listening = True
        record("listening", port=find_port(data), admin_port=find_port(admin))
        gc.freeze()  # what was loaded stays: the collector would need milliseconds to look through all of it again
        ticking = self.loop.create_task(self.tick())
        if options.revision_hash:
            self.own_model.begin()
        self.pulse.start()
        await self.stopping.wait()
        await self.stop(data)
        ticking.cancel()
        self.own_model.end()
        self.pulse.stop()
        admin.close()
        await self.close()

    async def listen(self, listener: Listener, port: int) -> asyncio.Server:
        def meet() -> asyncio.Protocol:
            return cast(asyncio.Protocol, ClientConnection(listener))

        try:
            return await self.loop.create_server(meet, find_hosts(self.options), port, backlog=BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise OSError(f"{PORT_TAKEN} {port} (address already in use)") from error
            raise

    async def tick(self) -> None:
        """Follow the configuration, and end what stands still."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            self.watch.poll()
            now = self.loop.time()
            self.leaving.sweep(now)
            self.data.leaving = self.leaving.is_on() or self.is_replaced()
            self.data.sweep(now)
            self.admin.sweep(now)
            self.router.upstreams.sweep(now)
            self.router.tunnels.sweep(now)
            self.router.log.flush(self.router.clock())

    def find_obstacle(self) -> Obstacle | None:
        """Why the router is not ready; None when it is."""
        if self.leaving.is_on():
            return Obstacle(ROUTER_NOT_READY, "draining")
        if self.router.force is None:
            return Obstacle(ROUTER_NOT_READY, "no valid configuration yet")
        if not self.listening:
            return Obstacle(ROUTER_NOT_READY, "the port for requests is not open yet")
        if self.options.revision_hash and not self.own_model.is_ready():
            return Obstacle(self.own_model.name_reason(), self.own_model.explain())
        return None

    def is_replaced(self) -> bool:
        """Whether another revision serves now. Kept-alive connections never move by themselves, so they are closed."""
        force = self.router.force
        if force is None or not self.options.revision_hash:
            return False
        return not self.router.upstreams.is_local(force.config.serving)

    def drain(self) -> None:
        """Stop being ready, and make the clients leave, while still serving everything."""
        self.leaving.begin(self.loop.time())
        self.data.leaving = True

    async def stop(self, data: asyncio.Server) -> None:
        """Accept nothing new, and finish what is in flight within GRACE_SECONDS."""
        self.drain()
        self.leaving.end()
        await asyncio.sleep(ACCEPT_SECONDS)
        data.close()
        record("stopping", connections=len(self.data.connections))
        deadline = self.loop.time() + GRACE_SECONDS
        if self.data.connections:
            await asyncio.sleep(PARTING_SECONDS)
        while self.is_busy() and self.loop.time() < deadline:  # noqa: ASYNC110 - busy is no single event
            await asyncio.sleep(0.02)
        self.router.tunnels.close()  # they end by themselves at no foreseeable time
        parting = self.loop.time() + TUNNEL_SECONDS
        self.router.samples.end()
        await self.router.stores.finish(max(deadline - self.loop.time(), FLUSH_SECONDS))
        while not self.router.samples.is_done() and self.loop.time() < parting:  # noqa: ASYNC110 - it is a thread
            await asyncio.sleep(0.02)
        while self.router.tunnels.open and self.loop.time() < min(parting, deadline):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        record("stopped", cut=sum(connection.is_busy() for connection in self.data.connections))

    def is_busy(self) -> bool:
        """Whether anything is to be finished: requests, and feedback whose client may have left."""
        return self.data.is_busy() or bool(self.router.reporting.postings.queue)

    async def close(self) -> None:
        """Close every connection that is left, and let the loop see it."""
        self.router.upstreams.close()
        self.router.tunnels.abort()
        self.data.abort()
        self.admin.abort()
        await asyncio.sleep(0.01)


def find_hosts(options: Options) -> list[str]:
    """The addresses to listen on. One of all IPv4 addresses leaves a pod of IPv6 unreachable; it is told its own."""
    everywhere = options.host == "0.0.0.0" and ":" in options.pod_address
    return [options.host, "::"] if everywhere else [options.host]


def report_bounds(files: int, bounds: Bounds) -> None:
    """Say when the process may open too few files for the usual bounds."""
    if bounds != Bounds():
        record("few-files", files=files, clients=bounds.clients, tunnels=bounds.tunnels, upstreams=bounds.upstreams)


def report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An error that nobody caught: a fault of ours, which costs the connection on which it happened."""
    error = context.get("exception")
    trace = traceback.format_exception(error) if isinstance(error, BaseException) else []
    record("fault", message=str(context.get("message")), traceback="".join(trace))


def find_port(server: asyncio.Server) -> int:
    """The port a server listens on."""
    return int(server.sockets[0].getsockname()[1])


async def serve(options: Options) -> None:
    await Program(options).run()


def run(options: Options) -> None:
    """Run a router. Exits with 1 if a port cannot be had."""
    try:
        uvloop.run(serve(options))
    except OSError as error:
        record("failed", error=str(error))
        leave_words(str(error))
        sys.exit(1)
