"""The operator as a process, against a real API server. Its models never run: no image of theirs exists."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from interleaver.api import names
from tests.cluster import ROOT, Cluster
from tests.integration.documents import change, install_crd, load
from tests.integration.shield import Shield

pytestmark = pytest.mark.cluster

CHILDREN = "deployments,services,configmaps,secrets,controllerrevisions,pods"
SECONDS = 40.0
# A TLS connection that is closed waits for the API server's farewell; a slow one may come after the process has ended.
PARTING = "ignore:unclosed transport:ResourceWarning"


def until(holds: Callable[[], Any], what: str, tell: Callable[[], str] = str) -> Any:
    """Wait until something is true and return it. What came in its place is told if it does not come."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come within {SECONDS} s\n{tell()}")


class Stage:
    """One namespace with one experiment, and an operator that looks at nothing else."""

    def __init__(self, cluster: Cluster, namespace: str, log: Path) -> None:
        self.cluster = cluster
        self.namespace = namespace
        self.log = log
        self.kubeconfig = cluster.kubeconfig  # the operator's
        self.settings: dict[str, str] = {}  # further variables of its environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the operator, and wait until it watches."""
        environment = os.environ | {
            "KUBECONFIG": str(self.kubeconfig),
            "PYTHONPATH": str(ROOT / "operator"),
            "INTERLEAVER_ROUTER_IMAGE": self.cluster.image("router"),
            "INTERLEAVER_NAMESPACES": self.namespace,
            "INTERLEAVER_HOST": "127.0.0.1",
            "INTERLEAVER_PORT": "0",
        }
        command = [sys.executable, "-W", "error", "-W", PARTING, "-m", "interleaver", "operator"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment | self.settings, stderr=log, cwd=self.log.parent)
        # Another operator may be at work in the cluster; what is tested is this one.
        until(lambda: "operator started" in self.log.read_text(), "the operator")

    def stop(self) -> int:
        """Ask the operator to end; returns its exit code."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def apply(self, document: dict[str, Any]) -> None:
        self.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(document))

    def kubectl(self, *words: str, **options: Any) -> str:
        return self.cluster.kubectl("-n", self.namespace, *words, **options)

    def get(self, *words: str) -> dict[str, Any]:
        """An object by its kind and name, or those of some kinds, by `--selector` or all."""
        kinds, *rest = words
        if rest[:1] == ["--selector"]:
            return self.cluster.get(kinds, self.namespace, selector=rest[1])
        return self.cluster.get(kinds, self.namespace, *rest)

    def experiment(self) -> dict[str, Any]:
        return self.get("interleavingexperiment", "home-feed")

    def condition(self, kind: str) -> dict[str, str]:
        conditions = self.experiment().get("status", {}).get("conditions", [])
        return next((one for one in conditions if one["type"] == kind), {})

    def children(self) -> set[str]:
        """Kinds and names of what carries the experiment's label; a Secret among them."""
        found = self.get(CHILDREN, "--selector", f"{names.LABEL_EXPERIMENT}=home-feed")["items"]
        return {f"{one['kind']}/{one['metadata']['name']}" for one in found}

    def tell(self) -> str:
        """How things stand: another operator of the cluster may have had a hand in it, or a machine that is busy."""
        experiment = self.experiment()
        stand = {"children": sorted(self.children()), "status": experiment.get("status"), "wrote": self.list_writers()}
        return json.dumps(stand, indent=1) + "\n" + self.log.read_text()[-4000:]

    def list_writers(self) -> list[tuple[str, str]]:
        """Who wrote each part of the experiment last, and when."""
        fields = json.loads(self.kubectl("get", "ilx", "home-feed", "--show-managed-fields", "--output=json"))
        return [(each["manager"], each.get("time", "")) for each in fields["metadata"]["managedFields"]]


@pytest.fixture
def stage(cluster: Cluster, namespace: str, shield: Shield, tmp_path: Path) -> Iterator[Stage]:
    shield.put_over(namespace)
    install_crd(cluster)
    stage = Stage(cluster, namespace, tmp_path / "operator.log")
    yield stage
    stage.stop()


def make_document() -> dict[str, Any]:
    """A champion whose image is nowhere, and is not looked for."""
    document = change(load(), "spec.candidate", None)
    container = document["spec"]["champion"]["source"]["template"]["spec"]["containers"][0]
    container["imagePullPolicy"] = "Never"
    return document


def owned(stage: Stage) -> bool:
    """Whether all children are there, the pods included."""
    kinds = [child.partition("/")[0] for child in stage.children()]
    wanted = ["ConfigMap", "ControllerRevision", "Deployment", "Pod", "Secret", "Service", "Service"]
    return sorted(kinds) == wanted


def test_children_are_made_owned_and_repaired_and_go_with_the_experiment_when_the_operator_is_gone(
    stage: Stage,
) -> None:
    stage.apply(change(make_document(), "spec.deletionPolicy", "Delete"))
    applied = stage.experiment()
    stage.start()
    until(lambda: owned(stage), "every child", stage.tell)

    # The resource itself is as it was applied: no finalizer, no annotation, no other spec.
    live = stage.experiment()
    assert live["spec"] == applied["spec"]
    for part in ("annotations", "finalizers", "labels", "generation", "ownerReferences"):
        assert live["metadata"].get(part) == applied["metadata"].get(part)

    # What somebody takes away or changes comes back.
    stage.kubectl("delete", "service", "home-feed")
    until(lambda: "Service/home-feed" in stage.children(), "the entry Service")
    stage.kubectl("patch", "service", "home-feed", "--type=merge", '--patch={"spec":{"selector":{"app":"else"}}}')
    until(lambda: "app" not in stage.get("service", "home-feed")["spec"]["selector"], "the selector as it was")

    # The kubelet's words end in a condition.
    until(lambda: "ErrImageNeverPull" in json.dumps(stage.experiment()["status"]), "the kubelet's words", stage.tell)

    assert stage.stop() == 0
    assert "Traceback" not in stage.log.read_text()
    stage.kubectl("delete", "interleavingexperiment", "home-feed", "--timeout=20s")
    until(lambda: not stage.children(), "the end of every child")


def test_a_template_that_the_api_server_refuses_is_stalled_in_its_own_words_until_it_is_mended(stage: Stage) -> None:
    bad = make_document()
    container = bad["spec"]["champion"]["source"]["template"]["spec"]["containers"][0]
    image = container.pop("image")
    stage.apply(bad)
    stage.start()
    until(lambda: stage.condition("Stalled").get("reason") == "InvalidTemplate", "InvalidTemplate")
    assert "containers[0].image: Required value" in stage.condition("Stalled")["message"]
    assert not any(child.startswith("Deployment/") for child in stage.children())
    container["image"] = image
    stage.apply(bad)
    until(lambda: any(child.startswith("Deployment/") for child in stage.children()), "the Deployment")
    assert stage.condition("Stalled") == {}


def test_a_service_of_the_entry_s_name_that_somebody_else_made_is_left_alone(stage: Stage) -> None:
    stage.kubectl("create", "service", "clusterip", "home-feed", "--tcp=80:8080")
    before = stage.get("service", "home-feed")
    stage.apply(make_document())
    stage.start()
    until(lambda: stage.condition("Stalled").get("reason") == "ServiceExists", "ServiceExists")
    assert stage.get("service", "home-feed") == before


def test_an_operator_without_an_image_for_the_router_says_so_and_exits_with_2(cluster: Cluster) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "INTERLEAVER_ROUTER_IMAGE"}
    environment |= {"KUBECONFIG": str(cluster.kubeconfig), "PYTHONPATH": str(ROOT / "operator")}
    command = [sys.executable, "-m", "interleaver", "operator"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "INTERLEAVER_ROUTER_IMAGE is not set" in done.stderr
