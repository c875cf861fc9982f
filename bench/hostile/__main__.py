"""`make hostile`: how much memory the operator takes, and how late an honest tenant is looked at, with hostile ones.

    PYTHONPATH=operator:. .venv/bin/python -m bench.hostile [--source FOLDER] [--seconds 150] [--json FILE] [--deep]

One tenant stores 200 ConfigMaps of 1 MB with an experiment's label, and has 100 pods that hang and 20 that show a
megabyte of metrics; another has 20 experiments with a template of 1 MB. `--source` names the folder with the operator's
package of another checkout. All that is stored is removed at the end, and nothing else in the cluster is looked at.

Pods that only carry an experiment's labels are strangers and are not read any more, nor is the honest tenant's of this
scene: how late he is looked at can be measured of checkouts before that alone.
"""

import argparse
import asyncio
import json
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any, Final

from tests.cluster import ROOT, Cluster, find_cluster

from bench.hostile import tenants
from bench.hostile.process import Operator
from bench.hostile.routers import Routers
from bench.hostile.storing import Gateway, connect_as_tenant
from interleaver.api import names

PODS: Final = {"hang": 100, "gush": 20}
EVERY: Final = 0.2  # seconds between two readings of the memory


class Stage:
    """Three tenants in namespaces of this run's own."""

    def __init__(self, api: Gateway, scale: float) -> None:
        self.api = api
        self.scale = scale
        run = uuid.uuid4().hex[:6]
        self.hoarder, self.bloater, self.shop = (f"hostile-{run}-{name}" for name in ("hoarder", "bloater", "shop"))

    @property
    def namespaces(self) -> tuple[str, ...]:
        return self.hoarder, self.bloater, self.shop

    def scaled(self, number: int) -> range:
        """As many as that, or fewer in a small run."""
        return range(max(1, round(number * self.scale)))

    async def fill(self) -> None:
        """Store what needs no operator."""
        for namespace in (self.hoarder, self.shop):
            await self.api.create(tenants.make_experiment("feed", namespace))
        for number in self.scaled(20):
            await self.api.create(tenants.make_bloated(self.bloater, number))
        for number in self.scaled(200):
            await self.api.create(tenants.make_hoard(self.hoarder, number))

    async def add_pods(self, ports: dict[str, int]) -> None:
        """Add pods whose routers are ours, once the operator has made the experiments' Services."""
        for namespace, kinds in {self.shop: {"honest": 1}, self.hoarder: PODS}.items():
            hash_ = await self.find_hash(namespace)
            for kind, number in kinds.items():
                for each in self.scaled(number):
                    name = f"{kind}-{each}"
                    await self.api.create(tenants.make_pod(namespace, "feed", hash_, name, ports[kind]))
                    await self.api.patch_pod_status(namespace, name, tenants.STATUS)

    async def find_hash(self, namespace: str) -> str:
        """The hash of the revision that the operator rolls out. Waits for it."""
        while True:
            entry = await self.api.get("Service", namespace, "feed")
            if entry:
                return str(entry["spec"]["selector"][names.LABEL_HASH])
            await asyncio.sleep(1)


async def watch(operator: Operator, seconds: float, start: float) -> list[tuple[float, float]]:
    """Seconds and megabytes, until the time is over or the operator has ended."""
    found = []
    while operator.is_alive() and time.monotonic() < start + seconds:
        found.append((round(time.monotonic() - start, 1), round(operator.measure() / 1e6, 1)))
        await asyncio.sleep(EVERY)
    return found


async def play(cluster: Cluster, options: argparse.Namespace) -> dict[str, Any]:
    """What came of it."""
    routers, api = Routers(), await connect_as_tenant(cluster)
    stage = Stage(api, options.scale)
    await routers.start()
    try:
        for namespace in stage.namespaces:
            cluster.kubectl("create", "namespace", namespace)
        await stage.fill()
        with tempfile.TemporaryFile() as log:
            return await look_on(cluster, stage, routers, options, log)
    finally:
        await api.close()
        cluster.kubectl("delete", "namespace", *stage.namespaces, "--wait=false", "--ignore-not-found")


async def look_on(
    cluster: Cluster, stage: Stage, routers: Routers, options: argparse.Namespace, log: Any
) -> dict[str, Any]:
    """Start the operator, and see what becomes of it."""
    operator, start = (
        Operator.start(options.source.absolute(), cluster.kubeconfig, stage.namespaces, log),
        time.monotonic(),
    )
    try:
        pods = asyncio.create_task(stage.add_pods(routers.ports))
        memory = await watch(operator, options.seconds, start)
        peak = operator.measure("VmHWM") / 1e6
        pods.cancel()
    finally:
        code = operator.stop()
    reads = [round(at - start, 1) for at in routers.read]
    return {"peak": round(max([peak, *(size for _, size in memory)])), "exit": code, "reads": reads, "memory": memory}


def main() -> None:
    """Run, print, clean up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=ROOT / "operator")
    parser.add_argument("--seconds", type=float, default=150)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the objects")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = asyncio.run(play(find_cluster(), options))
    print(f"peak memory {found['peak']} MB, exit code {found['exit']}")
    print(
        f"the honest tenant was looked at after so many seconds: {found['reads'] or 'never, for its pod is a stranger'}"
    )
    if options.json:
        options.json.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
