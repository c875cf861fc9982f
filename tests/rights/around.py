"""What stands around the experiments of whole lives: what they refer to, what they take over, and who sizes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from interleaver.api import names
from tests.crashes.story import make_template
from tests.router.ports import find_port

STORE: Final = {"urlSecretRef": {"name": "votes", "key": "url"}}
TOKEN: Final = "t0ken"

Document = dict[str, Any]


def make_store() -> Document:
    """A Secret with the URL of a vote store, for the operator to use. Nobody asks the store: routers are played."""
    return make_secret("votes", names.USE_STORE, url="redis://127.0.0.1:6379/0")


def make_token() -> Document:
    """A Secret with the token for Prometheus."""
    return make_secret("monitoring", names.USE_PROMETHEUS, token=TOKEN)


def make_secret(name: str, use: str, **data: str) -> Document:
    return {"metadata": {"name": name, "labels": {names.LABEL_USE: use}}, "stringData": data}


def make_pod_template(revision: str) -> Document:
    return {"metadata": {"name": revision}, "template": make_template(revision)}


def make_deployment(revision: str) -> Document:
    """A team's own, of which an experiment takes the template. It has no pods."""
    labels = {"app": revision}
    template = make_template(revision) | {"metadata": {"labels": labels}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": revision}, "spec": spec}


def make_service() -> Document:
    """The live Service, that an experiment is to adopt."""
    return {"metadata": {"name": "home-feed"}, "spec": {"selector": {"app": "v41"}, "ports": [{"port": 80}]}}


def make_autoscaler(least: int) -> Document:
    """One that has no need of metrics: it sees that there are fewer pods than it may let be."""
    target = {"apiVersion": f"{names.GROUP}/{names.VERSION}", "kind": "InterleavingExperiment", "name": "feed"}
    return {"metadata": {"name": "feed"}, "spec": {"scaleTargetRef": target, "minReplicas": least, "maxReplicas": 3}}


@dataclass
class Prometheus:
    """One that says the same of everything, and who asked it."""

    address: str
    bearers: set[str] = field(default_factory=set)

    def guard(self) -> Document:
        """The fields of a spec by which an experiment has it asked."""
        reference = {"name": "monitoring", "key": "token"}
        guardrails = [{"name": "basket", "query": "basket", "min": "0.5"}]
        return {"prometheus": {"address": self.address, "authSecretRef": reference}, "guardrails": guardrails}

    async def answer(self, request: web.Request) -> web.Response:
        self.bearers.add(request.headers.get("Authorization", ""))
        result = [{"metric": {}, "value": [0, "1"]}]
        return web.json_response({"status": "success", "data": {"resultType": "vector", "result": result}})


@asynccontextmanager
async def open_prometheus() -> AsyncIterator[Prometheus]:
    """A Prometheus on the loopback until the block ends."""
    prometheus = Prometheus(f"http://127.0.0.1:{(port := find_port())}")
    app = web.Application()
    app.router.add_post("/api/v1/query", prometheus.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield prometheus
    finally:
        await runner.cleanup()
