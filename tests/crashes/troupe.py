"""Who plays the parts of kubelets and routers: pods that nobody runs become Ready, and show what the story counts."""

import asyncio
from hashlib import sha256
from typing import Final

from aiohttp import web

from interleaver.api import names
from interleaver.api.routing import Config, decode
from tests.crashes.story import Story
from tests.integration.api import MERGE, Api

POLL: Final = 0.2  # seconds
ADMIN_PORT: Final = 17090
TEAMS: Final = {"win": "candidate", "tie": "neutral", "loss": "champion"}


class Troupe:
    """The pods of one namespace, at addresses of 127.0.0.0/8 that hardly another telling has."""

    def __init__(self, api: Api, namespace: str, story: Story, name: str = "feed") -> None:
        self._api = api
        self._pods = f"/api/v1/namespaces/{namespace}/pods"
        self._config = f"/api/v1/namespaces/{namespace}/configmaps/{name}-router"
        self._story = story
        chance = int.from_bytes(sha256(namespace.encode()).digest()[:2])
        self._prefix = f"127.{chance // 256 % 250 + 1}.{chance % 256}"
        self._revisions: dict[str, str] = {}  # by the pod's address; none is used twice
        self._sites: dict[str, web.TCPSite] = {}  # by the pod's name
        self._percents = {0}
        app = web.Application()
        app.router.add_get("/metrics", self._show)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def play(self) -> None:
        """Play until cancelled."""
        await self._runner.setup()
        try:
            while True:
                pods = {pod["metadata"]["name"]: pod for pod in await self._api.list(self._pods)}
                for name in self._sites.keys() - pods.keys():
                    await self._sites.pop(name).stop()
                for name in pods.keys() - self._sites.keys():
                    await self._begin(name, pods[name]["metadata"]["labels"][names.LABEL_REVISION])
                await asyncio.sleep(POLL)
        finally:
            await self._runner.cleanup()

    async def _begin(self, name: str, revision: str) -> None:
        """The pod's router listens, and the pod is Ready."""
        address = f"{self._prefix}.{len(self._revisions) + 2}"
        self._revisions[address] = revision
        site = self._sites[name] = web.TCPSite(self._runner, address, ADMIN_PORT)
        await site.start()
        long_ago = "2026-01-01T00:00:00Z"
        ready = {"type": "Ready", "status": "True", "lastTransitionTime": long_ago}
        status = {"phase": "Running", "startTime": long_ago, "podIP": address, "podIPs": [{"ip": address}]}
        status["conditions"] = [ready]
        await self._api.send("PATCH", f"{self._pods}/{name}/status", {"status": status}, MERGE)

    async def _show(self, request: web.Request) -> web.Response:
        """What a router shows at its address."""
        assert request.transport is not None
        revision = self._revisions[request.transport.get_extra_info("sockname")[0]]
        live = await self._api.send("GET", self._config)
        config = decode(live["data"][names.CONFIG_FILE]) if live else None
        return web.Response(text="\n".join(self._tell(revision, config)) + "\n")

    def _tell(self, revision: str, config: Config | None) -> list[str]:
        lines = [f"{names.PROCESS_START.name} 1.7e9"]
        if config is None:
            return lines
        lines.append(f"{names.CONFIG_GENERATION.name} {config.generation}")
        lines += [f'{names.OWN_MODEL.name}{{address="{address}"}} 1' for address in names.MODEL_ADDRESSES]
        if config.run and revision == "v41":
            lines += self._count(config)
        return lines

    def _count(self, config: Config) -> list[str]:
        """The votes of the champion's router, or of the store, which all of its routers show. They stay counted."""
        self._percents.add(config.percent)
        reached = [percent for percent in self._story.votes if percent <= max(self._percents)]
        votes = self._story.votes[max(reached)] if reached else {}
        cast, earned = (
            (names.STORE_VOTES, names.STORE_CONVERSIONS) if config.store else (names.VOTES_TOTAL, names.CONVERSIONS)
        )
        lines = (
            [f"{names.STORE_UP.name} 1", f'{names.STORE_EPOCH.name}{{run="{config.run}"}} 1'] if config.store else []
        )
        for vote, number in votes.items():
            lines.append(f'{cast.name}{{run="{config.run}",outcome="{vote}"}} {number}')
            lines.append(f'{earned.name}{{run="{config.run}",model="{TEAMS[vote]}"}} {number}')
        return lines
