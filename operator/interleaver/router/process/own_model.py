"""The model in our own pod: reached before the pod is Ready, at the address at which it is called from then on.

We call it over loopback, or at the pod's address if it listens there alone. Other pods' routers call it at the pod's
address, so a model that listens on loopback alone would fail the endpoint as soon as one of them had to. Once nobody
answers there any more the pod is not Ready again: whatever its author's probe looks at, requests would fail here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from interleaver.api.http import split_url, write_host
from interleaver.api.names import MODEL_ADDRESSES, MODEL_ON_LOOPBACK, MODEL_UNREACHABLE
from interleaver.router.system.log import record

LOOK_SECONDS: Final = 0.25  # between two attempts
CONNECT_SECONDS: Final = 1.0  # to an address that does not answer at all
QUIET_SECONDS: Final = 10.0  # in which a model may start without a line in the log
ALONE_SECONDS: Final = 5.0  # in which whatever is to listen at the pod's address may follow what listens on loopback
LOOPBACK, POD = MODEL_ADDRESSES
REFUSED: Final = "connection refused"
SILENT: Final = "no answer"

Reach = Callable[[str, int], Awaitable[str]]


class OwnModel:
    """Whether the model was reached, and where. Without an address of the pod's only `url` counts."""

    def __init__(
        self, url: str, pod_address: str, call_at: Callable[[str], None], reach: "Reach | None" = None
    ) -> None:
        host, port = split_url(url)
        self.places = {LOOPBACK: (host, port)}
        self.urls = {LOOPBACK: url}
        if pod_address:
            self.places[POD] = (pod_address, port)
            self.urls[POD] = f"http://{write_host(pod_address)}:{port}"
        self.call_at = call_at  # told at which URL to call the model, if that is not `url`
        self.reach = reach if reach is not None else try_connection
        self.reached: dict[str, bool] = dict.fromkeys(self.places, False)
        self.missed: dict[str, str] = dict.fromkeys(self.places, "not tried yet")  # why not
        self.alone = 0  # attempts since it was reached over loopback and nowhere else
        self.task: asyncio.Task[None] | None = None

    def is_ready(self) -> bool:
        """Whether it was reached wherever somebody will call it."""
        return self.reached[POD if POD in self.reached else LOOPBACK]

    def begin(self) -> None:
        """Try until it is ready, beside all else."""
        self.task = asyncio.get_running_loop().create_task(self.follow())

    def doubt(self) -> None:
        """A request was refused where the model was reached before: look there again, one look at a time."""
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.check())

    def end(self) -> None:
        """Look no more."""
        if self.task is not None:
            self.task.cancel()

    async def check(self) -> None:
        """Look again where it was reached. Only who refuses is not there: a model under load may be slow to accept."""
        for name, (host, port) in self.places.items():
            if self.reached[name] and (missed := await self.reach(host, port)) == REFUSED:
                self.reached[name], self.missed[name] = False, missed
        if not all(self.reached.values()):
            if not self.is_ready():
                self.alone = 0
                record("model-lost", reason=self.explain())
            await self.follow()

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
                self.missed[name] = await self.reach(host, port)
                self.reached[name] = not self.missed[name]
        self.alone += self.reached[LOOPBACK] and not self.is_ready()
        if self.is_ready() and not self.reached[LOOPBACK]:
            self.call_at(self.urls[POD])
        return self.is_ready()

    def name_reason(self) -> str:
        """Why it is not ready, in one word: one that starts may listen on loopback a little earlier than elsewhere."""
        return MODEL_ON_LOOPBACK if self.alone > ALONE_SECONDS / LOOK_SECONDS else MODEL_UNREACHABLE

    def explain(self) -> str:
        """Why it is not ready, for the person who has to mend it."""
        if self.reached[LOOPBACK]:
            return (
                f"the model listens at {self.urls[LOOPBACK]} alone, and other pods call it at {self.urls[POD]}: "
                f"let it listen on 0.0.0.0 (or ::) instead of loopback ({self.missed[POD]} there)"
            )
        places = " or ".join(f"{self.urls[name]} ({missed})" for name, missed in self.missed.items())
        return f"nothing answers at {places} yet: the model starts, has ended, or listens on another port or address"


async def try_connection(host: str, port: int) -> str:
    """Why no connection can be had, in words; empty when one can."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return REFUSED
    except TimeoutError:
        return SILENT
    except (OSError, UnicodeError) as error:  # a host name may be none
        return getattr(error, "strerror", None) or type(error).__name__
    writer.transport.abort()
    return ""
