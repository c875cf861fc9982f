"""The CRD itself, as a real API server and kubectl see it."""

import json
import re

import pytest
import yaml

from tests.integration.documents import CRD_FILE, EXAMPLES, ROOT, load
from tests.integration.kubectl import Kubectl

pytestmark = pytest.mark.cluster

COLUMNS = ["NAME", "SERVING", "CANDIDATE", "PERCENT", "VOTES", "VERDICT", "READY", "AGE"]
RUNNING = {
    "serving": {"revision": "v41", "hash": "9c1f0a", "since": "2026-11-22T10:00:00Z", "origin": "Seed", "seed": "v41"},
    "conditions": [
        {"type": "Ready", "status": "True", "reason": "Serving", "lastTransitionTime": "2026-11-22T10:00:00Z"}
    ],
    "run": {
        "id": "v42-20261122t101500z",
        "planHash": "aa",
        "plan": {"anything": {"goes": [1, 2]}},
        "stage": "Running",
        "startedAt": "2026-11-22T10:15:00Z",
        "percent": 25,
        "votes": 1822,
    },
}
DECISION = {
    "runId": "v42-20261122t101500z",
    "verdict": "Promote",
    "reason": "OnPar",
    "message": "On par.",
    "at": "2026-11-22T10:15:00Z",
}


@pytest.mark.parametrize("flag", ["--server-side=false", "--server-side=true"])
def test_the_definition_can_be_applied(administrator: Kubectl, flag: str) -> None:
    force = ["--force-conflicts"] if flag.endswith("true") else []
    administrator.do("apply", f"--filename={CRD_FILE}", "--dry-run=server", flag, *force)


def test_the_definition_fits_into_the_annotation_of_a_client_side_apply() -> None:
    assert len(json.dumps(yaml.safe_load(CRD_FILE.read_text()))) < 200_000


def test_the_api_server_finds_nothing_wrong_with_the_schema(administrator: Kubectl) -> None:
    conditions = administrator.get("--filename", str(CRD_FILE))["status"]["conditions"]
    states = {condition["type"]: condition["status"] for condition in conditions}
    assert states.get("NonStructuralSchema", "False") == "False"
    assert (states["NamesAccepted"], states["Established"]) == ("True", "True")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: str(path.stem))
def test_an_example_is_accepted(administrator: Kubectl, example: object) -> None:
    administrator.do("apply", f"--filename={example}", "--dry-run=server")


def test_the_experiment_of_the_readme_is_accepted(administrator: Kubectl) -> None:
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    administrator.do("apply", "--filename=-", "--dry-run=server", stdin=block)


def test_experiments_can_be_listed_by_their_short_name(administrator: Kubectl) -> None:
    administrator.do("get", "ilx")


def test_a_listing_shows_what_serves_and_how_the_run_stands(kubectl: Kubectl) -> None:
    kubectl.apply(load())
    kubectl.patch_status("home-feed", RUNNING | {"decision": DECISION})
    header, row = (line.split() for line in kubectl.do("get", kubectl.experiments).splitlines())
    assert header == COLUMNS
    assert row[:-1] == ["home-feed", "v41", "v42", "25", "1822", "Promote", "True"]


def test_a_verdict_can_be_waited_for(kubectl: Kubectl) -> None:
    kubectl.apply(load())
    kubectl.patch_status("home-feed", {"decision": DECISION})
    kubectl.do(
        "wait", f"{kubectl.experiments}/home-feed", "--for=jsonpath={.status.decision.verdict}=Promote", "--timeout=5s"
    )


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("spec.analysis", "Error rate of each one-sided test"),
        ("spec.contract.unit", "Request header that holds the unit"),
        ("spec.champion.source.template", "A PodTemplateSpec"),
        ("status.run.evidence", "Against: worse than the margin"),
    ],
)
def test_kubectl_explains_every_part(administrator: Kubectl, field: str, words: str) -> None:
    assert words in administrator.do("explain", f"ilx.{field}")
