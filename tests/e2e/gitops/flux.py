"""Flux's kustomize-controller. Its source is an archive that is served here, in a GitRepository written by hand."""

import hashlib
import io
import json
import tarfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.cluster import ROOT
from tests.e2e.gitops.drift import DRIFTED, drift, has_drifted
from tests.e2e.gitops.engine import Document, Way
from tests.e2e.scene import Scene

SHIPPED: Final = ROOT / "deploy/gitops/flux/kustomization.yaml"


@dataclass
class Flux:
    """A Kustomization that waits for health, prunes, and heals."""

    scene: Scene
    folder: Path  # what is served
    port: int
    name: str = "Flux"

    def deliver(self, document: Document) -> None:
        revision = self.publish(document)
        self.scene.until(lambda: self.is_ready(revision), f"Flux at {revision}", seconds=180)

    def publish(self, document: Document) -> str:
        """Write the archive and tell of it, as the source-controller does; returns the revision."""
        buffer, text = io.BytesIO(), yaml.safe_dump(document).encode()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            entry = tarfile.TarInfo("experiment.yaml")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
        digest = hashlib.sha256(buffer.getvalue()).hexdigest()
        (self.folder / f"{digest}.tar.gz").write_bytes(buffer.getvalue())
        revision = f"main@sha1:{hashlib.sha1(text).hexdigest()}"
        artifact = {
            "url": f"http://127.0.0.1:{self.port}/{digest}.tar.gz",
            "path": f"{digest}.tar.gz",
            "revision": revision,
            "digest": f"sha256:{digest}",
            "lastUpdateTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        ready = {"type": "Ready", "status": "True", "reason": "Succeeded", "message": "", "observedGeneration": 1}
        condition = ready | {"lastTransitionTime": artifact["lastUpdateTime"]}
        status = json.dumps({"status": {"artifact": artifact, "conditions": [condition], "observedGeneration": 1}})
        self.scene.kubectl("patch", "gitrepository", "shop", "--subresource=status", "--type=merge", f"-p={status}")
        return revision

    def read(self) -> dict[str, Any]:
        found: dict[str, Any] = self.scene.cluster.get("kustomization", self.scene.namespace, "shop")["status"]
        return found

    def ready(self) -> dict[str, Any]:
        return next((one for one in self.read().get("conditions", ()) if one["type"] == "Ready"), {})

    def is_ready(self, revision: str) -> bool:
        return self.ready().get("status") == "True" and self.read().get("lastAppliedRevision") == revision

    def reconcile(self, document: Document | None = None) -> None:
        """Ask for it, as `flux reconcile` does, and wait until it is done."""
        asked = str(time.time_ns())
        words = ("annotate", "--overwrite", "kustomization", "shop", f"reconcile.fluxcd.io/requestedAt={asked}")
        self.scene.kubectl(*words)
        self.scene.until(lambda: self.read().get("lastHandledReconcileAt") == asked, "a reconciliation", seconds=180)
        self.scene.until(lambda: self.ready().get("status") == "True", "Flux being content", seconds=180)

    def heal(self, document: Document) -> str:
        drift(self.scene)
        self.reconcile()
        self.scene.until(lambda: not has_drifted(self.scene, document), "healing")
        return "held; healed"

    def force(self, document: Document) -> None:
        for value in ("true", "false"):
            self.scene.kubectl("patch", "kustomization", "shop", "--type=merge", f'-p={{"spec":{{"force":{value}}}}}')
            self.reconcile()

    def reconcile_by_expressions(self, document: Document) -> None:
        """Health is judged by the healthCheckExprs that we ship, for once, and not by kstatus."""
        for checks in (yaml.safe_load(SHIPPED.read_text())["spec"]["healthCheckExprs"], None):
            patch = json.dumps({"spec": {"healthCheckExprs": checks}})
            self.scene.kubectl("patch", "kustomization", "shop", "--type=merge", f"-p={patch}")
            self.reconcile()

    def ways(self) -> Sequence[Way]:
        return (
            Way("reconcile, nothing changed", self.reconcile),
            Way("reconcile with our healthCheckExprs", self.reconcile_by_expressions),
            Way("reconcile after somebody changed a field", self.heal, DRIFTED),
            Way("reconcile with force", self.force),
        )

    def trace(self) -> str:
        """It comes back all the time; what it changes shows in the resource."""
        return str(self.read().get("lastAppliedRevision"))

    def vouches(self) -> str:
        """With `wait: true` it said Ready: the experiment must have been by then."""
        ready, said = self.scene.condition("Ready"), self.ready()
        assert ready.get("status") == "True", ready
        assert ready["lastTransitionTime"] <= said["lastTransitionTime"], (ready, said)
        return "`wait: true` called a new experiment healthy when it was Ready, and not before"
