"""What the API server does to an experiment when it stores it: defaults, pruning, merging."""

import pytest

from interleaver.api.v1alpha1 import Spec
from tests.integration.documents import EXAMPLES, change, load
from tests.integration.kubectl import Kubectl

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("example", [path.stem for path in EXAMPLES])
def test_the_api_server_fills_in_the_defaults_of_the_model(kubectl: Kubectl, example: str) -> None:
    document = load(example)
    kubectl.apply(document)
    stored = kubectl.experiment(document["metadata"]["name"])["spec"]
    assert stored == Spec.model_validate(document["spec"]).to_dict()


def test_an_object_given_in_part_gets_the_rest_of_its_defaults(kubectl: Kubectl) -> None:
    kubectl.apply(change(load(), "spec.analysis", {"alpha": "0.1"}))
    analysis = kubectl.experiment()["spec"]["analysis"]
    assert (analysis["alpha"], analysis["margin"], analysis["window"]) == ("0.1", "0.02", "336h")


def test_an_unknown_field_is_refused_with_its_name(kubectl: Kubectl) -> None:
    result = kubectl.apply(change(load(), "spec.analysis.apha", "0.1"))
    assert not result.ok
    assert 'unknown field "spec.analysis.apha"' in result.err


def test_an_unknown_field_is_dropped_when_validation_is_off(kubectl: Kubectl) -> None:
    kubectl.apply(change(load(), "spec.analysis.apha", "0.1"), "--validate=ignore")
    assert "apha" not in kubectl.experiment()["spec"]["analysis"]


def test_a_pod_template_is_stored_as_it_was_given(kubectl: Kubectl) -> None:
    template = load()["spec"]["champion"]["source"]["template"]
    template["spec"] |= {"aFieldOfTomorrow": {"nested": [1, "two"]}}
    kubectl.apply(change(load(), "spec.champion.source.template", template))
    assert kubectl.experiment()["spec"]["champion"]["source"]["template"] == template


def test_a_quantity_may_be_a_number_or_text(kubectl: Kubectl) -> None:
    kubectl.apply(change(load(), "spec.router.resources", {"requests": {"cpu": 1, "memory": "64Mi"}}))
    stored = kubectl.experiment()["spec"]["router"]["resources"]["requests"]
    assert stored == {"cpu": 1, "memory": "64Mi"}


def test_two_guardrails_of_one_name_are_refused(kubectl: Kubectl) -> None:
    twice = [{"name": "errors", "metric": "ErrorRatio", "max": "0.02"}] * 2
    result = kubectl.apply(change(load(), "spec.guardrails", twice))
    assert not result.ok
    assert "Duplicate value" in result.err


def test_applying_the_same_again_changes_nothing(kubectl: Kubectl) -> None:
    kubectl.apply(load())
    before = kubectl.experiment()["metadata"]
    assert "unchanged" in kubectl.apply(load()).out
    after = kubectl.experiment()["metadata"]
    assert (before["generation"], before["resourceVersion"]) == (after["generation"], after["resourceVersion"])


@pytest.mark.parametrize("missing", ["service", "champion", "contract"])
def test_what_has_no_default_must_be_given(unwatched: Kubectl, missing: str) -> None:
    result = unwatched.apply(change(load(), f"spec.{missing}", None), "--dry-run=server")
    assert not result.ok
    assert f"spec.{missing}: Required value" in result.err


def test_an_experiment_without_a_spec_is_refused(unwatched: Kubectl) -> None:
    result = unwatched.apply(change(load(), "spec", None), "--dry-run=server")
    assert not result.ok
    assert "spec: Required value" in result.err


# One value out of bounds for each kind of bound, with the API server's words.
OUT_OF_BOUNDS = [
    ("a revision's name of 31 characters", "spec.candidate.revision", "v" * 31, "may not be more than 30"),
    ("a revision's name in capitals", "spec.candidate.revision", "V42", "should match"),
    ("no pods", "spec.replicas", 0, "should be greater than or equal to 1"),
    ("too deep a list", "spec.contract.depth", 201, "should be less than or equal to 200"),
    ("too few planned votes", "spec.analysis.plannedVotes", 599, "should be greater than or equal to 600"),
    ("a number where text is wanted", "spec.analysis.alpha", 0.05, "must be of type string"),
    ("a percentage", "spec.analysis.alpha", "5%", "should match"),
    ("a duration in days", "spec.analysis.window", "14d", "should match"),
    ("a duration without a unit", "spec.metrics.interval", "30", "should match"),
    ("a pointer without a slash", "spec.contract.items", "items", "should match"),
    ("a path that is not percent-encoded", "spec.contract.path", "/caf\u00e9", "should match"),
    ("a path without a slash", "spec.contract.path", "recommend", "should match"),
    ("a service's name with a dot", "spec.service.name", "home.feed", "should match"),
    ("a header with a space", "spec.contract.unit.header", "X User", "should match"),
    ("a mode that does not exist", "spec.promotion.mode", "Sometimes", "Unsupported value"),
    ("a policy that does not exist", "spec.deletionPolicy", "Keep", "Unsupported value"),
    ("no steps", "spec.traffic.steps", [], "should have at least 1 items"),
    ("a step of 0 percent", "spec.traffic.steps", [{"percent": 0}], "should be greater than or equal to 1"),
    ("a step above 100 percent", "spec.traffic.steps", [{"percent": 101}], "should be less than or equal to 100"),
    ("an amount that is none", "spec.router.resources.requests.cpu", "much", "should match"),
    ("a negative amount", "spec.router.resources.requests.cpu", -1, "should be greater than or equal to 0"),
    ("a Secret with a path in its name", "spec.store.urlSecretRef.name", "../votes", "should match"),
    ("a Secret's key with a slash", "spec.feedback.tokenSecretRef.key", "a/b", "should match"),
    ("a privileged port", "spec.router.port", 80, "should be greater than or equal to 1024"),
]


@pytest.mark.parametrize(
    ("path", "value", "words"), [case[1:] for case in OUT_OF_BOUNDS], ids=[case[0] for case in OUT_OF_BOUNDS]
)
def test_the_api_server_refuses(unwatched: Kubectl, path: str, value: object, words: str) -> None:
    result = unwatched.apply(change(load(), path, value), "--dry-run=server")
    assert not result.ok
    assert path in result.err
    assert words in result.err
