"""One server that stands for all routers: each pod has an address of its own, which says whose router is asked."""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final

from tests.crashes.troupe import TEAMS

from bench.hostile.storing import Gateway
from interleaver.api import names
from interleaver.api.routing import Config, decode

ADMIN_PORT: Final = 17990
NETWORKS: Final = {"v41": 20, "v42": 21}  # 127.N.0.0/16 by the revision
FIRST: Final = 1.7e9  # Unix time at which all routers started
VOTES_PER_SECOND: Final = 0.2  # of each outcome: a shop with some 50,000 voters a day
LOOKS: Final = 2.0  # seconds between looks at what routers are told


def find_address(pod: dict[str, Any]) -> str:
    """The address of an experiment's pod; that of the machine itself for anybody else's."""
    labels = pod["metadata"].get("labels", {})
    if names.LABEL_EXPERIMENT not in labels:
        return "127.0.0.1"
    number = int(labels[names.LABEL_EXPERIMENT].removeprefix("x"))
    return f"127.{NETWORKS[labels[names.LABEL_REVISION]]}.{number // 250}.{number % 250 + 1}"


def find_name(address: str) -> tuple[str, bool]:
    """The experiment's name, and whether the pod is of the revision that serves first."""
    network, high, low = (int(part) for part in address.split(".")[1:])
    return f"x{high * 250 + low - 1}", network == NETWORKS["v41"]


class Routers:
    """What they show: that they have taken what they are told, and votes of runs, as many for either model."""

    def __init__(self) -> None:
        self.configs: dict[str, Config] = {}  # by the experiment's name
        self.since: dict[str, float] = {}  # when a run was first seen

    def show(self, address: str, now: float) -> str:
        """The metrics of the router at an address."""
        name, is_champion = find_name(address)
        config = self.configs.get(name)
        return "\n".join(self.list_lines(config, is_champion, now)) + "\n"

    def list_lines(self, config: Config | None, is_champion: bool, now: float) -> Iterator[str]:
        yield f"{names.PROCESS_START.name} {FIRST}"
        yield f"{names.CONFIG_GENERATION.name} {config.generation if config else 1}"
        yield from (f'{names.OWN_MODEL.name}{{address="{address}"}} 1' for address in names.MODEL_ADDRESSES)
        if config and config.run and is_champion:
            seconds = now - self.since.setdefault(config.run, now) if config.percent else 0.0
            yield from count(config.run, int(seconds * VOTES_PER_SECOND))

    def take(self, documents: Iterable[dict[str, Any]]) -> None:
        """Have taken the configurations of these ConfigMaps."""
        for each in documents:
            if text := each.get("data", {}).get(names.CONFIG_FILE):
                self.configs[each["metadata"]["labels"][names.LABEL_EXPERIMENT]] = decode(text)

    async def follow(self, api: Gateway, namespace: str) -> None:
        """Take whatever they are told there, for ever."""
        while True:
            self.take(await api.list("ConfigMap", namespace, names.LABEL_EXPERIMENT))
            await asyncio.sleep(LOOKS)

    async def serve(self) -> asyncio.Server:
        """Listen at all addresses of the machine."""

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(asyncio.IncompleteReadError, OSError):  # whoever asked is gone
                await reader.readuntil(b"\r\n\r\n")
                text = self.show(writer.get_extra_info("sockname")[0], time.monotonic())
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n"
                writer.write(f"{head}{text}".encode())
                await writer.drain()
            writer.close()

        return await asyncio.start_server(answer, "0.0.0.0", ADMIN_PORT, backlog=1024)


def count(run: str, votes: int) -> Iterator[str]:
    """So many votes of each outcome, and the conversions that they are of."""
    for outcome, team in TEAMS.items():
        yield f'{names.VOTES_TOTAL.name}{{run="{run}",outcome="{outcome}"}} {votes}'
        yield f'{names.CONVERSIONS.name}{{run="{run}",model="{team}"}} {votes}'
