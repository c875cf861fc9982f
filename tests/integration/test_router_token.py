"""What the API server itself puts into a pod of a template that asks for its ServiceAccount's token."""

import json
import time

import pytest

from interleaver.api.revision import Revision, snapshot
from interleaver.api.v1alpha1 import Router
from interleaver.resources.deployment import deployment
from tests.builders import ROUTER_IMAGE, make_experiment
from tests.integration.kubectl import Kubectl

pytestmark = pytest.mark.cluster


def test_the_model_gets_the_token_it_asks_for_and_the_router_beside_it_does_not(kubectl: Kubectl) -> None:
    spec = {"automountServiceAccountToken": True, "containers": [{"name": "model", "image": "feed-model:v41"}]}
    made = snapshot(Revision(name="v41", port=9000, template={"spec": spec}), Router(), ROUTER_IMAGE)
    pod = deployment(make_experiment(), made, 1)["spec"]["template"]["spec"]
    document = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "feed"}, "spec": pod}
    end = time.monotonic() + 30
    while not (result := kubectl.apply(document, "--dry-run=server", "--output=json")).ok:
        assert time.monotonic() < end, result.err  # a new namespace has no ServiceAccount at first
        time.sleep(0.2)
    found = json.loads(result.out)["spec"]
    (tokens,) = (volume["name"] for volume in found["volumes"] if "projected" in volume)
    model, router = found["containers"][0], found["initContainers"][-1]
    assert tokens in [mount["name"] for mount in model["volumeMounts"]]
    assert tokens not in [mount["name"] for mount in router["volumeMounts"]]
