"""Two versions beside each other on a real node: another commit's routers under this operator and this one's under its
operator, an upgrade and a way back in mid-run. `make skew BASE=commit` builds and loads what these tests need."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from interleaver.api.names import ROUTER_CONTAINER
from tests.cluster import ROOT, Cluster
from tests.e2e.scene import Scene, make_model
from tests.e2e.test_chart import LONG, shielded
from tests.e2e.test_runs import assert_nobody_noticed
from tests.namespaced import list_documents

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600)]

__all__ = ["shielded"]
FORMER: Final = Path(os.environ.get("FORMER", ""))  # the checkout of the other commit
NAME: Final = "interleaver-operator"


class Operators:
    """The operator of one version at a time, for a scene's namespace alone."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene = scene
        self.folder = folder

    def install(self, root: Path, tag: str) -> None:
        """Take the other one away and put that version there, as docs/how-to/upgrade.md says for one without a Lease:
        CRD and manifests of the same version."""
        cluster = self.scene.cluster
        self.scene.kubectl("delete", "deployment", NAME, "--ignore-not-found", "--cascade=foreground", seconds=60)
        cluster.kubectl("apply", "-f", str(root / "crds"))
        found = list_documents(cluster, self.scene.namespace, self.folder / tag, root)
        text = yaml.safe_dump_all(found).replace(f":{cluster.tag}\n", f":{tag}\n")
        self.scene.kubectl("apply", "-f", "-", stdin=text)
        self.scene.kubectl("rollout", "status", f"deployment/{NAME}", "--timeout=90s", seconds=100)


@pytest.fixture
def operators(scene: Scene, shielded: object, cluster: Cluster, tmp_path: Path) -> Iterator[Operators]:
    """Nobody's yet; the CRD is this checkout's again afterwards."""
    yield Operators(scene, tmp_path)
    cluster.kubectl("apply", "-f", str(ROOT / "crds"))


def routers(scene: Scene) -> dict[str, str]:
    """The tag of the routers' image by revision, of pods that stay."""
    pods = scene.cluster.get("pods", scene.namespace, selector="interleaver.dev/experiment=feed")["items"]
    return {
        pod["metadata"]["labels"]["interleaver.dev/revision"]: container["image"].rpartition(":")[2]
        for pod in pods
        if "deletionTimestamp" not in pod["metadata"]
        for container in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"])
        if container["name"] == ROUTER_CONTAINER
    }


def begin(scene: Scene) -> None:
    scene.apply(analysis=LONG)
    scene.await_condition("Ready")


def await_percent(scene: Scene) -> str:
    """The run's id, once requests are interleaved."""
    scene.until(lambda: scene.status().get("run", {}).get("percent", 0) > 0, "interleaved requests")
    run: str = scene.status()["run"]["id"]
    return run


def test_a_run_goes_on_under_this_operator_with_the_routers_of_before_and_so_does_the_next(
    scene: Scene, operators: Operators
) -> None:
    operators.install(FORMER, "former")
    begin(scene)
    assert routers(scene) == {"v1": "former", "v2": "former"}
    with scene.shoppers("v2", seconds=400) as crowd:
        run = await_percent(scene)
        operators.install(ROOT, scene.cluster.tag)
        scene.await_condition("Concluded", reason="Promote", seconds=150)
        assert routers(scene)["v2"] == "former", "an upgrade replaces no router"
        assert scene.status()["history"][0]["runId"] == run, "the run that was begun is the one that ended"
        scene.until(lambda: scene.pods() == {"v2": 1}, "removal of the former champion")
        # The champion's router is one behind, the candidate's is of this version.
        scene.apply(champion=make_model(scene.cluster, "v2"), candidate=make_model(scene.cluster, "v3"))
        scene.until(lambda: "v3" in routers(scene), "the next candidate")
        assert routers(scene) == {"v2": "former", "v3": scene.cluster.tag}
        scene.await_condition("Concluded", reason="Rollback", seconds=150)
        counts = crowd.finish()
    assert_nobody_noticed(counts)
    assert counts["served-by-v2"] > 0


def test_a_run_goes_on_under_the_operator_of_before_with_the_routers_of_this_one(
    scene: Scene, operators: Operators
) -> None:
    operators.install(ROOT, scene.cluster.tag)
    begin(scene)
    with scene.shoppers("v2", seconds=400) as crowd:
        run = await_percent(scene)
        operators.install(FORMER, "former")
        scene.await_condition("Concluded", reason="Promote", seconds=150)
        assert routers(scene)["v2"] == scene.cluster.tag, "a way back replaces no router either"
        assert scene.status()["history"][0]["runId"] == run, "the run that was begun is the one that ended"
        scene.until(lambda: scene.pods() == {"v2": 1}, "removal of the former champion")
        counts = crowd.finish()
    assert_nobody_noticed(counts)
