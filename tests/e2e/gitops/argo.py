"""Argo CD: one Application that syncs by itself, prunes and heals, from a repository on this machine."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.e2e.gitops.drift import DRIFTED, drift, has_drifted
from tests.e2e.gitops.engine import Document, Way
from tests.e2e.gitops.kubectl import TIMES
from tests.e2e.scene import Scene

# What is to come once the experiment is well, so that every sync has two waves and waits in between.
LATER: Final[Document] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "later", "annotations": {"argocd.argoproj.io/sync-wave": "1"}},
}
ENDED: Final = ("Succeeded", "Failed", "Error")
AUTHOR: Final = ("-c", "user.name=shop", "-c", "user.email=shop@example.invalid")


@dataclass
class Argo:
    """The Application `shop`, and the repository that it follows."""

    scene: Scene
    repository: Path
    application: Document
    name: str = "Argo CD"

    def deliver(self, document: Document) -> None:
        revision = self.commit(document)
        self.scene.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(self.application))
        self.refresh()
        self.scene.until(lambda: self.is_synced(revision), f"Argo CD at {revision}", seconds=180)

    def commit(self, document: Document) -> str:
        """Commit it; returns the revision."""
        (self.repository / "shop.yaml").write_text(yaml.safe_dump_all([document, LATER]))
        self.git("add", "shop.yaml")
        self.git(*AUTHOR, "commit", "--quiet", "--message=what the shop wants")
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *words: str) -> str:
        done = subprocess.run(("git", *words), cwd=self.repository, capture_output=True, text=True, check=True)
        return done.stdout

    def read(self) -> dict[str, Any]:
        return self.scene.cluster.get("application", self.scene.namespace, "shop")

    def is_synced(self, revision: str) -> bool:
        status = self.read().get("status", {})
        sync, done = status.get("sync", {}), status.get("operationState", {}).get("phase")
        healthy = status.get("health", {}).get("status") == "Healthy"
        return (sync.get("status"), sync.get("revision"), done, healthy) == ("Synced", revision, "Succeeded", True)

    def head(self) -> str:
        return self.git("rev-parse", "HEAD").strip()

    def refresh(self, document: Document | None = None) -> None:
        """Ask it to look again, as its page does, and wait until it has."""
        mark = "argocd.argoproj.io/refresh"
        self.scene.kubectl("annotate", "--overwrite", "application", "shop", f"{mark}=hard")
        looked = lambda: mark not in self.read()["metadata"].get("annotations", {})  # noqa: E731
        self.scene.until(looked, "a refresh", seconds=120)

    def heal(self, document: Document) -> str:
        """It needs nobody to ask it."""
        drift(self.scene)
        self.scene.until(lambda: not has_drifted(self.scene, document), "healing", seconds=120)
        self.scene.until(lambda: self.is_synced(self.head()), "Argo CD at rest", seconds=120)
        return "held; healed"

    def sync(self, *options: str) -> None:
        """A sync that a person starts, and again when the status was written in the middle of a replacement."""
        for number in range(TIMES):
            state = self.operate(*options)
            if state["phase"] == "Succeeded":
                return self.scene.until(lambda: self.is_synced(self.head()), "Argo CD at rest", seconds=120)
            told = f"a sync {options} failed: {json.dumps(state)}"
            assert "the object has been modified" in told, told
            assert number < TIMES - 1, told

    def operate(self, *options: str) -> dict[str, Any]:
        """The state of a sync that was started here, at its end."""
        former = self.read()["status"]["operationState"]["finishedAt"]
        sync = {"revision": self.head(), "syncOptions": list(options)}
        patch = json.dumps({"operation": {"initiatedBy": {"username": "shop"}, "sync": sync}})
        self.scene.kubectl("patch", "application", "shop", "--type=merge", f"-p={patch}")

        def is_done() -> bool:
            state = self.read()["status"]["operationState"]
            return state["phase"] in ENDED and state.get("finishedAt", former) != former

        self.scene.until(is_done, f"a sync {options}", seconds=120)
        found: dict[str, Any] = self.read()["status"]["operationState"]
        return found

    def ways(self) -> Sequence[Way]:
        return (
            Way("refresh, auto-sync with prune and selfHeal", self.refresh),
            Way("sync with ServerSideApply=true", self.sync_with("ServerSideApply=true")),
            Way("sync with Replace=true", self.sync_with("Replace=true")),
            # Both of these forget what Git had, so that what Git drops next would stay: this one knows again.
            Way("sync by hand", self.sync_with()),
            Way("a field that somebody changed is healed", self.heal, DRIFTED),
        )

    def sync_with(self, *options: str) -> Callable[[Document], None]:
        def call(document: Document) -> None:
            self.sync(*options)

        return call

    def trace(self) -> str:
        """Every sync that it has done."""
        status = self.read()["status"]
        return f"{len(status.get('history', ()))} {status['operationState']['finishedAt']}"

    def vouches(self) -> str:
        """By the script that we ship it said Healthy, and the next wave came: the experiment must have been Ready."""
        ready, said = self.scene.condition("Ready"), self.read()["status"]["health"]
        assert ready.get("status") == "True", ready
        assert ready["lastTransitionTime"] <= said["lastTransitionTime"], (ready, said)
        later = self.scene.cluster.get("configmap", self.scene.namespace, "later")["metadata"]
        assert ready["lastTransitionTime"] <= later["creationTimestamp"], (ready, later)
        return "with our health script, the next sync wave came when a new experiment was Ready, and not before"
