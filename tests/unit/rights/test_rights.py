"""The comparison of what is granted with what an audit log says, on a few lines of one."""

import json
from typing import Any

import pytest
import yaml

from tests.cluster import ROOT
from tests.rights.calls import read_calls
from tests.rights.findings import compare, find_uses, write_table
from tests.rights.granted import Document, find_excess, read_rights
from tests.rights.purposes import find_unserved

USER = "system:serviceaccount:interleaver-system:interleaver-operator"
BY_US = 'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "interleaver-operator" to ServiceAccount "o"'
DEPLOYED = sorted(ROOT.glob("deploy/**/operator.yaml"))


def make_role(*rules: Document, kind: str = "ClusterRole", namespace: str | None = None) -> Document:
    metadata = {"name": "interleaver-operator"} | ({"namespace": namespace} if namespace else {})
    return {"kind": kind, "metadata": metadata, "rules": list(rules)}


def make_rule(resource: str, *verbs: str, group: str = "", **more: Any) -> Document:
    return {"apiGroups": [group], "resources": [resource], "verbs": list(verbs), **more}


def make_line(verb: str, resource: str = "pods", code: int = 200, allowed: bool = True, **changes: Any) -> str:
    """A line of an audit log; `changes` replace what stands in its objectRef."""
    notes = {"authorization.k8s.io/decision": "allow" if allowed else "forbid"}
    event = {
        "auditID": f"{verb} {resource} {code} {changes}",
        "verb": verb,
        "requestURI": f"/api/v1/{resource}?limit=1",
        "user": {"username": USER},
        "objectRef": {"resource": resource, "namespace": "shop", "name": "feed"} | changes,
        "responseStatus": {"code": code},
        "annotations": notes | ({"authorization.k8s.io/reason": BY_US} if allowed else {}),
    }
    return json.dumps(event) + "\n"


def judge(role: Document, *lines: str, unused: Any = None, refused: Any = None) -> list[str]:
    return compare(read_rights([role]), read_calls(lines, USER), unused or {}, refused or {})


def test_a_right_that_is_used_is_right() -> None:
    assert judge(make_role(make_rule("pods", "get")), make_line("get")) == []


def test_a_right_that_no_call_used_is_named_with_its_role_and_file() -> None:
    (said,) = judge(make_role(make_rule("pods", "get", "patch")), make_line("get"))
    assert "'patch pods'" in said
    assert "ClusterRole interleaver-operator" in said
    assert "deploy/operator.yaml" in said
    assert "hack/rights.py" in said


@pytest.mark.parametrize(
    "other",
    [{"namespace": "other"}, {"name": "other"}, {"apiGroup": "apps"}, {"subresource": "status"}],
    ids=lambda other: next(iter(other)),
)
def test_a_call_elsewhere_uses_no_right_that_is_narrower(other: dict[str, Any]) -> None:
    rule = make_rule("pods", "get", resourceNames=["feed"])
    role = make_role(rule, kind="Role", namespace="shop")
    assert judge(role, make_line("get")) == []
    assert judge(role, make_line("get", **other)) != []


def test_a_subresource_is_granted_by_itself() -> None:
    assert judge(make_role(make_rule("pods/status", "patch")), make_line("patch", subresource="status")) == []


def test_an_apply_that_creates_needs_both_verbs_and_one_that_changes_only_its_own() -> None:
    role = make_role(make_rule("pods", "create", "patch"))
    assert judge(role, make_line("patch", code=201)) == []
    assert "'create pods'" in judge(role, make_line("patch"))[0]


def test_a_refused_call_is_named_and_uses_nothing() -> None:
    unused, refused = judge(make_role(make_rule("pods", "get")), make_line("get", code=403, allowed=False))
    assert "'get pods'" in unused
    assert "'get pods in shop'" in refused


def test_what_admission_denies_is_no_refusal() -> None:
    assert judge(make_role(make_rule("pods", "get")), make_line("get", code=403)) == []


def test_what_is_refused_by_design_is_no_fault_and_an_entry_for_nothing_is() -> None:
    role, line = make_role(make_rule("pods", "get")), make_line("get")
    refusal = make_line("list", "secrets", code=403, allowed=False)
    assert judge(role, line, refusal, refused={"list secrets": "why"}) == []
    (said,) = judge(role, line, refused={"list secrets": "why"})
    assert "'list secrets' was not refused" in said


def test_a_right_that_cannot_be_driven_has_its_reason_and_one_that_is_used_by_now_needs_none() -> None:
    role = make_role(make_rule("pods", "get", "patch"))
    assert judge(role, make_line("get"), unused={"patch pods": "why"}) == []
    (said,) = judge(role, make_line("get"), make_line("patch"), unused={"patch pods": "why"})
    assert "'patch pods' is used by now" in said


def test_a_reason_for_a_right_that_is_gone_is_stale() -> None:
    (said,) = judge(make_role(make_rule("pods", "get")), make_line("get"), unused={"patch pods": "why"})
    assert "'patch pods' is not granted any more" in said


def test_a_call_that_another_role_allowed_is_strange_and_discovery_is_not() -> None:
    role, line = make_role(make_rule("pods", "get")), make_line("get")
    others = make_line("list").replace("interleaver-operator\\", "view\\")
    assert "not by a role of ours" in judge(role, line, others)[0]
    known = make_line("list").replace("interleaver-operator\\", "system:discovery\\")
    assert judge(role, line, known) == []


def test_a_purpose_that_no_call_served_is_named_and_a_refused_call_serves_none() -> None:
    purposes = {("get", "secrets", "votes"): "the store's URL", ("get", "secrets", "monitoring"): "the token"}
    lines = [make_line("get", "secrets", name="votes"), make_line("get", "secrets", 403, False, name="monitoring")]
    assert find_unserved(purposes, read_calls(lines, USER)) == ["the token"]


def test_a_watch_that_is_logged_twice_and_calls_of_others_count_as_they_are() -> None:
    line = make_line("watch")
    calls = read_calls([line, line, line.replace(USER, "somebody").replace("watch pods", "other")], USER)
    assert [call.verb for call in calls] == ["watch"]


def test_the_table_has_every_right_with_its_calls_and_places() -> None:
    rights = read_rights([make_role(make_rule("pods", "get", "patch"))])
    table = write_table(find_uses(rights, read_calls([make_line("get")], USER))).splitlines()
    assert [line.split()[0] for line in table[1:]] == ["get", "patch"]
    assert table[1].split()[-2:] == ["1", "shop"]
    assert table[2].split()[-2:] == ["0", "-"]


@pytest.mark.parametrize(
    "rule",
    [
        make_rule("pods", "*"),
        make_rule("*", "get"),
        make_rule("pods", "get", group="*"),
        make_rule("secrets", "list"),
        make_rule("secrets", "get", "watch"),
        {"nonResourceURLs": ["/metrics"], "verbs": ["get"]},
    ],
    ids=str,
)
def test_a_star_a_path_and_all_secrets_at_once_are_too_much(rule: Document) -> None:
    assert len(find_excess([make_role(rule)])) == 1
    assert find_excess([make_role(make_rule("secrets", "get"))]) == []


@pytest.mark.parametrize("path", DEPLOYED, ids=lambda path: path.parent.name)
def test_what_is_installed_says_nothing_of_that(path: Any) -> None:
    documents = list(yaml.safe_load_all(path.read_text()))
    assert len(read_rights(documents)) > 30
    assert find_excess(documents) == []
