"""Whose an object is: by the uid of its owner, or by the uid in its label while it has none; never by its name."""

from typing import Any

import pytest

from interleaver.api import names
from interleaver.controller.cluster.ownership import find_left, is_going, is_inherited, is_kept, is_made_for, is_ours
from interleaver.resources.metadata import child, keep
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


def make_serving(owners: list[dict[str, Any]], bare: bool = False) -> dict[str, Any]:
    """What serves, but for its owners, and for its labels if it is `bare`."""
    live = keep(make_live())
    live["metadata"] |= {"ownerReferences": owners} | ({"labels": {}} if bare else {})
    return live


OURS = {
    "we made it": make_live(),
    "its labels were taken away": make_live(None, **dict.fromkeys(make_live()["metadata"]["labels"])),
    "it has no owner, and the uid in its label": make_live([]),
    "somebody claims to manage it meanwhile": make_live([], **{names.LABEL_MANAGED_BY: "helm"}),
    "somebody else is an owner beside us": make_live([make_owner(), STRANGER | {"controller": False}]),
    "all labels were taken away from what serves": make_serving([], bare=True),
    "somebody else is an owner of what serves": make_serving([STRANGER | {"controller": False}]),
}
FOREIGN = {
    "its owner has our name and another uid": make_live([make_owner(uid="u-0")]),
    "its owner is somebody else, and the labels are ours": make_live([STRANGER]),
    "somebody else controls it, and we are an owner beside": make_live([make_owner(controller=False), STRANGER]),
    "somebody else controls what serves": make_serving([STRANGER]),
    "somebody else owns it, and it was never set free": make_live([STRANGER | {"controller": False}]),
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


def make_kept(kind: str = "ConfigMap", name: str = "feed-router", **labels: str | None) -> dict[str, Any]:
    """An object as an experiment of this name kept it that is gone, but for labels that are changed or removed."""
    live = keep(child(EXPERIMENT.metadata.model_copy(update={"uid": "u-0"}), "v1", kind, name))
    changed = live["metadata"]["labels"] | labels
    live["metadata"]["labels"] = {key: value for key, value in changed.items() if value is not None}
    return live


LEFT = {
    "the routers' configuration": make_kept(),
    "the Secret with the keys": make_kept("Secret"),
    "the Secret with copies": make_kept("Secret", "feed-store"),
    "a Deployment": make_kept("Deployment", "feed-0123", **{names.LABEL_HASH: "0123"}),
    "a snapshot": make_kept("ControllerRevision", "feed-0123", **{names.LABEL_HASH: "0123"}),
    "a revision's Service": make_kept("Service", "feed-0123", **{names.LABEL_HASH: "0123"}),
    "the entry, whatever its name": make_kept("Service", "home-feed"),
    "a record": make_kept("ConfigMap", "feed-v42-2026", **{names.LABEL_RUN: "v42-2026"}),
}
NOT_LEFT = {
    "it is this experiment's": make_kept(**{names.LABEL_EXPERIMENT_UID: "u-1"}),
    "it has no uid": make_kept("ConfigMap", "feed-router", **{names.LABEL_EXPERIMENT_UID: None}),
    "it is another experiment's": make_kept(**{names.LABEL_EXPERIMENT: "other"}),
    "somebody else manages it": make_kept(**{names.LABEL_MANAGED_BY: "helm"}),
    "it has a name that we would not give": make_kept(name="a-router"),
    "its name has another hash than its label": make_kept("Deployment", "feed-4567", **{names.LABEL_HASH: "0123"}),
    "it is a Deployment of no revision": make_kept("Deployment", "feed-0123"),
    "it does not say that it was kept": make_live([], **{names.LABEL_EXPERIMENT_UID: "u-0"}),
}


@pytest.mark.parametrize("live", LEFT.values(), ids=LEFT.keys())
def test_a_former_experiment_of_the_name_has_kept(live: dict[str, Any]) -> None:
    assert is_inherited(live, EXPERIMENT)
    assert not is_ours(live, EXPERIMENT), "not before it is taken over"
    assert find_left([live]) == [live]


@pytest.mark.parametrize("live", NOT_LEFT.values(), ids=NOT_LEFT.keys())
def test_nothing_was_kept_for_the_experiment_if(live: dict[str, Any]) -> None:
    assert not is_inherited(live, EXPERIMENT)


def test_what_an_experiment_owns_was_not_kept() -> None:
    live = make_kept()
    live["metadata"]["ownerReferences"] = [make_owner()]
    assert not is_kept(live)


def test_what_somebody_owns_is_not_taken_over() -> None:
    live = make_kept()
    live["metadata"]["ownerReferences"] = [STRANGER | {"controller": False}]
    assert not is_inherited(live, EXPERIMENT)
    assert find_left([live]) == []


def test_what_says_nothing_of_itself_is_vouched_for_by_what_was_kept_of_the_same_uid_alone() -> None:
    silent = make_live([], **{names.LABEL_EXPERIMENT_UID: "u-0"})
    other = make_kept("Secret", **{names.LABEL_EXPERIMENT_UID: "u-9"})
    assert find_left([silent]) == []
    assert find_left([silent, other]) == [other]
    assert find_left([silent, LEFT["a Deployment"]]) == [silent, LEFT["a Deployment"]]
