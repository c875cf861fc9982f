"""Helm 3 and Helm 4, as hack/gitops built them."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.built import HOW, find, is_built
from tests.cluster import ROOT

CHART: Final = ROOT / "charts" / "interleaver"
MAJORS: Final = ("helm3", "helm4")
OFFLINE: Final = (
    "--kube-version=1.35.0"  # what a program that was built like ours takes for granted is older than our charts
)


@dataclass(frozen=True)
class Helm:
    """One of the two, with a home of its own."""

    program: Path
    home: Path
    kubeconfig: Path | None = None

    def run(self, *words: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """What came of a command."""
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home),
            **({"KUBECONFIG": str(self.kubeconfig)} if self.kubeconfig else {}),
        }
        return subprocess.run(
            [self.program, *words], capture_output=True, text=True, timeout=seconds, check=False, env=environment
        )

    def do(self, *words: str, seconds: float = 120) -> str:
        """What a command prints. Raises AssertionError with its standard error when it fails."""
        done = self.run(*words, seconds=seconds)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def render(self, *words: str, chart: Path = CHART, namespace: str = "interleaver-system") -> list[dict[str, Any]]:
        """The documents of a release."""
        printed = self.do("template", "interleaver", str(chart), f"--namespace={namespace}", OFFLINE, *words)
        return [document for document in yaml.safe_load_all(printed) if document]

    def refuse(self, *words: str) -> str:
        """The words with which values are refused. Raises AssertionError when they are not."""
        done = self.run("template", "interleaver", str(CHART), OFFLINE, *words)
        assert done.returncode != 0, done.stdout
        return done.stderr


def find_helm(major: str, home: Path, kubeconfig: Path | None = None) -> Helm:
    """One of MAJORS; without it the test is skipped, which is a failure where nothing may be skipped."""
    if not is_built(major):
        pytest.skip(f"there is no {find(major)}: {HOW}")
    return Helm(find(major), home, kubeconfig)


def set_all(values: Sequence[str]) -> list[str]:
    """Values as options."""
    return [f"--set={value}" for value in values]
