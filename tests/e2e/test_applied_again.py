"""What Git says is applied again at every time of an experiment's life, in every way in which tools apply.

Each tool has an experiment of its own, and all of them go on side by side. What came of it is printed as one table,
`make gitops-matrix` being the long form of it.
"""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.built import HOW, is_built
from tests.cluster import Cluster
from tests.e2e.gitops.argo_daemons import run_argo
from tests.e2e.gitops.flux_daemon import run_flux
from tests.e2e.gitops.helm import Helm3, Helm4
from tests.e2e.gitops.journey import Journey
from tests.e2e.gitops.kubectl import Kubectl
from tests.e2e.gitops.losses import Losses
from tests.e2e.gitops.table import Table
from tests.e2e.scene import Scene
from tests.layers import LEFT_OUT
from tests.namespaces import open_namespace

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(1500)]

THOROUGH = "GITOPS_MATRIX"  # set by `make gitops-matrix`: everything must be built, and every cell is filled


@contextmanager
def open_scene(cluster: Cluster) -> Iterator[Scene]:
    """A namespace for one tool and its experiment."""
    with open_namespace(cluster) as namespace:
        cluster.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted")
        yield Scene(cluster, namespace)
        cluster.kubectl("-n", namespace, "delete", "ilx", "--all", "--wait=false")


def tell_kubectl(scene: Scene, folder: Path, table: Table, thorough: bool) -> None:
    Journey(scene, Kubectl(scene), table, thorough).tell()


def tell_losses(scene: Scene, folder: Path, table: Table, thorough: bool) -> None:
    Losses(scene, Kubectl(scene), table, thorough).tell()


def tell_helm3(scene: Scene, folder: Path, table: Table, thorough: bool) -> None:
    Journey(scene, Helm3(scene, folder / "chart", "Helm 3", "helm3"), table, thorough).tell()


def tell_helm4(scene: Scene, folder: Path, table: Table, thorough: bool) -> None:
    Journey(scene, Helm4(scene, folder / "chart", "Helm 4", "helm4"), table, thorough).tell()


def tell_flux(scene: Scene, folder: Path, table: Table, thorough: bool) -> None:
    with run_flux(scene, folder) as flux:
        Journey(scene, flux, table, thorough).tell()


def tell_argo(scene: Scene, folder: Path, table: Table, thorough: bool) -> None:
    with run_argo(scene, folder) as argo:
        Journey(scene, argo, table, thorough).tell()


Story = Callable[[Scene, Path, Table, bool], None]
# What each needs of hack/gitops/build, and whether a run of all tests has it built: what takes long is not.
STORIES: dict[str, tuple[Story, tuple[str, ...], bool]] = {
    "kubectl": (tell_kubectl, (), True),
    "losses": (tell_losses, (), True),
    "Helm 3": (tell_helm3, ("helm3", "helm4"), True),
    "Helm 4": (tell_helm4, ("helm4",), True),
    "Flux": (tell_flux, ("source-controller", "kustomize-controller"), False),
    "Argo CD": (tell_argo, ("argocd",), False),
}


@pytest.fixture
def table(capsys: pytest.CaptureFixture[str]) -> Iterator[Table]:
    """The table, printed at the end whatever came of it."""
    made = Table()
    yield made
    with capsys.disabled():
        sys.stdout.write("\n" + made.write())


def choose(thorough: bool) -> list[str]:
    """The stories that can be told here: what is quick to build must be there, the rest for the long form alone."""
    missing = {name: [one for one in needs if not is_built(one)] for name, (_, needs, _) in STORIES.items()}
    must = {name: lacks for name, lacks in missing.items() if lacks and (thorough or STORIES[name][2])}
    assert must == {}, f"not built: {must}; {HOW}"
    return [name for name in STORIES if not missing[name]]


def explain(name: str, error: BaseException) -> str:
    """What stopped a story, with what kubectl said."""
    return "\n".join([f"{name}: {error}", *getattr(error, "__notes__", ())])


def test_whatever_applies_git_again_takes_nothing_back_and_loses_no_request(
    installed: Cluster, turn: None, table: Table, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    thorough = bool(os.environ.get(THOROUGH))
    names = choose(thorough)
    for name in (*(STORIES.keys() - names), *(() if thorough else ("the cells that take long",))):
        record_property(LEFT_OUT, f"{name}: make gitops-matrix")
        table.lines.append(f"{name}: left out; make gitops-matrix")
    with ExitStack() as stack, ThreadPoolExecutor(len(names)) as threads:
        told: dict[str, Future[None]] = {}
        for name in names:
            folder = tmp_path / name.replace(" ", "-")
            folder.mkdir()
            scene = stack.enter_context(open_scene(installed))
            told[name] = threads.submit(STORIES[name][0], scene, folder, table, thorough)
        troubles = [explain(name, error) for name, future in told.items() if (error := future.exception())]
    assert troubles == [], "\n".join(troubles)
