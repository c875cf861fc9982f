"""`kubectl interleaver diagnose` on a real API server, of an experiment whose operator and pods are not there."""

import json

import pytest

from tests.builders import make_running_world
from tests.cluster import Cluster
from tests.integration.plugin import Person
from tests.integration.shield import Shield

pytestmark = pytest.mark.cluster

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "feed-1", "labels": {"interleaver.dev/experiment": "home-feed"}},
    "spec": {"nodeSelector": {"interleaver.test/node": "none"}, "containers": [{"name": "model", "image": "none"}]},
}


def test_what_is_missing_is_told_line_by_line_and_the_exit_code_says_that_something_is(
    cluster: Cluster, namespace: str, shield: Shield
) -> None:
    shield.put_over(namespace)
    person = Person(cluster, namespace)
    person.put(make_running_world())
    code, said = person.run("diagnose", "home-feed")
    assert (code, said.err) == (1, "")
    lines = said.out.splitlines()
    assert (
        "FAIL  service            there is no Service 'home-feed': the operator makes it once what serves is Ready"
        in lines
    )
    assert "FAIL  pods               the experiment has no pods" in lines
    assert "OK    events             no warning about the experiment or its pods" in lines
    assert any(line.startswith("OK    clock") for line in lines)
    person.kubectl("create", "-f", "-", stdin=json.dumps(POD))
    patch = json.dumps({"status": {"phase": "Running", "podIP": "10.244.9.9"}})
    person.kubectl("patch", "pod", "feed-1", "--subresource=status", "--type=merge", f"-p={patch}")
    code, said = person.run("diagnose", "home-feed", "-o", "json")
    found = {line["topic"]: line for line in json.loads(said.out) if line["level"] == "FAIL"}
    assert found["routers"]["words"].startswith("feed-1 does not show its metrics: ")
    code, said = person.run("diagnose", "home-feed", "--request", "/nowhere")
    assert (code, said.err.startswith("error: the request /nowhere cannot be read")) == (1, True)
