"""The API server is asked once whether it takes a template, and its own words are kept."""

import asyncio
from typing import Any

import pytest

from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.controller.observing.templates import Templates
from tests.builders import make_experiment, make_snapshot
from tests.unit.controller.fakes import FakeCluster

UNTYPED = "failed to create typed patch object (shop/feed-x; apps/v1, Kind=Deployment): .spec.template.spec.imge"


def ask(templates: Templates, cluster: FakeCluster, **template: Any) -> str | None:
    shot = make_snapshot()
    shot = shot.model_copy(update={"template": shot.template | template})
    return asyncio.run(templates.denial(cluster, make_experiment(), shot))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (400, "unknown", True),
        (422, "Required value", True),
        (500, UNTYPED, True),
        (500, "etcd is away", False),
        (403, 'deployments.apps "feed-x" is forbidden: exceeded quota: q, requested: count/deployments.apps=1', True),
        (403, 'admission webhook "policy.example.com" denied the request: no image from there', True),
        (403, 'deployments.apps "feed-x" is forbidden: User "system:serviceaccount:a:b" cannot patch', False),
        (403, 'deployments.apps "feed-x" is forbidden: not yet ready to handle request', False),
        (403, "unable to create new content in namespace shop because it is being terminated", False),
        (429, "storage is (re)initializing", False),
        (503, "unavailable", False),
        (0, "no answer", False),
    ],
)
def test_which_failures_will_not_pass_by_themselves(code: int, message: str, expected: bool) -> None:
    assert is_denied(ClusterError(code, message)) is expected


def test_a_template_that_is_taken_is_asked_for_once_a_minute_at_most() -> None:
    cluster = FakeCluster()
    templates = Templates(cluster.clock, 60.0)
    assert [ask(templates, cluster), ask(templates, cluster)] == [None, None]
    assert len(cluster.requests) == 1


def test_a_refusal_is_in_the_api_server_s_words_and_asked_for_again_later() -> None:
    cluster = FakeCluster(refused={"localhost/model:v41": ClusterError(500, UNTYPED)})
    templates = Templates(cluster.clock, 60.0)
    assert [ask(templates, cluster), ask(templates, cluster)] == [UNTYPED, UNTYPED]
    assert len(cluster.requests) == 1
    cluster.refused.clear()
    cluster.clock.pass_by(60)
    assert ask(templates, cluster) is None


def test_no_answer_is_no_refusal_and_is_not_remembered() -> None:
    cluster = FakeCluster(failures={1: ClusterError(503, "down")})
    templates = Templates(cluster.clock, 60.0)
    with pytest.raises(ClusterError):
        ask(templates, cluster)
    assert ask(templates, cluster) is None


def test_a_template_of_which_no_deployment_can_be_made_is_refused_without_asking() -> None:
    cluster = FakeCluster()
    found = ask(Templates(cluster.clock, 60.0), cluster, metadata=["labels"])
    assert found == "not a PodTemplateSpec: 'list' object has no attribute 'get'"
    assert cluster.requests == []
