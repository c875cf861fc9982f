"""The scene: experiments whose champion serves, with pods that nobody runs; a run in some of them where wanted."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, TypeVar

from kubernetes.aio.dynamic.exceptions import DynamicApiError
from tests.integration.documents import change, load

from bench.hostile.storing import Gateway
from bench.operator.routers import ADMIN_PORT, find_address
from interleaver.api import names

Answer = TypeVar("Answer")
AT_ONCE: Final = 4  # requests of the scene at a time
PASSING: Final = (429, 500, 503, 504)  # what the API server says of things that pass
PATIENCE: Final = 120.0  # seconds that such a thing may take
LONG_AGO: Final = "2026-01-01T00:00:00Z"


async def persist(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Ask again when the API server asks for that, and not before: one to which somebody applies the CRD says 429 until
    its storage has begun anew."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return await ask()
        except DynamicApiError as error:
            if error.status not in PASSING or time.monotonic() > end:
                raise
            await asyncio.sleep(float((error.headers or {}).get("Retry-After", 1)))


def make_experiment(namespace: str, number: int, scheduler: str = "nobody") -> dict[str, Any]:
    """An experiment without a candidate, whose pods no scheduler places unless it is told to."""
    document = change(change(load(), "spec.candidate", None), "spec.service", {"name": f"entry-{number}"})
    document = change(document, "spec.router", {"adminPort": ADMIN_PORT})
    document["metadata"] = {"name": f"x{number}", "namespace": namespace}
    keep_off(document["spec"]["champion"], scheduler)
    return document


def keep_off(model: dict[str, Any], scheduler: str) -> dict[str, Any]:
    """A champion or candidate, with pods that no node runs."""
    template = model["source"]["template"]["spec"]
    template |= {"schedulerName": scheduler, "automountServiceAccountToken": False}
    template["containers"][0] |= {"image": "localhost/interleaver-bench:none", "imagePullPolicy": "IfNotPresent"}
    return model


class Scene:
    """So many experiments in a namespace, and what lets them come to rest. Or so many of somebody else's resources."""

    kind = names.KIND

    def __init__(self, api: Gateway, namespace: str) -> None:
        self.api = api
        self.namespace = namespace
        self.made = 0

    def make(self, namespace: str, number: int) -> dict[str, Any]:
        """One of them."""
        return make_experiment(namespace, number)

    def is_at_rest(self, live: dict[str, Any]) -> bool:
        """Whether one has come to rest."""
        return is_at_rest(live)

    async def grow(self, number: int) -> None:
        """Have so many experiments."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def make(each: int) -> None:
            async with turns:
                await persist(lambda: self.api.create(self.make(self.namespace, each)))

        await asyncio.gather(*(make(each) for each in range(self.made, number)))
        self.made = max(self.made, number)

    async def run_pods(self) -> None:
        """Call all pods Ready, for ever; no kubelet does."""
        while True:
            for pod in await persist(lambda: self.api.list("Pod", self.namespace, "", "status.phase=Pending")):
                with contextlib.suppress(DynamicApiError):  # it is gone
                    await self.api.patch_pod_status(
                        self.namespace, pod["metadata"]["name"], make_ready(find_address(pod))
                    )
            await asyncio.sleep(1.0)

    async def begin_runs(self, number: int) -> None:
        """Give so many of them a candidate."""
        candidate = keep_off(load()["spec"]["candidate"], "nobody")
        for each in range(number):
            patch = {"spec": {"candidate": candidate, "replicas": 1}}  # several routers would need a store
            await persist(partial(self.api.patch, self.kind, self.namespace, f"x{each}", patch))

    async def count_running(self) -> int:
        """Those whose run has begun."""
        return sum(map(is_running, await persist(lambda: self.api.list(self.kind, self.namespace, ""))))

    async def count(self) -> int:
        """Those that are there."""
        return len(await persist(lambda: self.api.list(self.kind, self.namespace, "")))

    async def count_ready(self) -> int:
        """Those that call themselves Ready and have nothing in progress."""
        return sum(map(self.is_at_rest, await persist(lambda: self.api.list(self.kind, self.namespace, ""))))


def make_ready(address: str) -> dict[str, Any]:
    """The status of a pod that has been Ready for long."""
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": LONG_AGO}
    return {
        "status": {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}], "conditions": [ready]},
    }


def is_running(experiment: dict[str, Any]) -> bool:
    """Whether its candidate takes part in answers."""
    run = experiment.get("status", {}).get("run", {})
    return bool(run.get("stage") == "Running" and run.get("percent", 0) > 0)


def is_at_rest(experiment: dict[str, Any]) -> bool:
    """Whether its status says so, of the spec as it is."""
    status = experiment.get("status", {})
    held = {one["type"]: one["status"] for one in status.get("conditions", [])}
    seen = status.get("observedGeneration") == experiment["metadata"]["generation"]
    return bool(seen and held.get("Ready") == "True" and held.get("Reconciling") != "True")
