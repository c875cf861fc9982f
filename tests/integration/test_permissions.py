"""What the operator's ServiceAccount may do on a real API server: what it needs, and nothing else."""

import dataclasses
import json
import uuid
from collections.abc import Iterator

import pytest
import yaml

from tests.integration.documents import OPERATOR_FILE, Document
from tests.integration.kubectl import Kubectl

pytestmark = pytest.mark.cluster

EXPERIMENTS = "interleavingexperiments.interleaver.dev"
NEEDED = {
    "follow the experiments": [f"{verb} {EXPERIMENTS}" for verb in ("get", "list", "watch")],
    "write their status": [f"patch {EXPERIMENTS}/status"],
    "find the routers' pods": ["list pods", "watch pods"],
    "make the kubelet renew a mount": ["patch pods"],
    "keep its children as they should be": [
        f"{verb} {children}"
        for children in ("services", "deployments.apps", "configmaps", "controllerrevisions.apps")
        for verb in ("get", "list", "create", "patch", "delete")
    ],
    "see when others change them": ["watch services", "watch deployments.apps"],
    "make the routers' keys": ["create secrets"],
    "read the Secrets that experiments name": ["get secrets"],
    "give routers what they hold": ["patch secrets"],
    "tell what it did": ["create events.events.k8s.io"],
}
FORBIDDEN = {
    "change what people and Git declare": [f"{verb} {EXPERIMENTS}" for verb in ("create", "update", "patch", "delete")],
    "put a finalizer on an experiment": [f"update {EXPERIMENTS}/finalizers"],
    "find Secrets that nobody named": ["list secrets", "watch secrets"],
    "remove a Secret": ["update secrets", "delete secrets", "deletecollection secrets"],
    "make or kill pods itself": ["create pods", "delete pods", "create pods/eviction", "create pods/exec"],
    "read what a model logs": ["get pods/log"],
    "act as somebody else": ["create serviceaccounts/token", "impersonate users", "impersonate serviceaccounts"],
    "widen its own rights": [
        "create clusterroles.rbac.authorization.k8s.io",
        "bind clusterroles.rbac.authorization.k8s.io",
        "escalate clusterroles.rbac.authorization.k8s.io",
        "create rolebindings.rbac.authorization.k8s.io",
    ],
    "see or change CRDs": [f"{verb} customresourcedefinitions.apiextensions.k8s.io" for verb in ("get", "patch")],
    "watch what tells it nothing": ["watch configmaps", "watch controllerrevisions.apps", "watch events.events.k8s.io"],
    "touch other workloads": ["list statefulsets.apps", "create daemonsets.apps", "create jobs.batch"],
    "look at the cluster": ["list nodes", "list namespaces", "get nodes/proxy", "list persistentvolumes"],
    "remove whole collections": [
        "deletecollection services",
        "deletecollection deployments.apps",
        "deletecollection configmaps",
    ],
}


@pytest.fixture(scope="module")
def account(administrator: Kubectl) -> Iterator[str]:
    """The user name of a ServiceAccount with the rights of deploy/operator.yaml, in a namespace of its own."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    inside = dataclasses.replace(administrator, namespace=name)
    documents = [d for d in yaml.safe_load_all(OPERATOR_FILE.read_text()) if d["kind"] != "Deployment"]
    for document in documents:
        assert inside.apply(rename(document, name)).ok
    yield f"system:serviceaccount:{name}:{name}"
    for document in documents[::-1]:
        inside.do("delete", document["kind"].lower(), name, "--wait=false")


def rename(document: Document, name: str) -> Document:
    """The document with its name and namespace, and those it refers to, replaced."""
    text = json.dumps(document)
    for known in ("interleaver-system", "interleaver-operator"):
        text = text.replace(f'"{known}"', f'"{name}"')
    renamed: Document = json.loads(text)
    return renamed


def review(administrator: Kubectl, user: str, actions: list[str]) -> dict[str, bool]:
    """Whether the user may do each action, a verb and a resource, in a namespace of somebody else's."""
    questions = yaml.safe_dump_all(describe(user, action) for action in actions)
    answers = administrator.do(
        "create", "--filename=-", '--output=jsonpath={.status.allowed}{"\\n"}', stdin=questions
    ).split()
    return {action: answer == "true" for action, answer in zip(actions, answers, strict=True)}


def describe(user: str, action: str) -> Document:
    """A question to the API server's authorizer."""
    verb, _, rest = action.partition(" ")
    rest, _, subresource = rest.partition("/")
    resource, _, group = rest.partition(".")
    attributes = {"namespace": "default", "verb": verb, "group": group, "resource": resource}
    attributes |= {"subresource": subresource}
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{user.split(':')[2]}", "system:authenticated"]
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "metadata": {},
        "spec": {"user": user, "groups": groups, "resourceAttributes": attributes},
    }


@pytest.mark.parametrize("purpose", NEEDED)
def test_the_operator_may(administrator: Kubectl, account: str, purpose: str) -> None:
    allowed = review(administrator, account, NEEDED[purpose])
    assert [action for action, yes in allowed.items() if not yes] == []


@pytest.mark.parametrize("purpose", FORBIDDEN)
def test_the_operator_may_not(administrator: Kubectl, account: str, purpose: str) -> None:
    allowed = review(administrator, account, FORBIDDEN[purpose])
    assert [action for action, yes in allowed.items() if yes] == []


def test_the_role_grants_nothing_that_is_not_needed() -> None:
    (role,) = (d for d in yaml.safe_load_all(OPERATOR_FILE.read_text()) if d["kind"] == "ClusterRole")
    assert {action for rule in role["rules"] for action in spell(rule)} == {a for some in NEEDED.values() for a in some}


def spell(rule: Document) -> Iterator[str]:
    """A rule's actions, written as in the tables above."""
    for group in rule["apiGroups"]:
        for resource in rule["resources"]:
            plural, slash, subresource = resource.partition("/")
            place = f"{plural}.{group}" if group else plural
            yield from (f"{verb} {place}{slash}{subresource}" for verb in rule["verbs"])
