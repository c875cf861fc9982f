"""The cluster as the driver reaches it: kubectl, one call after the other."""

import json
import os
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
CALL_SECONDS: Final = 120.0  # above every --timeout that is passed to kubectl below


class CallError(Exception):
    """A kubectl call that failed; the text is kubectl's own."""


class Kubectl:
    """kubectl as this checkout's cluster script offers it, or as the variable KUBECTL says."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self.command = environment.get("KUBECTL", "hack/cluster/cluster kubectl")

    def call(self, *arguments: str, text: str | None = None) -> str:
        """Run kubectl and return what it prints. Raises CallError."""
        command = [*shlex.split(self.command), *arguments]
        try:
            done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=ROOT, timeout=CALL_SECONDS)
        except subprocess.TimeoutExpired:
            raise CallError(f"kubectl {arguments[0]} did not end within {CALL_SECONDS:.0f} s") from None
        if done.returncode != 0:
            raise CallError(f"kubectl {' '.join(arguments[:4])}: {done.stderr.strip()}")
        return done.stdout

    def get(self, *arguments: str) -> Any:
        """What `kubectl get ... -o json` returns, decoded. Raises CallError."""
        return json.loads(self.call("get", *arguments, "-o", "json"))

    def apply(self, manifest: str) -> None:
        """Client-side apply, as most people do it. Raises CallError."""
        self.call("apply", "-f", "-", text=manifest)


def fill_manifest(name: str, values: Mapping[str, str]) -> str:
    """A file of demo/manifests with its $NAMES filled in. Raises KeyError for a name without a value."""
    return Template((ROOT / "demo" / "manifests" / name).read_text()).substitute(values)


def name_images(text: str, values: Mapping[str, str]) -> str:
    """The product's own manifest, in which images have their usual prefix and tag, with those of these values."""
    name = rf"{values['IMAGE_PREFIX']}\1:{values['TAG']}"
    return re.sub(r"localhost/(interleaver-(?:operator|router)):dev\b", name, text)


def name_values(environment: Mapping[str, str], swap: bool) -> dict[str, str]:
    """The values for the manifests: images from the environment, and which model is on trial."""
    models: Sequence[str] = ("factors", "popularity") if swap else ("popularity", "factors")
    return {
        "IMAGE_PREFIX": environment.get("IMAGE_PREFIX", "localhost/"),
        "TAG": environment.get("TAG", "dev"),
        "CHAMPION": models[0],
        "CANDIDATE": models[1],
    }
