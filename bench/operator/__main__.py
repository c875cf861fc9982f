"""`make bench-operator`: what experiments at rest cost, beside the operator of another commit, on one API server.

    PYTHONPATH=operator:. .venv/bin/python -m bench.operator [--base COMMIT] [--sizes 100,200,500,1000,2000]

Everything is in namespaces of this run's own, which are removed at the end.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.cluster import ROOT, Cluster, find_cluster
from tests.integration.shield import raise_shield

from bench.hostile.storing import connect_as_tenant
from bench.operator.account import Account, open_account
from bench.operator.measuring import (
    Process,
    begin_runs,
    come_to_rest,
    measure_reactions,
    measure_rest,
    measure_start,
    run,
)
from bench.operator.page import list_goals, write_page
from bench.operator.peer import Rollouts, build, run_rollouts, serve_definitions
from bench.operator.routers import Routers
from bench.operator.scene import Scene, make_experiment, persist

START: Final = 10.0  # seconds that an operator has to watch


@contextlib.contextmanager
def check_out(commit: str, folder: Path) -> Iterator[Path]:
    """The folder with the operator's package of a commit."""
    place = folder / "base"
    subprocess.run(["git", "-C", str(ROOT), "worktree", "add", "--detach", "--quiet", str(place), commit], check=True)
    try:
        yield place / "operator"
    finally:
        subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(place)], check=True)


async def play(cluster: Cluster, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """What came of it."""
    number = options.resume or uuid.uuid4().hex[:6]
    namespaces = [f"bench-{name}-{number}" for name in ("rest", "peer", "stuck")]
    for one in namespaces:
        cluster.kubectl("apply", "--filename=-", stdin=json.dumps(make_namespace(one)))
    api, routers = await connect_as_tenant(cluster), Routers()
    server, following = await routers.serve(), asyncio.create_task(routers.follow(api, namespaces[0]))
    found: dict[str, Any] = {"base": options.base, "rests": []}
    try:
        with raise_shield(cluster) as shield, (options.log or folder / "operator.log").open("wb") as log:
            for one in namespaces:  # the cluster's own operator would work there as well
                shield.put_over(one)
            bench = Bench(cluster, options, folder, log, found)
            scene, rollouts, stuck = Scene(api, namespaces[0]), Rollouts(api, namespaces[1]), Scene(api, namespaces[2])
            scene.made = await scene.count()
            await bench.measure(scene, rollouts, stuck)
            return found
    finally:
        following.cancel()
        server.close()
        await api.close()
        cluster.kubectl("delete", "namespace", *namespaces, "--wait=false")


def make_namespace(name: str) -> dict[str, Any]:
    """A namespace, new or of a run that was broken off."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


@dataclass(frozen=True)
class Bench:
    """One run after the other, and what was found."""

    cluster: Cluster
    options: argparse.Namespace
    folder: Path
    log: Any
    found: dict[str, Any]

    async def measure(self, scene: Scene, rollouts: Rollouts, stuck: Scene) -> None:
        """The operator alone with more and more experiments; the two others with as many as it began with."""
        with keep_pods(scene), self.open(scene) as account:
            for size in self.options.sizes:
                await self.grow(scene, size, account)
                if size == self.options.compared and self.options.base != "none":
                    await self.measure_base(scene)
            with run(ROOT / "operator", account, self.log) as process:
                self.tell("start", await measure_start(scene, process))
                await come_to_rest(scene, process, self.options.quiet)
                self.tell("reactions", await measure_reactions(scene, self.options.changes))
                if number := self.options.running:
                    await begin_runs(scene, process, number, self.options.quiet)
                    who = f"interleaver, {number} of them in a run"
                    self.tell("running", await measure_rest(who, scene, process, self.options.seconds))
        if not self.options.alone:
            await self.measure_rollouts(rollouts)
        if self.options.stuck:
            await self.measure_stuck(stuck)

    async def grow(self, scene: Scene, size: int, account: Account) -> None:
        """So many experiments, at rest."""
        with run(ROOT / "operator", account, self.log) as process:
            await scene.grow(size)
            await come_to_rest(scene, process, self.options.quiet)
            await self.rest("interleaver", scene, process)

    async def measure_base(self, scene: Scene) -> None:
        """The operator of another commit, on the same experiments."""
        with (
            self.open(scene) as account,
            check_out(self.options.base, self.folder) as source,
            run(source, account, self.log) as process,
        ):
            await come_to_rest(scene, process, self.options.quiet)
            await self.rest(f"interleaver at {self.options.base}", scene, process)

    async def measure_rollouts(self, rollouts: Rollouts) -> None:
        """Argo Rollouts, with as many resources as the operator began and ended with."""
        program = build()
        with serve_definitions(self.cluster), keep_pods(rollouts), self.open(rollouts) as account:
            for size in sorted({self.options.compared, self.options.sizes[-1]}):
                with run_rollouts(program, account, self.log) as process:
                    await rollouts.grow(size)
                    await come_to_rest(rollouts, process, quiet=0)
                    await rollouts.change()
                    await come_to_rest(rollouts, process, self.options.quiet)
                    await self.rest("Argo Rollouts", rollouts, process)

    async def measure_stuck(self, scene: Scene) -> None:
        """One experiment whose image cannot be pulled, from the moment that it is made."""
        with self.open(scene) as account, run(ROOT / "operator", account, self.log) as process:
            await asyncio.sleep(START)
            await persist(partial(scene.api.create, make_experiment(scene.namespace, 0, scheduler="default-scheduler")))
            self.tell("stuck", await measure_rest("interleaver", scene, process, self.options.stuck))

    async def rest(self, who: str, scene: Scene, process: Process) -> None:
        """What it costs from now on."""
        self.tell("rests", await measure_rest(who, scene, process, self.options.seconds))

    @contextlib.contextmanager
    def open(self, scene: Scene) -> Iterator[Account]:
        """An account of its own in the scene's namespace."""
        account = open_account(self.cluster, scene.namespace, self.folder)
        try:
            yield account
        finally:
            account.remove()

    def tell(self, key: str, value: Any) -> None:
        """Take a figure down, and print it, so that a run that ends early has told what it found."""
        print(key, value, flush=True)
        self.found[key] = [*self.found[key], value] if key == "rests" else value
        if self.options.json:
            self.options.json.write_text(json.dumps(self.found))


@contextlib.contextmanager
def keep_pods(scene: Scene) -> Iterator[None]:
    """Its pods get Ready while the block lasts."""
    pods = asyncio.create_task(scene.run_pods())
    try:
        yield
    finally:
        pods.cancel()


def main() -> int:
    """Run, print, write the page; returns 1 when a goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="HEAD^", help="the commit to compare with, or none")
    parser.add_argument("--sizes", type=read_sizes, default=[200, 500, 1000], help="experiments, as 200,500,1000")
    parser.add_argument("--compared", type=int, default=200, help="experiments beside the other commit and Rollouts")
    parser.add_argument("--seconds", type=float, default=601.0, help="that each is looked at, at rest")
    parser.add_argument("--quiet", type=float, default=75.0, help="seconds before that, once all are at rest")
    parser.add_argument("--changes", type=int, default=100, help="of a spec")
    parser.add_argument("--running", type=int, default=100, help="experiments in a run, of all, after the rest; or 0")
    parser.add_argument("--stuck", type=float, default=600.0, help="seconds that one that cannot start is looked at")
    parser.add_argument("--resume", help="the end of the namespaces' names of a run that was broken off")
    parser.add_argument("--alone", action="store_true", help="without Argo Rollouts, which takes long to compile")
    parser.add_argument("--json", type=Path, help="a file for the figures, written as they come")
    parser.add_argument("--log", type=Path, help="a file for what the controllers say")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(play(find_cluster(), options, Path(folder)))
    write_page(found)
    missed = [goal for goal in list_goals(found) if not goal.is_met]
    for goal in missed:
        print(f"missed: {goal.words}: {goal.value:.4g} {goal.unit}, wanted at most {goal.most:.4g}")
    return bool(missed)


def read_sizes(text: str) -> list[int]:
    """Numbers of experiments, separated by commas, the smallest first."""
    return sorted(int(word) for word in text.split(","))


if __name__ == "__main__":
    raise SystemExit(main())
