"""The chart on a real node, with both Helms: installed as it was before its last change, upgraded in mid-run, taken
back, removed, installed again."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.cluster import Cluster
from tests.e2e.former import unpack_former
from tests.e2e.scene import Scene
from tests.e2e.test_runs import assert_nobody_noticed
from tests.helm import CHART, Helm, find_helm, set_all
from tests.integration.shield import Shield, raise_shield
from tests.layers import LEFT_OUT

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(400)]

LONG: Final = {  # a run that lasts through an upgrade
    "alpha": "0.05",
    "margin": "0.1",
    "minimumRun": "40s",
    "window": "200s",
    "minimumVotes": 50,
    "plannedVotes": 600,
}


@pytest.fixture
def shielded(cluster: Cluster, namespace: str) -> Iterator[Shield]:
    """The cluster's own operator may write nothing in the namespace."""
    with raise_shield(cluster) as shield:
        shield.put_over(namespace)
        yield shield


class Release:
    """One release in the namespace of a scene, for that namespace alone."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        self.scene = scene
        self.former, self.newer = (self.find(major, folder) for major in ("helm3", "helm4"))
        cluster = scene.cluster
        images = (f"images.prefix={cluster.image_prefix}", f"images.tag={cluster.tag}")
        self.values = (*images, f"namespaces={{{scene.namespace}}}", "crds.install=false", "operator.leaseSeconds=5")

    def find(self, major: str, folder: Path) -> Helm:
        (home := folder / major).mkdir()
        return find_helm(major, home, self.scene.cluster.kubeconfig)

    def install(self, helm: Helm, command: str, name: str, *values: str, chart: Path = CHART) -> str:
        words = (command, name, str(chart), *self.place(), "--wait", "--timeout=2m")
        return helm.do(*words, *set_all((*self.values, *values)), seconds=150)

    def place(self) -> tuple[str, str]:
        return "--namespace", self.scene.namespace

    def pods(self) -> set[str]:
        """The uids of the operators' pods."""
        found = json.loads(
            self.scene.kubectl("get", "pods", "-l", "app.kubernetes.io/component=operator", "-o", "json")
        )
        return {pod["metadata"]["uid"] for pod in found["items"]}


def test_a_release_is_upgraded_and_taken_back_in_mid_run_and_removed_and_no_shopper_notices(
    scene: Scene, shielded: Shield, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    if (former := unpack_former(tmp_path / "former")) is None:
        record_property(LEFT_OUT, "the chart before its last change: this clone's history does not reach so far back")
    release = Release(scene, tmp_path)
    said = release.install(release.former, "install", "interleaver", chart=former or CHART)
    assert f"looks after experiments in {scene.namespace}" in said
    assert "Phase:          Succeeded" in release.former.do("test", "interleaver", *release.place())
    scene.apply(analysis=LONG)
    scene.await_condition("Ready")
    with scene.shoppers("v2", seconds=300) as crowd:
        scene.until(lambda: scene.status().get("run", {}).get("percent", 0) > 0, "interleaved requests")
        run, first = scene.status()["run"]["id"], release.pods()
        release.install(release.newer, "upgrade", "interleaver", "operator.podAnnotations.version=next")
        scene.until(lambda: release.pods().isdisjoint(first), "other operators look after it now")
        release.newer.do("rollback", "interleaver", "1", *release.place(), "--wait", "--timeout=2m", seconds=150)
        scene.await_condition("Concluded", reason="Promote", seconds=120)
        assert scene.status()["history"][0]["runId"] == run, "the run that was begun is the one that ended"
        scene.until(lambda: scene.pods() == {"v2": 1}, "removal of the former champion")
        release.newer.do("uninstall", "interleaver", *release.place(), "--wait", "--timeout=1m")
        scene.until(lambda: release.pods() == set(), "the end of all operators here")
        release.install(release.newer, "install", "another")
        scene.until(lambda: scene.condition("PromotionRecorded").get("status") == "False", "it looks after it again")
        counts = crowd.finish()
    assert_nobody_noticed(counts)
    assert counts["served-by-v2"] > 0
