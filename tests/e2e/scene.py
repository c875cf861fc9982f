"""A scene of the end-to-end tests: one namespace with one experiment, its models, and shoppers in front of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from tests.cluster import PROGRAM, ROOT, Cluster

MODEL: Final = (Path(__file__).parent / "model.py").read_text()
POLL_SECONDS: Final = 0.5
# What a busy machine delays is not lost: the champion has four times the default, and shoppers have twice that.
PATIENT: Final = {"championTimeout": "4s"}
PATIENCE: Final = 8.0  # seconds
OPERATOR_PODS: Final = ("--selector=app.kubernetes.io/component=operator", "--prefix")  # whichever of them works


def make_model(cluster: Cluster, name: str, *flags: str, command: list[str] | None = None) -> dict[str, Any]:
    """A champion or candidate: the small model server, run by the router image's Python."""
    container = {
        "name": "model",
        "image": cluster.image("router"),
        "command": command or ["python3", "-c", MODEL, name, *flags],
        "ports": [{"containerPort": 9000}],
        "readinessProbe": {"tcpSocket": {"port": 9000}, "periodSeconds": 1},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    return {"revision": name, "port": 9000, "source": {"template": {"spec": {"containers": [container]}}}}


def make_manifest(cluster: Cluster, namespace: str, **spec: Any) -> dict[str, Any]:
    """An experiment that concludes within half a minute, given clear votes."""
    base = {
        "service": {"name": "home-feed"},
        "champion": make_model(cluster, "v1"),
        "candidate": make_model(cluster, "v2"),
        "contract": {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items", "itemId": "/id"},
        "traffic": {"steps": [{"percent": 50, "hold": "3s"}, {"percent": 100}]},
        "router": PATIENT,
        "metrics": {"interval": "1s", "staleAfter": "10s", "attributionWindow": "10m"},
        "analysis": {
            "alpha": "0.05",
            "margin": "0.1",
            "minimumRun": "8s",
            "window": "90s",
            "minimumVotes": 50,
            "plannedVotes": 600,
        },
        "promotion": {"rollbackWindow": "8s", "progressDeadline": "40s"},
    }
    merged = {key: value for key, value in (base | spec).items() if value is not None}
    metadata = {"name": "feed", "namespace": namespace}
    return {
        "apiVersion": "interleaver.dev/v1alpha1",
        "kind": "InterleavingExperiment",
        "metadata": metadata,
        "spec": merged,
    }


def name_failures(counts: dict[str, Any]) -> dict[str, Any]:
    """What failed of a crowd's requests, how often, and when the first of them did; empty where nothing did."""
    failed = {name: number for name, number in counts.items() if name.startswith("failed-")}
    return failed and failed | counts["troubles"]


@dataclass
class Crowd:
    """Running shoppers; after the end, what happened to them."""

    process: subprocess.Popen[str]
    last: dict[str, Any] = field(default_factory=dict)

    def finish(self) -> dict[str, Any]:
        """Stop them and return their last count."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, err
        self.last = json.loads(out.splitlines()[-1])
        return self.last


@dataclass
class Scene:
    """The experiment `feed` in one namespace."""

    cluster: Cluster
    namespace: str

    def apply(self, **spec: Any) -> None:
        """Apply the experiment with changed top-level fields of its spec; None removes one."""
        manifest = make_manifest(self.cluster, self.namespace, **spec)
        self.cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(manifest))

    def kubectl(self, *words: str, **options: Any) -> str:
        return self.cluster.kubectl("-n", self.namespace, *words, **options)

    def let_operator_use_secrets(self) -> None:
        """Bind the role that an administrator binds where experiments name Secrets."""
        bound = (
            "--clusterrole=interleaver-operator-secrets",
            "--serviceaccount=interleaver-system:interleaver-operator",
        )
        self.kubectl("create", "rolebinding", "secrets", *bound)

    def get(self) -> dict[str, Any]:
        """The experiment as it stands."""
        return self.cluster.get("ilx", self.namespace, "feed")

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get().get("status", {})
        return found

    def condition(self, kind: str) -> dict[str, Any]:
        """The condition of that type; empty when it is absent."""
        conditions = self.status().get("conditions", [])
        return next((item for item in conditions if item["type"] == kind), {})

    def await_condition(self, kind: str, status: str = "True", reason: str | None = None, seconds: float = 60) -> None:
        def holds() -> bool:
            found = self.condition(kind)
            return found.get("status") == status and reason in (None, found.get("reason"))

        self.until(holds, f"{kind}={status}/{reason}", seconds)

    def until(self, holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
        """Wait until something holds, and fail with the whole status when it does not."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"{what} did not come within {seconds} s: {self.explain()}")
            time.sleep(POLL_SECONDS)

    def explain(self) -> str:
        """What a person would look at; the templates in the spec are not among it."""
        experiment = self.get()
        told = {key: experiment["metadata"].get(key) for key in ("annotations", "generation")} | experiment.get(
            "status", {}
        )
        rest = [self.kubectl(*words) for words in (("get", "pods", "-o", "wide"), ("get", "events"))]
        logs = self.cluster.kubectl("-n", "interleaver-system", "logs", *OPERATOR_PODS, "--tail=2000").splitlines()
        lines = [line for line in logs if f"namespace={self.namespace} " in line][-30:]
        return "\n".join([yaml.safe_dump(told), *rest, *lines])

    def address(self) -> str:
        """URL of the entry Service inside the cluster's network."""
        return "http://" + self.kubectl("get", "service", "home-feed", "-o", "jsonpath={.spec.clusterIP}")

    @contextmanager
    def shoppers(
        self, taste: str, seconds: float = 150, rate: float = 50, patience: float = PATIENCE
    ) -> Iterator[Crowd]:
        """Shoppers at so many visits a second, until the block ends."""
        words = [sys.executable, "-m", "tests.e2e.shoppers", "--url", self.address(), "--taste", taste]
        words += ["--rate", str(rate), "--patience", str(patience)]
        process = subprocess.Popen(
            [PROGRAM, "exec", *words, "--seconds", str(seconds)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}/operator:{ROOT}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        crowd = Crowd(process)
        try:
            yield crowd
        finally:
            if not crowd.last:
                process.terminate()
                process.communicate(timeout=30)

    def pods(self) -> dict[str, int]:
        """Pods by the name of their revision, terminating ones and those of gates left out."""
        selector = "interleaver.dev/experiment=feed,interleaver.dev/revision"
        found = self.cluster.get("pods", self.namespace, selector=selector)["items"]
        names = [
            pod["metadata"]["labels"]["interleaver.dev/revision"]
            for pod in found
            if "deletionTimestamp" not in pod["metadata"]
        ]
        return {name: names.count(name) for name in sorted(set(names))}
