"""The model in our own pod: reached before the pod is Ready, at the address at which it is called from then on.

We call it over loopback, or at the pod's address if it listens there alone. Other pods' routers call it at the pod's
address, so a model that listens on loopback alone would fail the endpoint as soon as one of them had to.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from interleaver.api.http import split_url
from interleaver.api.names import MODEL_ADDRESSES
from interleaver.router.system.log import record

LOOK_SECONDS: Final = 0.25  # between two attempts
CONNECT_SECONDS: Final = 1.0  # to an address that does not answer at all
QUIET_SECONDS: Final = 10.0  # in which a model may start without a line in the log
LOOPBACK, POD = MODEL_ADDRESSES

Reach = Callable[[str, int], Awaitable[bool]]


class OwnModel:
    """Whether the model was reached, and where. Without an address of the pod's only `url` counts."""

    def __init__(
        self, url: str, pod_address: str, call_at: Callable[[str], None], reach: "Reach | None" = None
    ) -> None:
        host, port = split_url(url)
        literal = f"[{pod_address}]" if ":" in pod_address else pod_address
        self.places = {LOOPBACK: (host, port)}
        self.urls = {LOOPBACK: url}
        if pod_address:
            self.places[POD] = (pod_address, port)
            self.urls[POD] = f"http://{literal}:{port}"
        self.call_at = call_at  # told at which URL to call the model, if that is not `url`
        self.reach = reach if reach is not None else try_connection
        self.reached: dict[str, bool] = dict.fromkeys(self.places, False)

    def is_ready(self) -> bool:
        """Whether it was reached wherever somebody will call it."""
        return self.reached[POD if POD in self.reached else LOOPBACK]

    async def follow(self) -> None:
        """Try until it is ready."""
        attempts = 0
        while not await self.look():
            attempts += 1
            if attempts == int(QUIET_SECONDS / LOOK_SECONDS):
                record("model-missed", reason=self.explain())
            await asyncio.sleep(LOOK_SECONDS)
        record("model-reached", at=[name for name, reached in self.reached.items() if reached])

    async def look(self) -> bool:
        """Try every address that was not reached yet; whether the model is ready."""
        for name, (host, port) in self.places.items():
            if not self.reached[name]:
                self.reached[name] = await self.reach(host, port)
        if self.is_ready() and not self.reached[LOOPBACK]:
            self.call_at(self.urls[POD])
        return self.is_ready()

    def explain(self) -> str:
        """Why it is not ready, for the person who has to mend it."""
        if self.reached[LOOPBACK]:
            return (
                f"the model listens at {self.urls[LOOPBACK]} alone, and other pods call it at {self.urls[POD]}: "
                "let it listen on 0.0.0.0 (or ::) instead of loopback"
            )
        places = " or ".join(self.urls.values())
        return f"nothing answers at {places} yet: the model starts, has ended, or listens on another port"


async def try_connection(host: str, port: int) -> bool:
    """Whether a connection can be had."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, UnicodeError):  # a TimeoutError is an OSError; a host name may be none
        return False
    writer.transport.abort()
    return True
