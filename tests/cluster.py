"""The cluster under test, reached through hack/cluster: never a context that happens to be current, unless asked."""

import fcntl
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
PROGRAM: Final = ROOT / "hack/cluster/cluster"


class NoCluster(Exception):
    """There is no cluster to test on; the message says why and what to do."""


@dataclass(frozen=True)
class Cluster:
    """A cluster that answers. `kubeconfig` is the administrator's; image names follow IMAGE_PREFIX and TAG."""

    program: str  # kubectl
    kubeconfig: Path
    image_prefix: str = "localhost/"
    tag: str = "dev"

    def kubectl(self, *words: str, stdin: str | None = None, seconds: float = 60) -> str:
        """What kubectl prints. Raises CalledProcessError, with its standard error in a note, when it fails."""
        return run(self.program, "--kubeconfig", str(self.kubeconfig), *words, stdin=stdin, seconds=seconds)

    def get(self, kinds: str, namespace: str, name: str = "", selector: str = "") -> dict[str, Any]:
        """An object, or a list of them, without kubectl (tests/asking.py). Its client is loaded by whoever asks alone:
        most tests need no cluster, and it takes a second."""
        from tests.asking import ask

        return ask(self.kubeconfig, kinds, namespace, name, selector)

    def exec(self, *words: str, stdin: str | None = None, seconds: float = 60) -> str:
        """What a command prints that runs on this machine but in the cluster's network, where cluster IPs work."""
        return run(str(PROGRAM), "exec", *words, stdin=stdin, seconds=seconds)

    def image(self, name: str) -> str:
        """The full name of an image of ours: `operator`, `router`, `demo-model`, `demo-shoppers`."""
        return f"{self.image_prefix}interleaver-{name}:{self.tag}"


def run(*command: str, stdin: str | None = None, seconds: float = 60) -> str:
    """What a command prints. Raises CalledProcessError with its standard error in a note."""
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode:
        error = subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
        error.add_note(done.stderr)
        raise error
    return done.stdout


def find_folder() -> Path:
    """Where hack/cluster and hack/images keep what they made."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("CLUSTER_DIR") or Path(cache, "interleaver-cluster"))


def find_cluster() -> Cluster:
    """The cluster that CLUSTER, CLUSTER_DIR choose, as `make cluster` left it. Raises NoCluster."""
    try:
        kubeconfig = Path(run(str(PROGRAM), "kubeconfig").strip())
        if not kubeconfig.exists():
            raise NoCluster(f"no cluster is up ({kubeconfig} is missing): make cluster")
        run(str(PROGRAM), "kubectl", "get", "--raw", "/readyz")
    except subprocess.CalledProcessError as error:
        raise NoCluster(f"the cluster does not answer: {error.stderr.strip()}") from error
    built = find_folder() / "bin/kubectl"
    prefix, tag = os.environ.get("IMAGE_PREFIX", "localhost/"), os.environ.get("TAG", "dev")
    return Cluster(str(built) if built.exists() else "kubectl", kubeconfig, prefix, tag)


def serve_definition(cluster: Cluster) -> None:
    """Apply the CRD. Processes take turns: of two that find none, one would be told that there is one already."""
    with Path(tempfile.gettempdir(), "interleaver-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cluster.kubectl("apply", "-f", str(ROOT / "crds"))
