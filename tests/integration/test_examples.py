"""What the operator makes of an example is accepted by a real API server; the full one is fit for strict namespaces."""

import json
from typing import Any

import pytest

from interleaver.api.experiment import Experiment
from interleaver.api.revision import resolve, snapshot
from interleaver.resources.deployment import deployment
from tests.integration.documents import EXAMPLES, Document, load
from tests.integration.kubectl import Kubectl

pytestmark = pytest.mark.cluster

NAMES = [path.stem for path in EXAMPLES]


def make_deployments(document: Document, namespace: str) -> list[dict[str, Any]]:
    """The Deployments of the example's champion and candidate."""
    metadata = document["metadata"] | {"namespace": namespace, "uid": "00000000-0000-0000-0000-000000000000"}
    experiment = Experiment.model_validate({"metadata": metadata, "spec": document["spec"]})
    revisions = [resolve(experiment.spec.champion), *([resolve(c)] if (c := experiment.spec.candidate) else [])]
    shots = [snapshot(revision, experiment.spec.router, "localhost/router:test") for revision in revisions if revision]
    return [deployment(experiment, shot, 1) for shot in shots]


@pytest.mark.parametrize("example", NAMES)
def test_the_deployments_of_an_example_are_accepted(kubectl: Kubectl, example: str) -> None:
    made = make_deployments(load(example), kubectl.namespace)
    assert len(made) == 2
    for manifest in made:
        kubectl.do("apply", "--server-side", "--dry-run=server", "--filename=-", stdin=json.dumps(manifest))


def test_the_full_example_runs_where_pods_must_be_restricted(kubectl: Kubectl) -> None:
    kubectl.do("label", "namespace", kubectl.namespace, "pod-security.kubernetes.io/enforce=restricted")
    for manifest in make_deployments(load("full"), kubectl.namespace):
        assert try_pod(kubectl, manifest["spec"]["template"]) == ""


def test_a_namespace_for_restricted_pods_refuses_those_of_the_minimal_example(kubectl: Kubectl) -> None:
    """Its model has no security context; that the router has one is not enough."""
    kubectl.do("label", "namespace", kubectl.namespace, "pod-security.kubernetes.io/enforce=restricted")
    said = try_pod(kubectl, make_deployments(load(), kubectl.namespace)[0]["spec"]["template"])
    assert 'violates PodSecurity "restricted' in said
    assert '"model"' in said
    assert "interleaver-router" not in said


def try_pod(kubectl: Kubectl, template: Document) -> str:
    """What the API server has against a pod of this template."""
    metadata = template["metadata"] | {"name": "p"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    return kubectl.run("create", "--dry-run=server", "--filename=-", stdin=json.dumps(pod)).err
