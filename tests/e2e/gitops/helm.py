"""Helm 3 and Helm 4: a chart whose values hold the experiment."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.built import find
from tests.e2e.gitops.engine import Document, Way
from tests.e2e.scene import Scene
from tests.helm import Helm as Program

CHART: Final = {"apiVersion": "v2", "name": "shop", "version": "0.1.0"}
TEMPLATE: Final = "{{ toYaml .Values.experiment }}\n"
SECONDS: Final = 180
SCALED: Final = frozenset({"generation", "pods"})


class Refused(Exception):
    """Helm did not do it; the message is what it said."""


@dataclass
class Helm:
    """One version of Helm, and the release `shop`."""

    scene: Scene
    folder: Path
    name: str
    program: str  # as hack/gitops/build calls it

    def upgrade(self, document: Document, *words: str, program: str | None = None) -> None:
        """`helm upgrade --install` with the experiment as values. Raises Refused."""
        (self.folder / "templates").mkdir(parents=True, exist_ok=True)
        (self.folder / "Chart.yaml").write_text(yaml.safe_dump(CHART))
        (self.folder / "templates/experiment.yaml").write_text(TEMPLATE)
        (self.folder / "values.yaml").write_text(yaml.safe_dump({"experiment": document}))
        self.call(program or self.program, "upgrade", "--install", "shop", str(self.folder), *words)

    def call(self, program: str, *words: str) -> str:
        helm = Program(find(program), self.folder.parent, self.scene.cluster.kubeconfig)
        done = helm.run(*words, "--namespace", self.scene.namespace, seconds=SECONDS)
        if done.returncode:
            raise Refused(done.stderr)
        return done.stdout

    def deliver(self, document: Document) -> None:
        self.upgrade(document, "--wait", "--timeout=2m")

    def trace(self) -> str:
        return self.call(self.program, "history", "shop")

    def scale(self, replicas: int) -> None:
        """What a person or an autoscaler does, and wait until as many pods serve, or until the operator has called for
        the vote store that several routers need in a run."""
        self.scene.kubectl("scale", "ilx", "feed", f"--replicas={replicas}")
        self.await_pods(replicas)

    def await_pods(self, replicas: int) -> None:
        """Wait for so many pods of what serves, all of them Ready."""

        def holds() -> bool:
            pods = self.scene.cluster.get("deployments", self.scene.namespace)["items"]
            serving = self.scene.status()["serving"]["hash"]
            counts = [one["status"] for one in pods if one["metadata"]["name"].endswith(serving)]
            wants_store = replicas > 1 and self.scene.condition("Stalled").get("reason") == "StoreRequired"
            sizes = [(one.get("replicas"), one.get("readyReplicas")) for one in counts]
            return wants_store or sizes == [(replicas, replicas)]

        self.scene.until(holds, f"{replicas} pods", seconds=120)

    def reset(self, document: Document, *words: str) -> str:
        """Scaled by somebody, then the same values again, which name another number."""
        self.scale(2)
        self.upgrade(document, *words)
        self.await_pods(1)
        return "held; replicas are Git's again"


class Helm3(Helm):
    """Patches what differs between its former document and the new one, whatever the cluster has."""

    def ways(self) -> Sequence[Way]:
        return (
            Way("upgrade, same values", self.upgrade),
            Way("upgrade after kubectl scale", self.overlook, SCALED, lasts=True),
            Way("upgrade --force after kubectl scale", self.replace, SCALED, lasts=True),
            Way("upgrade of this release by Helm 4", self.upgrade_by_helm4),
            Way("upgrade by Helm 3 after that", self.upgrade),
        )

    def overlook(self, document: Document) -> str:
        """Of the same values nothing differs, so it sends nothing."""
        self.scale(2)
        self.upgrade(document)
        assert self.scene.get()["spec"]["replicas"] == 2
        self.scale(1)
        return "held; Helm leaves the replicas as they were scaled"

    def replace(self, document: Document) -> str:
        return self.reset(document, "--force")

    def upgrade_by_helm4(self, document: Document) -> None:
        self.upgrade(document, program="helm4")

    def vouches(self) -> str:
        """It knows no health of resources that it does not know."""
        return ""


class Helm4(Helm):
    """Applies on the server's side, and waits by kstatus."""

    def ways(self) -> Sequence[Way]:
        return (
            Way("upgrade, same values", self.upgrade),
            Way("upgrade --force-conflicts", lambda document: self.upgrade(document, "--force-conflicts")),
            Way("upgrade after kubectl scale", self.conflict, SCALED, lasts=True),
            Way("upgrade --force-conflicts after kubectl scale", self.overwrite, SCALED, lasts=True),
        )

    def conflict(self, document: Document) -> str:
        """It refuses to overwrite what somebody else has set, until that is what Git says again."""
        self.scale(2)
        with pytest.raises(Refused, match=r"\.spec\.replicas"):
            self.upgrade(document)
        self.scale(1)
        self.upgrade(document)
        return "refused by Helm: a conflict on `.spec.replicas`; held"

    def overwrite(self, document: Document) -> str:
        return self.reset(document, "--force-conflicts")

    def vouches(self) -> str:
        """`--wait` has just returned: the experiment must be Ready by then."""
        ready = self.scene.condition("Ready")
        assert ready.get("status") == "True", ready
        return "`upgrade --install --wait` of a new experiment returned when it was Ready"
