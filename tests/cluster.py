"""The cluster under test, reached through hack/cluster: never a context that happens to be current, unless asked."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PROGRAM: Final = ROOT / "hack/cluster/cluster"


class NoCluster(Exception):
    """There is no cluster to test on; the message says why and what to do."""


@dataclass(frozen=True)
class Cluster:
    """A cluster that answers. `kubeconfig` is the administrator's; image names follow IMAGE_PREFIX and TAG."""

    kubeconfig: Path
    image_prefix: str = "localhost/"
    tag: str = "dev"

    def kubectl(self, *words: str, stdin: str | None = None, seconds: float = 60) -> str:
        """What kubectl prints. Raises CalledProcessError, with its standard error in a note, when it fails."""
        return run("kubectl", *words, stdin=stdin, seconds=seconds)

    def exec(self, *words: str, stdin: str | None = None, seconds: float = 60) -> str:
        """What a command prints that runs on this machine but in the cluster's network, where cluster IPs work."""
        return run("exec", *words, stdin=stdin, seconds=seconds)

    def image(self, name: str) -> str:
        """The full name of an image of ours: `operator`, `router`, `demo-model`, `demo-shoppers`."""
        return f"{self.image_prefix}interleaver-{name}:{self.tag}"


def run(*words: str, stdin: str | None = None, seconds: float = 60) -> str:
    """What hack/cluster/cluster prints. Raises CalledProcessError with its standard error in a note."""
    done = subprocess.run([PROGRAM, *words], input=stdin, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode:
        error = subprocess.CalledProcessError(done.returncode, ["cluster", *words], done.stdout, done.stderr)
        error.add_note(done.stderr)
        raise error
    return done.stdout


def find_cluster() -> Cluster:
    """The cluster that CLUSTER, CLUSTER_DIR choose, as `make cluster` left it. Raises NoCluster."""
    try:
        kubeconfig = Path(run("kubeconfig").strip())
        if not kubeconfig.exists():
            raise NoCluster(f"no cluster is up ({kubeconfig} is missing): make cluster")
        run("kubectl", "get", "--raw", "/readyz")
    except subprocess.CalledProcessError as error:
        raise NoCluster(f"the cluster does not answer: {error.stderr.strip()}") from error
    return Cluster(kubeconfig, os.environ.get("IMAGE_PREFIX", "localhost/"), os.environ.get("TAG", "dev"))
