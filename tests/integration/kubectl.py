"""kubectl against the test cluster, as a user would type it."""

import json
import subprocess
import time
from dataclasses import dataclass
from typing import Any

import yaml

from interleaver.api.names import GROUP, KIND, VERSION
from tests.cluster import PROGRAM


@dataclass(frozen=True)
class Result:
    """What a command said."""

    ok: bool
    out: str
    err: str


@dataclass(frozen=True)
class Kubectl:
    """kubectl with a namespace, and the API group whose experiments are meant."""

    namespace: str = "default"
    group: str = GROUP

    @property
    def experiments(self) -> str:
        """The resource's name, with its group."""
        return f"interleavingexperiments.{self.group}"

    def run(self, *words: str, stdin: str | None = None) -> Result:
        """Run a command. A failure is an outcome, not an exception."""
        command = [str(PROGRAM), "kubectl", f"--namespace={self.namespace}", *words]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)
        return Result(done.returncode == 0, done.stdout, done.stderr)

    def do(self, *words: str, stdin: str | None = None) -> str:
        """Run a command that must succeed, and give back what it printed."""
        result = self.run(*words, stdin=stdin)
        assert result.ok, f"kubectl {' '.join(words)}: {result.err}"
        return result.out

    def apply(self, document: dict[str, Any], *flags: str) -> Result:
        """Apply a document. An experiment is one of this object's group."""
        if document["kind"] == KIND:
            document = document | {"apiVersion": f"{self.group}/{VERSION}"}
        return self.run("apply", "--filename=-", *flags, stdin=yaml.safe_dump(document))

    def get(self, *words: str) -> dict[str, Any]:
        """An object as the API server stores it."""
        found: dict[str, Any] = json.loads(self.do("get", *words, "--output=json"))
        return found

    def wait_until_served(self) -> None:
        """Wait until the API server serves this group's experiments.

        Not by `kubectl wait`: it fails at once while a new CRD has no conditions yet.
        """
        end = time.monotonic() + 30
        while not (result := self.run("get", self.experiments)).ok:
            assert time.monotonic() < end, result.err
            time.sleep(0.1)

    def experiment(self, name: str = "home-feed") -> dict[str, Any]:
        """An experiment as the API server stores it."""
        return self.get(self.experiments, name)

    def patch_status(self, name: str, status: dict[str, Any], **metadata: str) -> Result:
        """Patch an experiment's status as the operator does: a merge patch on the subresource."""
        patch = json.dumps({"metadata": metadata, "status": status})
        return self.run("patch", self.experiments, name, "--subresource=status", "--type=merge", f"--patch={patch}")
