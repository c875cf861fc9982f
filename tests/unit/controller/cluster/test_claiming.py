"""What is applied is ours or was not there, whatever happens between the reading and the apply."""

import asyncio
from copy import deepcopy
from typing import Any

import pytest

from interleaver.api.observed import Clash
from interleaver.controller.cluster.claiming import claim
from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import ClusterError
from interleaver.resources.metadata import child, stamp
from tests.builders import make_experiment
from tests.unit.controller.fakes import FakeCluster

EXPERIMENT = make_experiment()
WANTED = stamp(child(EXPERIMENT.metadata, "v1", "ConfigMap", "feed-router") | {"data": {"a": "1"}})
FOREIGN: dict[str, Any] = {
    "kind": "ConfigMap",
    "metadata": {"name": "feed-router", "namespace": "shop"},
    "data": {"b": "2"},
}


def take(cluster: FakeCluster, live: dict[str, Any] | None = None) -> dict[str, Any] | Clash:
    return asyncio.run(claim(cluster, EXPERIMENT, WANTED, live))  # type: ignore[arg-type]


def stored(cluster: FakeCluster) -> dict[str, Any]:
    (found,) = cluster.of_kind("ConfigMap")
    return found


def test_what_is_not_there_is_made() -> None:
    cluster = FakeCluster()
    take(cluster)
    assert stored(cluster)["data"] == {"a": "1"}
    assert cluster.requests == [("apply", "ConfigMap", "feed-router")]


def test_what_is_ours_is_made_as_it_should_be() -> None:
    cluster = FakeCluster()
    live = cluster.put(WANTED | {"data": {"a": "0"}})
    take(cluster, live)
    assert stored(cluster)["data"] == {"a": "1"}


def test_what_is_ours_and_was_not_found_by_its_labels_is_made_as_it_should_be() -> None:
    cluster = FakeCluster()
    cluster.put(WANTED | {"metadata": WANTED["metadata"] | {"labels": {}}})
    take(cluster)
    assert stored(cluster)["data"] == {"a": "1"}
    assert stored(cluster)["metadata"]["labels"] == WANTED["metadata"]["labels"]


def test_what_somebody_else_made_is_left_alone_and_told() -> None:
    cluster = FakeCluster()
    before = deepcopy(cluster.put(FOREIGN))
    assert take(cluster) == Clash("ConfigMap", "feed-router")
    assert stored(cluster) == before


def test_what_took_the_name_of_ours_meanwhile_is_left_alone_and_no_denial() -> None:
    cluster = FakeCluster()
    ours = cluster.put(WANTED | {"data": {"a": "0"}})
    foreign = deepcopy(cluster.put(FOREIGN | {"metadata": FOREIGN["metadata"] | {"uid": "another"}}))
    with pytest.raises(ClusterError) as caught:
        take(cluster, ours | {"metadata": ours["metadata"] | {"uid": "ours"}})
    assert not is_denied(caught.value)
    assert stored(cluster) == foreign


def test_what_went_meanwhile_is_not_made_in_the_form_that_it_had() -> None:
    cluster = FakeCluster()
    with pytest.raises(ClusterError) as caught:
        take(cluster, WANTED | {"metadata": WANTED["metadata"] | {"uid": "ours"}})
    assert caught.value.code == 409
    assert cluster.of_kind("ConfigMap") == []


def test_what_came_and_went_at_once_is_a_failure_that_passes() -> None:
    cluster = FakeCluster(failures={1: ClusterError(409, "the object has been modified")})
    with pytest.raises(ClusterError) as caught:
        take(cluster)
    assert not is_denied(caught.value)


@pytest.mark.parametrize("kind", ["ConfigMap", "Service", "Secret"])
def test_what_somebody_wrote_after_it_was_read_is_not_written_over(kind: str) -> None:
    """By an operator that was paused, for example, and does not know yet that another one leads."""
    cluster = FakeCluster()
    wanted = WANTED | {"kind": kind}
    read = deepcopy(cluster.put(wanted | {"data": {"a": "0"}}))
    cluster.put(wanted | {"data": {"a": "2"}})
    with pytest.raises(ClusterError) as caught:
        asyncio.run(claim(cluster, EXPERIMENT, wanted, read))  # type: ignore[arg-type]
    assert caught.value.code == 409
    assert cluster.of_kind(kind)[0]["data"] == {"a": "2"}


def test_a_deployment_that_changes_with_every_pod_is_applied_all_the_same() -> None:
    cluster = FakeCluster()
    wanted = WANTED | {"kind": "Deployment", "spec": {"template": {"spec": {"containers": [{}]}}}}
    read = deepcopy(cluster.put(wanted | {"data": {"a": "0"}}))
    cluster.put(cluster.of_kind("Deployment")[0] | {"status": {"readyReplicas": 1}})
    asyncio.run(claim(cluster, EXPERIMENT, wanted, read))  # type: ignore[arg-type]
    assert cluster.of_kind("Deployment")[0]["data"] == {"a": "1"}
