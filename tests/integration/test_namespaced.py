"""The installation for one namespace, deploy/namespaced: the operator with that Role and no other right."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster import Cluster
from tests.integration.documents import change
from tests.integration.test_controller_program import Stage, make_document, owned, stage, until
from tests.namespaced import list_documents

pytestmark = pytest.mark.cluster

__all__ = ["stage"]
NAME = "interleaver-operator"


@pytest.fixture
def confined(stage: Stage, tmp_path: Path) -> Stage:
    """An operator that is the ServiceAccount of deploy/namespaced, applied as its own page says."""
    documents = list_documents(stage.cluster, stage.namespace, tmp_path / "namespaced")
    for document in documents:
        if document["kind"] != "Deployment":  # the program is a child of this test
            stage.apply(document)
    stage.kubeconfig = write_credentials(stage.cluster, stage.namespace, tmp_path / "kubeconfig")
    return stage


def write_credentials(cluster: Cluster, namespace: str, file: Path) -> Path:
    """A kubeconfig of the ServiceAccount."""
    settings: dict[str, Any] = yaml.safe_load(cluster.kubeconfig.read_text())
    token = cluster.kubectl("-n", namespace, "create", "token", NAME).strip()
    settings["users"] = [{"name": user["name"], "user": {"token": token}} for user in settings["users"]]
    file.write_text(yaml.safe_dump(settings))
    return file


def test_an_operator_with_rights_in_one_namespace_does_all_its_work_there(confined: Stage) -> None:
    confined.apply(make_document())
    confined.start()
    until(lambda: owned(confined), "every child")
    until(lambda: "ErrImageNeverPull" in json.dumps(confined.experiment()["status"]), "the kubelet's words")
    confined.kubectl("delete", "service", "home-feed")
    until(lambda: "Service/home-feed" in confined.children(), "the entry Service")
    assert confined.stop() == 0
    assert "forbidden" not in confined.log.read_text()


def test_it_may_hold_its_lease_there(confined: Stage) -> None:
    confined.settings = {"INTERLEAVER_LEASE_NAMESPACE": confined.namespace}
    confined.start()
    until(lambda: "leading as=" in confined.log.read_text(), "the lead")
    assert confined.get("lease", NAME)["spec"]["holderIdentity"]
    assert confined.stop() == 0
    assert confined.get("lease", NAME)["spec"].get("holderIdentity", "") == ""
    assert "forbidden" not in confined.log.read_text()


def list_secrets(stage: Stage) -> list[str]:
    return [one["metadata"]["name"] for one in stage.get("secrets")["items"]]


def test_a_secret_that_an_experiment_names_is_used_once_the_operator_may(confined: Stage) -> None:
    confined.kubectl("create", "secret", "generic", "votes", "--from-literal=url=redis://votes.shop:6379/0")
    confined.kubectl("label", "secret", "votes", "interleaver.dev/use=store")
    confined.apply(change(make_document(), "spec.store", {"urlSecretRef": {"name": "votes", "key": "url"}}))
    confined.start()
    until(lambda: confined.condition("Stalled").get("reason") == "SecretNotUsable", "SecretNotUsable")
    assert "docs/how-to/let-the-operator-use-secrets.md" in confined.condition("Stalled")["message"]
    allowed = ("--verb=get,patch", "--resource=secrets", "--resource-name=votes", "--resource-name=home-feed-store")
    confined.kubectl("create", "role", "votes", *allowed)
    confined.kubectl("create", "rolebinding", "votes", "--role=votes", f"--serviceaccount={confined.namespace}:{NAME}")
    until(lambda: not confined.condition("Stalled"), "the end of SecretNotUsable")
    until(lambda: "home-feed-store" in list_secrets(confined), "the copy")
    assert confined.get("secret", "home-feed-store")["data"] == confined.get("secret", "votes")["data"]


def test_a_template_that_an_experiment_refers_to_is_copied(confined: Stage) -> None:
    document = make_document()
    template = document["spec"]["champion"]["source"]["template"]
    head = {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "feed-v41"}}
    confined.apply(head | {"template": template})
    confined.apply(change(document, "spec.champion.source", {"podTemplateRef": {"name": "feed-v41"}}))
    confined.start()
    until(lambda: owned(confined), "every child")
    assert confined.stop() == 0
    assert "forbidden" not in confined.log.read_text()
