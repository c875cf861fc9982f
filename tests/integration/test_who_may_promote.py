"""The optional policy deploy/who-may-promote.yaml on a real API server: two users who may both edit an experiment."""

import dataclasses
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml
from hack.promotion_policy import FIELDS, FREE

from interleaver.api import names
from tests.integration.documents import ROOT, Document, change, load
from tests.integration.kubectl import Kubectl, Result

pytestmark = pytest.mark.cluster

POLICY_FILE: Final = ROOT / "deploy" / "who-may-promote.yaml"
EDITOR, PROMOTER = "--as=editor", "--as=promoter"
SERVED = load("full")

# What anybody may do who may edit: propose, slow down, and take back.
HARMLESS: list[tuple[str, str, Any]] = [
    ("another candidate", "spec.candidate.revision", "v43"),
    ("no candidate", "spec.candidate", None),
    ("a pause by the spec", "spec.suspend", True),
    ("another ramp", "spec.traffic.steps", [{"percent": 5}]),
    ("more pods", "spec.replicas", 3),
    ("an annotation of somebody else's", "metadata.annotations", {"example.com/owner": "search"}),
]
SECRET: Final = {"name": "mine", "key": "key"}
# What changes what serves, by which routers, what counts as a vote, or the terms on which a candidate comes to serve.
GUARDED: list[tuple[str, Any]] = [
    ("spec.champion.revision", "v42"),
    ("spec.analysis.margin", "0.4"),
    ("spec.promotion.mode", "Manual"),
    ("spec.guardrails", []),
    ("spec.router.image", "registry.example.com/mine:1"),
    ("spec.store", {"urlSecretRef": SECRET}),
    ("spec.feedback", {"tokenSecretRef": SECRET}),
    ("spec.contract.exclude", [{"header": "Cookie", "pattern": "."}]),
    ("spec.metrics.staleAfter", "8760h"),
    ("spec.prometheus", {"address": "http://mine:9090"}),
    ("spec.service.port", 8080),
    ("spec.historyLimit", 0),
    ("spec.sampling", {"rate": "0.5"}),  # what people ask and buy is written down
]


@pytest.fixture(scope="module")
def here(unwatched: Kubectl) -> Iterator[Kubectl]:
    """kubectl in a namespace where both users may edit experiments, and one may promote, under the policy."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    here = dataclasses.replace(unwatched, namespace=name)
    here.do("create", "namespace", name)
    here.do("create", "role", "edit", "--verb=get,create,patch,update", f"--resource={here.experiments}")
    here.do("create", "rolebinding", "edit", "--role=edit", "--user=editor", "--user=promoter")
    documents = [move(document, here.group, name) for document in yaml.safe_load_all(POLICY_FILE.read_text())]
    assert all(here.apply(document).ok for document in documents)
    here.do("create", "rolebinding", "promote", f"--clusterrole={name}", "--user=promoter")
    try:
        wait_until_enforced(here)
        assert here.apply(SERVED, "--server-side", PROMOTER).ok
        yield here
    finally:
        for document in documents:
            here.do("delete", document["kind"].lower(), name, "--wait=false")
        here.do("delete", "namespace", name, "--wait=false")


def move(document: Document, group: str, name: str) -> Document:
    """The document for another API group and under another name; commands keep theirs."""
    text = json.dumps(document).replace(f'"{names.GROUP}"', f'"{group}"').replace(f"'{names.GROUP}'", f"'{group}'")
    for known in ("interleaver-who-may-promote", "interleaver-promoter"):
        text = text.replace(f'"{known}"', f'"{name}"')
    moved: Document = json.loads(text)
    return moved


def wait_until_enforced(here: Kubectl) -> None:
    """The API server compiles a policy some time after it is made, and sees roles likewise."""
    forbidden, end = command(names.ANNOTATION_ABORT), time.monotonic() + 60
    while attempt(here, EDITOR, forbidden).ok or not attempt(here, PROMOTER, forbidden).ok:
        assert time.monotonic() < end, "the policy is not in force after a minute"
        time.sleep(0.2)


def command(name: str) -> Document:
    """The experiment with a command."""
    return change(SERVED, "metadata.annotations", {name: "v42-20261130t100000z"})


def attempt(here: Kubectl, user: str, document: Document) -> Result:
    """Apply by server-side apply without storing anything."""
    return here.apply(document, "--server-side", "--force-conflicts", "--dry-run=server", user)


def attempt_as_owner(here: Kubectl, user: str, document: Document) -> Result:
    """Put the document in place of what is stored, without storing anything: what it leaves out goes."""
    moved = document | {"apiVersion": f"{here.group}/{names.VERSION}"}
    return here.run("replace", "--filename=-", "--dry-run=server", user, stdin=yaml.safe_dump(moved))


@pytest.mark.parametrize(("path", "value"), [case[1:] for case in HARMLESS], ids=[case[0] for case in HARMLESS])
def test_an_editor_may_change_what_promotes_nothing(here: Kubectl, path: str, value: Any) -> None:
    result = attempt(here, EDITOR, change(SERVED, path, value))
    assert result.ok, result.err


@pytest.mark.parametrize("name", names.COMMANDS)
def test_a_command_takes_the_verb(here: Kubectl, name: str) -> None:
    refused, taken = (attempt(here, user, command(name)) for user in (EDITOR, PROMOTER))
    assert f"editor may not change {name}: it takes the verb promote" in refused.err
    assert taken.ok, taken.err


@pytest.mark.parametrize(("path", "value"), GUARDED, ids=[case[0] for case in GUARDED])
def test_what_serves_and_on_which_terms_takes_the_verb(here: Kubectl, path: str, value: Any) -> None:
    refused, taken = (attempt(here, user, change(SERVED, path, value)) for user in (EDITOR, PROMOTER))
    field = ".".join(path.split(".")[:2])
    assert f"editor may not change {field}: it takes the verb promote" in refused.err
    assert f"in namespace {here.namespace}" in refused.err
    assert taken.ok, taken.err


def test_to_name_an_owner_takes_the_verb_for_what_has_an_owner_that_is_gone_is_deleted(here: Kubectl) -> None:
    gone = {"apiVersion": "v1", "kind": "ConfigMap", "name": "gone", "uid": str(uuid.uuid4())}
    owned = change(SERVED, "metadata.ownerReferences", [gone])
    refused, taken = (attempt(here, user, owned) for user in (EDITOR, PROMOTER))
    assert "editor may not change metadata.ownerReferences: it takes the verb promote" in refused.err
    assert taken.ok, taken.err
    assert attempt(here, EDITOR, change(owned, "metadata.name", "another-feed")).ok, "of a new one nothing is deleted"


def test_what_another_holds_back_is_let_go_by_the_verb_alone(here: Kubectl) -> None:
    back = {names.ANNOTATION_GIVE_BACK_SERVICE: str(uuid.uuid4())}
    held = change(change(load("minimal"), "spec.suspend", True), "metadata.annotations", back)
    assert here.apply(held, "--server-side", PROMOTER).ok
    let_go: list[tuple[str, Any, str]] = [
        ("spec.suspend", False, "spec.suspend"),
        ("spec.suspend", None, "spec.suspend"),
        ("metadata.annotations", {}, names.ANNOTATION_GIVE_BACK_SERVICE),
    ]
    for path, value, what in let_go:
        refused, taken = (attempt_as_owner(here, user, change(held, path, value)) for user in (EDITOR, PROMOTER))
        assert f"editor may not change {what}: it takes the verb promote" in refused.err
        assert taken.ok, taken.err


def test_every_field_is_either_free_to_editors_or_takes_the_verb() -> None:
    assert {path.split(".")[1] for path, _ in GUARDED} | {"deletionPolicy"} == set(FIELDS)
    assert {path.split(".")[1] for _, path, _ in HARMLESS if path.startswith("spec.")} == set(FREE)


def test_what_was_there_already_is_no_command(here: Kubectl) -> None:
    assert here.apply(command(names.ANNOTATION_PAUSE), "--server-side", "--force-conflicts", PROMOTER).ok
    paused = command(names.ANNOTATION_PAUSE)
    assert attempt(here, EDITOR, change(paused, "spec.suspend", True)).ok
    assert attempt(here, EDITOR, change(paused, "metadata.annotations", {})).ok, "taking a command away gives none"
    other = {names.ANNOTATION_PAUSE: "v43-20261130t100000z"}
    assert not attempt(here, EDITOR, change(paused, "metadata.annotations", other)).ok, "another run is another command"


def test_an_editor_may_create_an_experiment_but_not_with_a_command(here: Kubectl) -> None:
    new = change(SERVED, "metadata.name", "another-feed")
    assert attempt(here, EDITOR, new).ok
    ordered = change(new, "metadata.annotations", {names.ANNOTATION_ADOPT_SERVICE: str(uuid.uuid4())})
    assert names.ANNOTATION_ADOPT_SERVICE in attempt(here, EDITOR, ordered).err


def test_the_operator_needs_no_verb_to_write_a_status(here: Kubectl) -> None:
    here.do("create", "role", "status", "--verb=get,patch", f"--resource={here.experiments}/status")
    here.do("create", "rolebinding", "status", "--role=status", "--user=operator")
    patch = json.dumps({"status": {"observedGeneration": 1}})
    words = ("patch", here.experiments, SERVED["metadata"]["name"], "--subresource=status", "--type=merge")
    end = time.monotonic() + 30
    while not (result := here.run(*words, f"--patch={patch}", "--as=operator", "--dry-run=server")).ok:
        assert time.monotonic() < end, result.err
        time.sleep(0.2)


def test_the_policy_reads_well_to_the_api_server(here: Kubectl) -> None:
    status = here.get("validatingadmissionpolicy", here.namespace)["status"]
    assert "expressionWarnings" not in status["typeChecking"]
