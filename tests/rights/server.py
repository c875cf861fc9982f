"""An API server of its own on the loopback, which writes down every call of one user: etcd, kube-apiserver, and the
controllers that make pods and collect what has no owner.

It has the binaries and the certificates of the cluster under test, and nothing else of it: nobody's calls disturb.
"""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.cluster import ROOT, Cluster
from tests.router.ports import find_port

SECONDS: Final = 120.0  # until it answers, where much else runs
CONTROLLERS: Final = (
    "deployment-controller,replicaset-controller,garbage-collector-controller,serviceaccount-controller,"
    "namespace-controller,horizontal-pod-autoscaler-controller"
)
# Metadata, for that says who asked for what; a request is written down once it is answered, or its watch has begun.
POLICY: Final = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {{level: Metadata, users: ["{user}"]}}
- {{level: None}}
"""


@dataclass(frozen=True)
class Audited:
    """A server that answers, and where it writes."""

    cluster: Cluster
    log: Path

    def read_log(self) -> list[str]:
        """The lines that are whole."""
        return [line for line in self.log.read_text().splitlines(keepends=True) if line.endswith("\n")]


@contextmanager
def serve(folder: Path, binaries: Path, user: str) -> Iterator[Audited]:
    """A server that is ready, until the block ends. What the daemons say is in `folder`."""
    port, etcd = find_port(), f"http://127.0.0.1:{find_port()}"
    write_credentials(folder, port)
    (folder / "policy.yaml").write_text(POLICY.format(user=user))
    cluster = Cluster(str(binaries / "kubectl"), folder / "kubeconfig")
    with ExitStack() as stack:
        daemons = [
            stack.enter_context(run(folder, [binaries / name, *words]))
            for name, words in {
                "etcd": list_etcd_options(folder, etcd),
                "kube-apiserver": list_server_options(folder, etcd, port),
            }.items()
        ]
        wait(cluster, daemons, "get", "--raw", "/readyz")
        stack.enter_context(run(folder, [binaries / "kube-controller-manager", *list_controller_options(folder)]))
        wait(cluster, daemons, "get", "serviceaccount", "default")  # pods cannot be created before
        yield Audited(cluster, folder / "audit.log")


def write_credentials(folder: Path, port: int) -> None:
    """The certificates and kubeconfigs of a node, by its own scripts."""
    node, scripts = ROOT / "hack/cluster/node", ("configurations.sh", "credentials.sh")
    sources = "; ".join(f"source {node / script}" for script in scripts)
    names = {"S": str(folder), "NET": "127.0.0", "NAME": "audited", "API": f"https://127.0.0.1:{port}"}
    (folder / "pki").mkdir()
    command = ["bash", "-euc", f"die() {{ exit 1; }}; {sources}; credentials"]
    subprocess.run(command, env=os.environ | names, check=True, timeout=60)


def list_etcd_options(folder: Path, address: str) -> list[str]:
    peers = f"http://127.0.0.1:{find_port()}"
    addresses = {"listen-client-urls": address, "advertise-client-urls": address, "listen-peer-urls": peers}
    return [f"--data-dir={folder / 'etcd'}", "--unsafe-no-fsync", "--log-level=warn", *write_options(addresses)]


def list_server_options(folder: Path, etcd: str, port: int) -> list[str]:
    pki = folder / "pki"
    return write_options(
        {
            "etcd-servers": etcd,
            "bind-address": "127.0.0.1",
            "advertise-address": "127.0.0.1",
            "endpoint-reconciler-type": "none",
            "secure-port": port,
            "cert-dir": pki,
            "client-ca-file": pki / "ca.crt",
            "tls-cert-file": pki / "apiserver.crt",
            "tls-private-key-file": pki / "apiserver.key",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-key-file": pki / "service-accounts.crt",
            "service-account-signing-key-file": pki / "service-accounts.key",
            "service-cluster-ip-range": "10.97.0.0/16",
            "authorization-mode": "RBAC",
            "audit-policy-file": folder / "policy.yaml",
            "audit-log-path": folder / "audit.log",
            "audit-log-mode": "blocking-strict",  # what was answered is in the log
        }
    )


def list_controller_options(folder: Path) -> list[str]:
    options = {"kubeconfig": folder / "kubeconfig", "controllers": CONTROLLERS, "leader-elect": "false"}
    options |= {"horizontal-pod-autoscaler-sync-period": "1s"}
    return write_options(options | {"bind-address": "127.0.0.1", "secure-port": 0})


def write_options(options: Mapping[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in options.items()]


@contextmanager
def run(folder: Path, command: list[Path | str]) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon until the block ends; nothing of it is worth a graceful stop."""
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


def wait(cluster: Cluster, daemons: list[subprocess.Popen[bytes]], *question: str) -> None:
    """Wait until kubectl gets an answer. Raises CalledProcessError, with what the daemons said last in a note."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            cluster.kubectl(*question)
        except subprocess.CalledProcessError as error:
            if time.monotonic() > end or any(daemon.poll() is not None for daemon in daemons):
                error.add_note(tell(cluster.kubeconfig.parent))
                raise
            time.sleep(0.2)
        else:
            return


def tell(folder: Path) -> str:
    """The end of what each daemon said."""
    return "\n".join(f"{log.name}: {log.read_text()[-500:]}" for log in folder.glob("kube-*.log"))
