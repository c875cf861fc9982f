"""The demo's manifests and images: production settings but for the durations, and a wall between the two images."""

from copy import deepcopy
from typing import Any

import yaml
from demo.cluster import ROOT, fill_manifest, name_values
from demo.shoppers import COUNT
from demo.simulate import RATE, read_resource

from interleaver.api.fields import seconds
from interleaver.api.v1alpha1 import Analysis, Contract, Promotion, Router, Spec, Unit
from interleaver.experiment.orders.refusal import find_refusal


def read_spec(swap: bool = False) -> dict[str, Any]:
    """The spec as it is applied."""
    document: dict[str, Any] = yaml.safe_load(fill_manifest("experiment.yaml", name_values({}, swap)))
    return dict(document["spec"])


def list_containers() -> list[dict[str, Any]]:
    """Every container of the demo."""
    spec, job = read_spec(), yaml.safe_load(fill_manifest("shoppers.yaml", name_values({}, False)))
    templates = [spec[role]["source"]["template"] for role in ("champion", "candidate")] + [job["spec"]["template"]]
    return [container for template in templates for container in template["spec"]["containers"]]


def split_stages(dockerfile: str) -> dict[str, list[str]]:
    """The lines of each stage of a Dockerfile by the stage's name."""
    stages: dict[str, list[str]] = {}
    name = ""
    for line in dockerfile.splitlines():
        if line.startswith("FROM "):
            name = line.split(" AS ")[1]
        if name:
            stages.setdefault(name, []).append(line)
    return stages


def test_the_operator_supports_every_field_that_the_demo_uses() -> None:
    for swap in (False, True):
        assert find_refusal(read_resource(swap).spec) is None


def test_the_demo_uses_no_field_that_the_api_does_not_have() -> None:
    spec = read_spec()
    known = Spec.model_validate(spec).model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    assert known == spec


def test_error_rate_margin_and_votes_are_the_defaults_of_the_api() -> None:
    analysis, default = read_resource(False).spec.analysis, Analysis()
    assert (analysis.alpha, analysis.margin, analysis.minimum_votes) == (
        default.alpha,
        default.margin,
        default.minimum_votes,
    )


def test_only_durations_differ_from_what_the_api_gives_by_default() -> None:
    spec = read_resource(False).spec
    contract = Contract(path="/recommend", unit=Unit(header="X-User-Id"), items="/items", item_id="/id", depth=COUNT)
    assert (spec.router, spec.contract, spec.promotion.mode) == (Router(), contract, Promotion().mode)


def test_champion_and_candidate_differ_in_the_models_name_alone() -> None:
    spec = read_spec()
    candidate = deepcopy(spec["candidate"])
    candidate["revision"] = candidate["source"]["template"]["metadata"]["labels"]["app"] = "popularity"
    candidate["source"]["template"]["spec"]["containers"][0]["args"][1] = "/models/popularity.json"
    assert candidate == spec["champion"]


def test_a_verdict_and_the_rollback_window_fit_into_four_minutes() -> None:
    spec = read_resource(False).spec
    assert seconds(spec.analysis.window) + seconds(spec.promotion.rollback_window) <= 200


def test_shoppers_make_at_least_fifty_requests_a_second_for_longer_than_a_run_can_last() -> None:
    arguments = list_containers()[-1]["args"]
    rate, lasting = float(arguments[1]), float(arguments[3])
    assert (arguments[0], arguments[2]) == ("--rate", "--seconds")
    assert rate == RATE >= 50
    assert lasting > seconds(read_resource(False).spec.analysis.window) + 120


def test_every_container_passes_restricted_pod_security_and_requests_processor_time() -> None:
    for container in list_containers():
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert "cpu" in container["resources"]["requests"]


def test_the_models_image_takes_the_models_lists_and_its_server_and_nothing_else() -> None:
    stages = split_stages((ROOT / "demo" / "Dockerfile").read_text())
    assert [line for line in stages["model"] if line.startswith(("COPY", "ADD", "RUN"))] == [
        "COPY demo/__init__.py demo/model_server.py /app/demo/",
        "COPY --from=trained /trained/models /models",
    ]
    assert stages["model"][0] == "FROM ${BASE} AS model"


def test_only_the_shoppers_image_takes_what_they_liked() -> None:
    stages = split_stages((ROOT / "demo" / "Dockerfile").read_text())
    taking = [name for name, lines in stages.items() if any("/trained/shoppers /" in line for line in lines)]
    assert taking == ["shoppers"]
