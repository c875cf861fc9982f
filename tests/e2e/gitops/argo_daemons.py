"""Argo CD's repo-server and application controller beside the cluster, with a Redis, and how they are configured."""

import base64
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import yaml

from tests.built import find
from tests.cluster import ROOT
from tests.e2e.gitops.argo import Argo
from tests.e2e.gitops.daemon import definitions, running
from tests.e2e.scene import Scene
from tests.router.ports import find_port
from tests.router.redis import Redis, install

KINDS: Final = (
    "application-crd.yaml=applications.argoproj.io",
    "appproject-crd.yaml=appprojects.argoproj.io",
)
CONFIGS: Final = ("argocd-rbac-cm", "argocd-cmd-params-cm", "argocd-ssh-known-hosts-cm", "argocd-tls-certs-cm")
IN_CLUSTER: Final = "https://kubernetes.default.svc"
SHIPPED: Final = ROOT / "deploy/gitops/argocd/argocd-cm.yaml"


def make_object(
    kind: str, name: str, scene: Scene, labels: dict[str, str] | None = None, **rest: Any
) -> dict[str, Any]:
    group = "argoproj.io/v1alpha1" if kind in ("Application", "AppProject") else "v1"
    labels = {"app.kubernetes.io/part-of": "argocd", **(labels or {})}
    metadata = {"name": name, "namespace": scene.namespace, "labels": labels}
    return {"apiVersion": group, "kind": kind, "metadata": metadata, **rest}


def configure(scene: Scene) -> list[dict[str, Any]]:
    """What the daemons read. They see the namespace alone."""
    everything = [{"group": "*", "kind": "*"}]
    project = {"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}]}
    cluster = {"name": "in-cluster", "server": IN_CLUSTER, "namespaces": scene.namespace, "config": "{}"}
    return [
        make_object("ConfigMap", "argocd-cm", scene, data=yaml.safe_load(SHIPPED.read_text())["data"]),
        *(make_object("ConfigMap", name, scene) for name in CONFIGS),
        make_object("ConfigMap", "argocd-gpg-keys-cm", scene),
        make_object("Secret", "argocd-secret", scene, data={"server.secretkey": encode(secrets.token_hex(16))}),
        make_object("Secret", "in-cluster", scene, {"argocd.argoproj.io/secret-type": "cluster"}, stringData=cluster),
        make_object("AppProject", "default", scene, spec=project | {"namespaceResourceWhitelist": everything}),
    ]


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def make_application(scene: Scene, repository: Path) -> dict[str, Any]:
    source = {"repoURL": f"file://{repository}", "path": ".", "targetRevision": "HEAD"}
    policy = {"automated": {"prune": True, "selfHeal": True}}
    destination = {"server": IN_CLUSTER, "namespace": scene.namespace}
    spec = {"project": "default", "source": source, "destination": destination, "syncPolicy": policy}
    return make_object("Application", "shop", scene, spec=spec)


@contextmanager
def run_argo(scene: Scene, folder: Path) -> Iterator[Argo]:
    """All of it, in the namespace of the scene."""
    repository = folder / "repository"
    subprocess.run(("git", "init", "--quiet", "--initial-branch=main", str(repository)), check=True)
    with ExitStack() as stack:
        stack.enter_context(definitions(scene.cluster, find("argocd.crds"), *KINDS))
        scene.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(configure(scene)))
        for program, words in list_daemons(scene, stack.enter_context(caching(folder))).items():
            log, command = folder / f"{program}.log", (str(find("argocd")), program, *words)
            stack.enter_context(running(scene.cluster, log, *command, environment=describe_environment(folder)))
        try:
            yield Argo(scene, repository, make_application(scene, repository))
        finally:  # before its controller ends; what it has applied stays for the scene to remove
            scene.kubectl("delete", "application", "shop", "--timeout=30s", "--ignore-not-found")


@contextmanager
def caching(folder: Path) -> Iterator[int]:
    """The Redis between the two, by its port."""
    install()
    (folder / "redis").mkdir()
    redis = Redis(folder / "redis")
    redis.start()
    try:
        yield redis.port
    finally:
        redis.kill()


def list_daemons(scene: Scene, redis: int) -> dict[str, list[str]]:
    """Their options by name, in the order in which they start."""
    repo, *more = (find_port() for _ in range(3))
    where = ["--namespace", scene.namespace, "--kubeconfig", str(scene.cluster.kubeconfig)]
    loopback = ["--address=127.0.0.1", "--metrics-address=127.0.0.1", f"--port={repo}", f"--metrics-port={more[0]}"]
    heal = ["--app-resync=10", "--self-heal-timeout-seconds=1", "--status-processors=2", "--operation-processors=2"]
    reach = ["--repo-server-plaintext", f"--repo-server=127.0.0.1:{repo}", f"--redis=127.0.0.1:{redis}"]
    return {
        "argocd-repo-server": ["--disable-tls", f"--redis=127.0.0.1:{redis}", *loopback],
        "argocd-application-controller": [*where, *heal, *reach, f"--metrics-port={more[1]}"],
    }


def describe_environment(folder: Path) -> dict[str, str]:
    """Folders that images have are here ones of the test."""
    places = {"ARGOCD_SSH_DATA_PATH": "ssh", "ARGOCD_TLS_DATA_PATH": "tls", "ARGOCD_GPG_DATA_PATH": "gpg"}
    for name in places.values():
        (folder / name).mkdir(exist_ok=True)
    (folder / "ssh/ssh_known_hosts").touch()
    paths = {name: str(folder / place) for name, place in places.items()}
    return paths | {
        "ARGOCD_FAKE_IN_CLUSTER": "true",
        "ARGOCD_GPG_ENABLED": "false",
        "ARGOCD_PLUGINSOCKFILEPATH": str(folder / "plugins"),
    }
