"""The identity of a revision, and the plan of a run."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from interleaver.api.plan import Plan, freeze
from interleaver.api.references import fill
from interleaver.api.revision import HASH_LENGTH, Identity, Revision, digest, resolve, snapshot
from interleaver.api.v1alpha1 import Spec
from tests.builders import make_source, make_spec, make_template

REVISION = Revision(name="v41", port=9000, template=make_template())
CHAMPION, CANDIDATE = Identity(revision="v41", hash="aa"), Identity(revision="v42", hash="bb")


def make_plan(**changes: Any) -> Plan:
    return freeze(Spec.model_validate(make_spec(**changes)), CHAMPION, CANDIDATE)


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert digest({"a": [1, 2]}) != digest({"a": [2, 1]})


def test_a_hash_is_part_of_a_legal_name() -> None:
    assert len(REVISION.hash) == HASH_LENGTH
    assert set(REVISION.hash) <= set("0123456789abcdef")


@pytest.mark.parametrize("change", [{"name": "v42"}, {"port": 9001}, {"template": make_template("localhost/model:2")}])
def test_a_revision_with_another_name_port_or_template_has_another_hash(change: dict[str, Any]) -> None:
    assert REVISION.model_copy(update=change).hash != REVISION.hash


def test_the_router_is_no_part_of_a_revision() -> None:
    spec = Spec.model_validate(make_spec())
    first = snapshot(REVISION, spec.router, "localhost/router:1")
    second = snapshot(REVISION, spec.router.model_copy(update={"port": 18080}), "localhost/router:2")
    assert first.hash == second.hash == REVISION.hash
    assert (first.sidecar.image, second.sidecar.image, second.sidecar.port) == (
        "localhost/router:1",
        "localhost/router:2",
        18080,
    )


def test_a_source_with_a_template_is_a_revision() -> None:
    champion = Spec.model_validate(make_spec()).champion
    revision = resolve(champion)
    assert revision is not None
    assert (revision.name, revision.port, revision.template) == ("v41", 9000, champion.source.template)


def test_a_reference_is_no_revision_until_it_is_filled_in() -> None:
    source = make_source("v41") | {"source": {"podTemplateRef": {"name": "feed"}}}
    spec = Spec.model_validate(make_spec(champion=source))
    assert resolve(spec.champion) is None
    given = Spec.model_validate(make_spec())
    assert resolve(fill(spec, {"champion": make_template("localhost/model:v41")}).champion) == resolve(given.champion)


@pytest.mark.parametrize("name", ["../../till/deployments/feed", "feed/status", "feed?watch=1", "Feed", ""])
def test_a_reference_leads_nowhere_else(name: str) -> None:
    source = make_source("v41") | {"source": {"deploymentRef": {"name": name}}}
    with pytest.raises(ValidationError):
        Spec.model_validate(make_spec(champion=source))


def test_a_plan_survives_the_status() -> None:
    plan = make_plan()
    again = Plan.model_validate(json.loads(json.dumps(plan.to_dict())))
    assert (again, again.hash) == (plan, plan.hash)


@pytest.mark.parametrize(
    "change",
    [
        {"analysis": {"alpha": "0.1"}},
        {"traffic": {"steps": [{"percent": 100}]}},
        {"metrics": {"interval": "5s"}},
        {"promotion": {"rollbackWindow": "2h"}},
        {"router": {"candidateTimeout": "200ms"}},
        {"contract": make_spec()["contract"] | {"depth": 20}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_decides_a_run_is_in_its_plan(change: dict[str, Any]) -> None:
    assert make_plan(**change).hash != make_plan().hash


@pytest.mark.parametrize("change", [{"historyLimit": 3}, {"service": {"name": "home-feed", "port": 8080}}])
def test_what_does_not_decide_a_run_is_not_in_its_plan(change: dict[str, Any]) -> None:
    assert make_plan(**change).hash == make_plan().hash
