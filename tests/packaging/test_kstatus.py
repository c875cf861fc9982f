"""What Flux makes of an experiment in every situation, by kstatus and by the expressions that are shipped.

The program that says so is made of the Go packages that Flux's kustomize-controller is made of (hack/gitops/health).
"""

import json
import subprocess
from functools import cache
from typing import Any, Final

import pytest
import yaml

from interleaver.api.names import GROUP, KIND, VERSION
from tests.built import HOW, find, is_built
from tests.cluster import ROOT
from tests.unit.health.situations import SITUATIONS

KUSTOMIZATION: Final = ROOT / "deploy/gitops/flux/kustomization.yaml"
PROGRAM: Final = "health"


@cache
def judge() -> dict[str, dict[str, str]]:
    """What the program says of each situation."""
    if not is_built(PROGRAM):
        pytest.skip(f"there is no {find(PROGRAM)}: {HOW}")
    documents = "\n".join(json.dumps(situation.document) for situation in SITUATIONS.values())
    done = subprocess.run(
        [find(PROGRAM), KUSTOMIZATION], input=documents, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(SITUATIONS, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("name", SITUATIONS)
def test_kstatus_comes_to_the_health_that_the_situation_has(name: str) -> None:
    found = judge()[name]
    assert found["kstatus"] == SITUATIONS[name].kstatus, found["message"]


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_expressions_for_flux_come_to_the_health_that_the_situation_has(name: str) -> None:
    assert judge()[name]["exprs"] == SITUATIONS[name].exprs


def test_who_waits_is_told_what_a_person_must_do() -> None:
    found = judge()["stalled: StoreRequired"]
    assert "set spec.store" in found["message"]


def test_the_expressions_are_those_of_our_kind() -> None:
    document: dict[str, Any] = yaml.safe_load(KUSTOMIZATION.read_text())
    (check,) = document["spec"]["healthCheckExprs"]
    assert (check["apiVersion"], check["kind"]) == (f"{GROUP}/{VERSION}", KIND)
