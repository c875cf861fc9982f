"""Whose an object is: by the uid of its owner, or by the uid in its label while it has none; never by its name."""

from typing import Any

import pytest

from interleaver.api import names
from interleaver.controller.cluster.ownership import is_going, is_made_for, is_ours
from interleaver.resources.metadata import child
from tests.builders import make_experiment

EXPERIMENT = make_experiment()
STRANGER = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "theirs", "uid": "s-1", "controller": True}


def make_live(owners: list[dict[str, Any]] | None = None, **labels: str | None) -> dict[str, Any]:
    """An object as we make it, but for its owners, and for labels that are changed or (None) removed."""
    live = child(EXPERIMENT.metadata, "v1", "ConfigMap", "feed-router")
    meta = live["metadata"]
    meta["labels"] = {key: value for key, value in (meta["labels"] | labels).items() if value is not None}
    if owners is not None:
        meta["ownerReferences"] = owners
    return live


def make_owner(**changes: Any) -> dict[str, Any]:
    owner: dict[str, Any] = make_live()["metadata"]["ownerReferences"][0]
    return owner | changes


OURS = {
    "we made it": make_live(),
    "its labels were taken away": make_live(None, **dict.fromkeys(make_live()["metadata"]["labels"])),
    "it has no owner, and the uid in its label": make_live([]),
    "somebody claims to manage it meanwhile": make_live([], **{names.LABEL_MANAGED_BY: "helm"}),
    "somebody else is an owner beside us": make_live([make_owner(), STRANGER | {"controller": False}]),
}
FOREIGN = {
    "its owner has our name and another uid": make_live([make_owner(uid="u-0")]),
    "its owner is somebody else, and the labels are ours": make_live([STRANGER]),
    "somebody else controls it, and we are an owner beside": make_live([make_owner(controller=False), STRANGER]),
    "it has no owner, and another uid in its label": make_live([], **{names.LABEL_EXPERIMENT_UID: "u-0"}),
    "it has no owner and no uid": make_live([], **{names.LABEL_EXPERIMENT_UID: None}),
    "it has no owner, and our uid with another name": make_live([], **{names.LABEL_EXPERIMENT: "other"}),
    "it has nothing but the name": {"kind": "ConfigMap", "metadata": {"name": "feed-router"}},
}


@pytest.mark.parametrize("live", OURS.values(), ids=OURS.keys())
def test_an_object_is_ours_when(live: dict[str, Any]) -> None:
    assert is_ours(live, EXPERIMENT)
    assert not is_going(live, EXPERIMENT)


@pytest.mark.parametrize("live", FOREIGN.values(), ids=FOREIGN.keys())
def test_an_object_is_somebody_elses_when(live: dict[str, Any]) -> None:
    assert not is_ours(live, EXPERIMENT)


def test_what_an_experiment_of_this_name_has_left_behind_is_about_to_go() -> None:
    assert is_going(FOREIGN["its owner has our name and another uid"], EXPERIMENT)
    others = [live for what, live in FOREIGN.items() if what != "its owner has our name and another uid"]
    assert not any(is_going(live, EXPERIMENT) for live in others)
    assert not is_going(make_live([make_owner(uid="u-0", name="other")]), EXPERIMENT)
    assert not is_going(make_live([make_owner(uid="u-0", apiVersion="example.dev/v1")]), EXPERIMENT)


def test_only_what_says_in_every_label_whose_it_is_may_be_deleted() -> None:
    assert is_made_for(make_live(), EXPERIMENT)
    for label in make_live()["metadata"]["labels"]:
        assert not is_made_for(make_live(None, **{label: "else"}), EXPERIMENT)
