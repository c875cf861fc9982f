"""What the operator's ServiceAccount may do on a real API server: what it needs, and nothing else."""

import dataclasses
import json
import time
import uuid
from collections.abc import Iterator

import pytest
import yaml

from tests.cluster import ROOT
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
    "tell replicas from pods that only carry their labels": ["list replicasets.apps", "watch replicasets.apps"],
    "copy the template that an experiment names": ["get podtemplates", "get deployments.apps"],
    "see when others change them": [
        f"watch {children}" for children in ("services", "deployments.apps", "configmaps", "controllerrevisions.apps")
    ],
    "make the routers' keys": ["create secrets"],
    "tell what it did": ["create events.events.k8s.io"],
}
FORBIDDEN = {
    "change what people and Git declare": [f"{verb} {EXPERIMENTS}" for verb in ("create", "update", "patch", "delete")],
    "put a finalizer on an experiment": [f"update {EXPERIMENTS}/finalizers"],
    "find Secrets that nobody named": ["list secrets", "watch secrets"],
    "read or change a Secret that nobody gave it": ["get secrets", "patch secrets"],
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
    "find or change templates that nobody named": [
        f"{verb} podtemplates" for verb in ("list", "watch", "create", "patch", "delete")
    ],
    "watch what tells it nothing": ["watch events.events.k8s.io"],
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
    found = [d for d in yaml.safe_load_all(OPERATOR_FILE.read_text()) if d["kind"] != "Deployment"]
    documents = [rename(document, name) for document in found]
    for document in documents:
        assert inside.apply(document).ok
    yield f"system:serviceaccount:{name}:{name}"
    for document in documents[::-1]:
        inside.do("delete", document["kind"].lower(), document["metadata"]["name"], "--wait=false")


def rename(document: Document, name: str) -> Document:
    """The document with its name and namespace, and those it refers to, replaced."""
    text = json.dumps(document)
    for known, own in {"system": name, "operator": name, "operator-secrets": f"{name}-secrets"}.items():
        text = text.replace(f'"interleaver-{known}"', f'"{own}"')
    renamed: Document = json.loads(text)
    return renamed


def review(administrator: Kubectl, user: str, actions: list[str], place: str = "default") -> dict[str, bool]:
    """Whether the user may do each action, a verb and a resource (`#name`: the one of that name), in a namespace: one
    of somebody else's by default."""
    questions = yaml.safe_dump_all(describe(user, action, place) for action in actions)
    answers = administrator.do(
        "create", "--filename=-", '--output=jsonpath={.status.allowed}{"\\n"}', stdin=questions
    ).split()
    return {action: answer == "true" for action, answer in zip(actions, answers, strict=True)}


def describe(user: str, action: str, place: str) -> Document:
    """A question to the API server's authorizer."""
    action, _, name = action.partition("#")
    verb, _, rest = action.partition(" ")
    rest, _, subresource = rest.partition("/")
    resource, _, group = rest.partition(".")
    attributes = {"namespace": place, "verb": verb, "group": group, "resource": resource}
    attributes |= {"subresource": subresource, "name": name}
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


def test_a_namespace_gives_its_secrets_and_no_others(administrator: Kubectl, account: str) -> None:
    name, actions = account.split(":")[2], ["get secrets", "patch secrets"]
    inside = dataclasses.replace(administrator, namespace=name)
    inside.do("create", "rolebinding", "secrets", f"--clusterrole={name}-secrets", f"--serviceaccount={name}:{name}")
    end = time.monotonic() + 30
    while not all(review(administrator, account, actions, name).values()):
        assert time.monotonic() < end, "the binding does not count after half a minute"
    assert not any(review(administrator, account, ["list secrets", "delete secrets"], name).values())
    assert not any(review(administrator, account, actions).values())


OF_GATES = ["get jobs.batch", "create jobs.batch", "delete jobs.batch", "get pods/log"]


def test_gates_give_it_jobs_and_logs_and_nothing_else(administrator: Kubectl, account: str) -> None:
    role, binding = yaml.safe_load_all((ROOT / "deploy" / "gates.yaml").read_text())
    assert {action for rule in role["rules"] for action in spell(rule)} == set(OF_GATES)
    assert not any(review(administrator, account, OF_GATES).values())
    name = account.split(":")[2]
    documents = [
        json.loads(json.dumps(one).replace("interleaver-operator-gates", f"{name}-gates")) for one in (role, binding)
    ]
    for document in (rename(one, name) for one in documents):
        assert administrator.apply(document).ok
    end = time.monotonic() + 30
    while not all(review(administrator, account, OF_GATES).values()):
        assert time.monotonic() < end, "the binding does not count after half a minute"
    others = ["list jobs.batch", "watch jobs.batch", "patch jobs.batch", "create pods", "create pods/exec"]
    assert not any(review(administrator, account, others).values())
    administrator.do("delete", "clusterrolebinding,clusterrole", f"{name}-gates", "--wait=false")


def test_it_may_hold_its_lease_in_its_own_namespace_and_touch_no_other(administrator: Kubectl, account: str) -> None:
    # Both, the namespace and the Lease, are named after the operator.
    name, leases = account.split(":")[2], "leases.coordination.k8s.io"
    needed = [f"create {leases}", f"get {leases}#{name}", f"patch {leases}#{name}"]
    assert all(review(administrator, account, needed, name).values())
    assert not any(review(administrator, account, needed, "kube-system").values())
    others = [f"{verb} {leases}" for verb in ("get", "patch", "update", "delete", "list", "watch")]
    assert not any(review(administrator, account, [*others, f"delete {leases}#{name}"], name).values())


def test_the_role_grants_nothing_that_is_not_needed() -> None:
    roles = [d for d in yaml.safe_load_all(OPERATOR_FILE.read_text()) if d["kind"] == "ClusterRole"]
    (role,) = (role for role in roles if role["metadata"]["name"] == "interleaver-operator")
    assert {action for rule in role["rules"] for action in spell(rule)} == {a for some in NEEDED.values() for a in some}
    (own,) = (d for d in yaml.safe_load_all(OPERATOR_FILE.read_text()) if d["kind"] == "Role")
    assert [(list(spell(rule)), rule.get("resourceNames")) for rule in own["rules"]] == [
        (["create leases.coordination.k8s.io"], None),
        (["get leases.coordination.k8s.io", "patch leases.coordination.k8s.io"], ["interleaver-operator"]),
    ]


def spell(rule: Document) -> Iterator[str]:
    """A rule's actions, written as in the tables above."""
    for group in rule["apiGroups"]:
        for resource in rule["resources"]:
            plural, slash, subresource = resource.partition("/")
            place = f"{plural}.{group}" if group else plural
            yield from (f"{verb} {place}{slash}{subresource}" for verb in rule["verbs"])
