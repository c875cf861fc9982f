"""Flux's kustomize-controller beside the cluster, its Kustomization, and the server of its source."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import yaml

from tests.built import find
from tests.e2e.gitops.daemon import definitions, running
from tests.e2e.gitops.flux import Flux
from tests.e2e.scene import Scene
from tests.router.ports import find_port

KINDS: Final = (
    "kustomize-controller.crds/kustomize.toolkit.fluxcd.io_kustomizations.yaml=kustomizations.kustomize.toolkit.fluxcd.io",
    "source-controller.crds/source.toolkit.fluxcd.io_gitrepositories.yaml=gitrepositories.source.toolkit.fluxcd.io",
    "source-controller.crds/source.toolkit.fluxcd.io_ocirepositories.yaml=ocirepositories.source.toolkit.fluxcd.io",
    "source-controller.crds/source.toolkit.fluxcd.io_buckets.yaml=buckets.source.toolkit.fluxcd.io",
    "source-controller.crds/source.toolkit.fluxcd.io_externalartifacts.yaml=externalartifacts.source.toolkit.fluxcd.io",
)
OPTIONS: Final = (
    "--watch-all-namespaces=false",
    "--http-retry=2",
    "--requeue-dependency=5s",
    "--enable-leader-election=false",
)
INTERVAL: Final = "10s"  # it comes back by itself while it is watched


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: Any) -> None:
        pass


def make_objects(scene: Scene) -> list[dict[str, Any]]:
    metadata = {"name": "shop", "namespace": scene.namespace}
    source = {"interval": "1h", "url": "https://git.invalid/shop"}
    spec = {"interval": INTERVAL, "timeout": "3m", "prune": True, "wait": True, "path": "./"}
    return [
        {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": metadata, "spec": source},
        {
            "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
            "kind": "Kustomization",
            "metadata": metadata,
            "spec": spec | {"sourceRef": {"kind": "GitRepository", "name": "shop"}},
        },
    ]


@contextmanager
def run_flux(scene: Scene, folder: Path) -> Iterator[Flux]:
    """The controller in the namespace of the scene."""
    served = folder / "served"
    served.mkdir()
    words = [*OPTIONS, f"--metrics-addr=127.0.0.1:{find_port()}", f"--health-addr=127.0.0.1:{find_port()}"]
    place, program = {"RUNTIME_NAMESPACE": scene.namespace}, str(find("kustomize-controller"))
    with (
        serve(served) as port,
        definitions(scene.cluster, find(""), *KINDS),
        running(scene.cluster, folder / "flux.log", program, *words, environment=place),
    ):
        scene.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(make_objects(scene)))
        try:
            yield Flux(scene, served, port)
        finally:  # while the controller is there to let go of it; what it has applied stays for the scene to remove
            scene.kubectl("patch", "kustomization", "shop", "--type=merge", '-p={"spec":{"prune":false}}')
            scene.kubectl("delete", "kustomization", "shop", "--timeout=30s")


@contextmanager
def serve(folder: Path) -> Iterator[int]:
    """Its files over HTTP, at a port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
