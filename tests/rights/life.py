"""Whole lives of experiments, by which the operator comes to need every right it has.

Where it may use Secrets: a promotion whose votes a store counts and that Prometheus guards, the commit that records it,
a run that is aborted and whose record takes the place of the first, a deletion that keeps what serves, an experiment
that takes it over, and an autoscaler that sizes it. Where it may not: a live Service that is adopted, the rollback of a
candidate from a team's own Deployment, and a deletion that keeps nothing. Pods are played, and so are routers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import yaml

from interleaver.api import names
from tests.crashes.process import Operator
from tests.crashes.story import PROMOTION, ROLLBACK, Story, make_model
from tests.crashes.telling import has_concluded
from tests.crashes.troupe import Troupe
from tests.integration.api import Api, connect
from tests.rights.around import (
    STORE,
    Prometheus,
    make_autoscaler,
    make_deployment,
    make_pod_template,
    make_service,
    make_store,
    make_token,
    open_prometheus,
)
from tests.rights.place import Document, Place
from tests.rights.server import Audited
from tests.router.ports import find_port

SYSTEM: Final = "interleaver-system"
ACCOUNT: Final = "interleaver-operator"
USER: Final = f"system:serviceaccount:{SYSTEM}:{ACCOUNT}"

Life = Callable[[Place, Prometheus], Awaitable[None]]


@dataclass(frozen=True)
class Told:
    """What the operator said of its work."""

    log: str
    metrics: str
    bearers: set[str]  # with which it asked Prometheus


async def live(server: Audited, folder: Path, lives: Mapping[str, Life], scope: str) -> Told:
    """Let the operator see lives through, by their namespaces, as the ServiceAccount that it is installed with, for the
    namespaces of `scope` (empty: all). Raises AssertionError when something does not come."""
    kubeconfig = server.cluster.kubeconfig.read_text()
    token = server.cluster.kubectl("-n", SYSTEM, "create", "token", ACCOUNT).strip()
    settings = {"INTERLEAVER_LEASE_NAMESPACE": SYSTEM, "INTERLEAVER_PORT": str(port := find_port())}
    async with open_prometheus() as prometheus:
        settings["INTERLEAVER_PROMETHEUS_ADDRESSES"] = prometheus.address
        operator = Operator(scope, folder, bear(kubeconfig, token), **settings)
        api = await connect(kubeconfig)
        try:
            await operator.start()
            await asyncio.gather(*(live_at(api, operator, *place, prometheus) for place in lives.items()))
            metrics = await fetch(f"http://127.0.0.1:{port}/metrics")
            assert await operator.stop() == 0
            return Told(operator.log.read_text(), metrics, prometheus.bearers)
        finally:
            await operator.kill()
            await api.close()


async def live_at(api: Api, operator: Operator, namespace: str, life: Life, prometheus: Prometheus) -> None:
    """See one life through, while the pods of its namespace are played."""
    playing = asyncio.create_task(Troupe(api, namespace, STORIES[life]).play())
    try:
        await life(Place(api, operator, namespace), prometheus)
        assert not playing.done(), playing.exception()
    finally:
        playing.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await playing


async def fetch(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.text()


def bear(kubeconfig: str, token: str) -> str:
    """The kubeconfig for whoever bears a token."""
    document = yaml.safe_load(kubeconfig)
    users = [{"name": one["name"], "user": {"token": token}} for one in document["users"]]
    return yaml.safe_dump(document | {"users": users})


async def live_trusted(place: Place, prometheus: Prometheus) -> None:
    for secret in (make_store(), make_token()):
        await place.create("/api/v1", "secrets", secret)
    await place.create("/api/v1", "podtemplates", make_pod_template("v43"))
    await place.begin(PROMOTION, store=STORE, historyLimit=1, **prometheus.guard())
    await place.until(has_concluded, "a promotion")
    await place.change(champion=make_model("v42"), candidate=None)
    await place.until(lambda live: not has_condition(live, "PromotionRecorded", "False"), "the commit's effect")
    await place.change(candidate={"revision": "v43", "port": 9000, "source": {"podTemplateRef": {"name": "v43"}}})
    run = (await place.until(lambda live: (live.get("status") or {}).get("run"), "a second run"))["status"]["run"]
    await place.annotate(names.ANNOTATION_ABORT, run["id"])
    await place.until(lambda live: is_over(live, run["id"]), "the end of the second run")
    await place.until_records(f"{names.LABEL_RUN}%3D{run['id']}", 1)
    await place.until_records(names.LABEL_RUN, 1)
    await place.end()
    await place.begin(PROMOTION, store=STORE, champion=make_model("v42"), candidate=None)
    await place.until(lambda live: has_condition(live, "Ready", "True"), "what was kept")
    await place.create("/apis/autoscaling/v2", "horizontalpodautoscalers", make_autoscaler(2))
    await place.until(lambda live: live["status"]["replicas"] == live["spec"]["replicas"] == 2, "the autoscaler's size")


async def live_untrusted(place: Place, prometheus: Prometheus) -> None:
    await place.create("/api/v1", "services", make_service())
    await place.create("/apis/apps/v1", "deployments", make_deployment("team-v42"))
    source = {"deploymentRef": {"name": "team-v42"}}
    await place.begin(ROLLBACK, deletionPolicy="Delete", candidate={"revision": "v42", "port": 9000, "source": source})
    await place.until(lambda live: has_condition(live, "Stalled", "True"), "the live Service in its way")
    await place.annotate(names.ANNOTATION_ADOPT_SERVICE, (await place.read_service())["metadata"]["uid"])
    await place.until(has_concluded, "a rollback")
    assert names.ANNOTATION_ADOPTED in (await place.read_service())["metadata"]["annotations"]
    await place.end()


STORIES: Final[Mapping[Life, Story]] = {live_trusted: PROMOTION, live_untrusted: ROLLBACK}


def has_condition(live: Document, kind: str, status: str) -> bool:
    found = (live.get("status") or {}).get("conditions") or []
    return any(one["type"] == kind and one["status"] == status for one in found)


def is_over(live: Document, run: str) -> bool:
    return has_concluded(live) and live["status"]["history"][0]["runId"] == run
