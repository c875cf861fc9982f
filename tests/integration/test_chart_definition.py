"""The chart at a real API server: it takes every object, and the CRD outlives the release."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.cluster import Cluster
from tests.helm import CHART, MAJORS, Helm, find_helm, set_all
from tests.integration.documents import move_definition
from tests.integration.kubectl import Kubectl
from tests.packaging.test_chart import SETS

pytestmark = pytest.mark.cluster

NOWHERE: Final = "operator.nodeSelector.none=such"  # what is looked at here is no pod


@pytest.fixture(params=MAJORS)
def helm(request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path) -> Helm:
    return find_helm(request.param, tmp_path, cluster.kubeconfig)


@pytest.fixture
def group(administrator: Kubectl) -> Iterator[str]:
    """An API group of the test's own, whose CRD is removed at the end."""
    group = f"t{uuid.uuid4().hex[:12]}.interleaver.test"
    yield group
    administrator.do("delete", f"customresourcedefinition/interleavingexperiments.{group}", "--ignore-not-found")


@pytest.fixture
def chart(group: str, tmp_path: Path) -> Path:
    """The chart with the CRD moved to that group, since everybody's is in use."""
    copy = shutil.copytree(CHART, tmp_path / "chart")
    (copy / "files" / "crd.yaml").write_text(yaml.safe_dump(move_definition(group)))
    return copy


def test_the_definition_and_experiments_outlive_a_release_and_are_taken_up_again(
    helm: Helm, chart: Path, group: str, namespace: str, administrator: Kubectl
) -> None:
    place = ("--namespace", namespace)
    values = set_all((f"namespaces={{{namespace}}}", NOWHERE))
    served = ("get", f"customresourcedefinition/interleavingexperiments.{group}", "--output=name")

    helm.do("install", "first", str(chart), *place, *values)
    assert administrator.do(*served)
    helm.do("uninstall", "first", *place)
    assert administrator.do(*served), "it stays"

    helm.do("install", "first", str(chart), *place, *values)
    helm.do("uninstall", "first", *place)
    refused = helm.run("install", "second", str(chart), *place, *values)
    assert refused.returncode != 0
    assert "invalid ownership metadata" in refused.stderr
    helm.do("install", "second", str(chart), *place, *values, "--take-ownership")
    helm.do("upgrade", "second", str(chart), *place, *values, "--set=crds.keep=false")
    helm.do("uninstall", "second", *place, "--wait")
    assert not administrator.run(*served).ok, "by order it goes with the release"


@pytest.mark.parametrize("values", SETS.values(), ids=SETS)
def test_the_api_server_takes_all_that_is_rendered(
    helm: Helm, namespace: str, cluster: Cluster, values: tuple[str, ...]
) -> None:
    here = [
        value.replace("{shop,search}", f"{{{namespace}}}").replace("{shop}", f"{{{namespace}}}") for value in values
    ]
    documents = helm.render(*set_all(here), namespace=namespace)
    known = [each for each in documents if not each["apiVersion"].startswith("monitoring.coreos.com/")]
    flags = ("--server-side", "--force-conflicts", "--field-manager=helm", "--dry-run=server")
    said = cluster.kubectl("apply", *flags, "--filename=-", stdin=yaml.safe_dump_all(known))
    assert len(said.splitlines()) == len(known)
