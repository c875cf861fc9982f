"""What the operator is granted is what it needs: whole experiments, and the audit log of a real API server.

The server is this test's own, so that nobody else's calls are in the log, and the cluster under test is as it was.
"""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from interleaver.controller.cluster.calls import class_of
from tests.cluster import PROGRAM, Cluster, find_folder, run
from tests.helm import find_helm, set_all
from tests.integration.documents import OPERATOR_FILE, Document, install_crd
from tests.rights.around import TOKEN
from tests.rights.calls import Call, read_calls
from tests.rights.findings import compare, find_uses, write_table
from tests.rights.granted import read_rights
from tests.rights.life import ACCOUNT, SYSTEM, USER, Life, Told, live, live_trusted, live_untrusted
from tests.rights.purposes import OF_REFERENCES, OF_SECRETS, Purpose, find_unserved
from tests.rights.reasons import REFUSED, UNUSED
from tests.rights.server import Audited, serve

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(900)]

LEFT_OUT = ("Deployment", "PodDisruptionBudget", "Pod")  # of the installation: the operator runs here, not in a pod
OF_VISITS = re.compile(r"logger=interleaver\.controller\.(visits|acting|secrets|observing|telling)\.")
ABOUT = re.compile(rf" namespace=((un)?trusted|{SYSTEM}) name=feed ")
Kinds = Counter[tuple[str, str, str]]  # calls by verb, resource and code


@dataclass(frozen=True)
class Installation:
    """How the operator is installed, for the experiments of which namespaces, and who gives it their Secrets."""

    documents: list[Document]
    lives: dict[str, Life]  # by their namespaces
    scope: str  # the one namespace that it is for; empty: all
    role: str  # a ClusterRole on Secrets, that an administrator binds; empty: it is bound already
    refused: dict[str, str]  # calls that the API server refuses by design
    purposes: dict[Purpose, str]  # what calls must have been made for


def read(file: Path) -> list[Document]:
    return list(yaml.safe_load_all(file.read_text()))


def install_for_all(_: Path) -> Installation:
    """By the manifest, in a namespace of its own, and with the Secrets of one of two namespaces."""
    lives: dict[str, Life] = {"trusted": live_trusted, "untrusted": live_untrusted}
    purposes = OF_SECRETS | OF_REFERENCES
    return Installation(read(OPERATOR_FILE), lives, "", "interleaver-operator-secrets", REFUSED, purposes)


def install_for_one(folder: Path) -> Installation:
    """By the chart, in the namespace of the experiments themselves, and with its Secrets."""
    helm = find_helm("helm4", folder)
    values = (f"namespaces={{{SYSTEM}}}", f"rbac.secretsIn={{{SYSTEM}}}", "crds.install=false")
    return Installation(helm.render(*set_all(values)), {SYSTEM: live_trusted}, SYSTEM, "", {}, OF_SECRETS)


@dataclass(frozen=True)
class Lives:
    """What came of whole lives: what was granted, what was called, and what the operator says of it."""

    installation: Installation
    calls: list[Call]
    told: Told


@pytest.fixture(scope="module", params=[install_for_all, install_for_one], ids=["all", "one"])
def lives(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Lives]:
    if run(str(PROGRAM), "provider").strip() != "node":
        pytest.skip("only the node provider has the binaries of an API server")
    folder = tmp_path_factory.mktemp("audited")
    installation: Installation = request.param(folder)
    with serve(folder, find_folder() / "bin", USER) as server:
        install(server, installation)
        told = asyncio.run(live(server, folder, installation.lives, installation.scope))
        yield Lives(installation, read_calls(server.read_log(), USER), told)


def install(server: Audited, installation: Installation) -> None:
    """The kind, the ServiceAccount and its roles, and what an administrator does to let it use Secrets
    (docs/how-to/let-the-operator-use-secrets.md)."""
    install_crd(server.cluster)
    for namespace in installation.lives:
        server.cluster.kubectl("create", "namespace", namespace)
    kept = [one for one in installation.documents if one["kind"] not in LEFT_OUT]
    server.cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(kept))
    if installation.role:
        words = ("create", "rolebinding", "secrets", f"--clusterrole={installation.role}")
        account = f"--serviceaccount={SYSTEM}:{ACCOUNT}"
        server.cluster.kubectl("-n", next(iter(installation.lives)), *words, account)


def test_every_right_is_used_by_whole_experiments_and_no_call_is_refused(
    lives: Lives, capsys: pytest.CaptureFixture[str]
) -> None:
    rights = read_rights(lives.installation.documents)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(lives.calls)} calls\n{write_table(find_uses(rights, lives.calls))}\n")
    wrong = compare(rights, lives.calls, UNUSED, lives.installation.refused)
    assert not wrong, "\n".join(wrong)


def test_rights_are_used_for_all_that_they_are_granted_for(lives: Lives) -> None:
    assert find_unserved(lives.installation.purposes, lives.calls) == []
    assert lives.told.bearers == {f"Bearer {TOKEN}"}


def count_told(metrics: str) -> Kinds:
    """The calls that the operator has counted."""
    families = {family.name: family for family in text_string_to_metric_families(metrics)}
    counted = Kinds()
    for sample in families["interleaver_operator_api_requests"].samples:
        labels = sample.labels
        verb = "patch" if labels["verb"] == "apply" else labels["verb"]
        counted[verb, labels["resource"], labels["code"]] += int(sample.value)
    return counted


def test_the_operator_counts_the_calls_that_the_api_server_has_written_down(lives: Lives) -> None:
    of_resources = [call for call in lives.calls if call.resource]
    written = Counter((call.verb, call.resource.partition("/")[0], class_of(call.code)) for call in of_resources)
    told = count_told(lives.told.metrics)
    assert told <= written, "none is counted twice"
    assert {asked[:2] for asked in told} == {asked[:2] for asked in written}
    missing = sum((written - told).values())
    assert missing < sum(written.values()) / 5, "visits went on for a moment after it was asked"


def test_its_log_has_no_traceback_and_names_the_experiment_in_every_line_of_a_visit(lives: Lives) -> None:
    assert "Traceback" not in lives.told.log
    lines = [line for line in lives.told.log.splitlines() if OF_VISITS.search(line)]
    assert len(lines) > 50
    assert [line for line in lines if not ABOUT.search(line)] == []
    assert [line for line in lines if "reason=RampStep" in line and " run=v4" not in line] == []
