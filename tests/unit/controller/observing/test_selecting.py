"""A candidate that a Service of others would select has users that nobody sent to it: it is not tried, and told."""

from typing import Any

import pytest

from interleaver.api.manifest import Manifest
from interleaver.controller.observing.selecting import find_selection, list_copied_labels
from tests.builders import make_source
from tests.unit.controller.observing.test_sources import condition, edit, list_events, stalled
from tests.unit.controller.operators import FakeOperator, make_resource, make_running, make_serving

LABELS = {"app": "feed", "tier": "model"}


def make_service(name: str = "checkout", **selector: str) -> Manifest:
    """A Service of somebody else's."""
    return {"kind": "Service", "metadata": {"name": name, "namespace": "shop"}, "spec": {"selector": selector}}


def start(*services: Manifest) -> FakeOperator:
    """An operator whose experiment has a candidate, beside Services of others."""
    operator = FakeOperator()
    for service in services:
        operator.cluster.put(service)
    operator.cluster.put(make_resource())
    operator.live_on(12)
    return operator


SELECTORS: dict[str, tuple[dict[str, str], bool]] = {
    "one of its labels": ({"app": "feed"}, True),
    "all of its labels": (LABELS, True),
    "another value": ({"app": "checkout"}, False),
    "one label more": ({"app": "feed", "track": "stable"}, False),
    "a label of ours beside": ({"app": "feed", "interleaver.dev/experiment": "feed"}, False),
}


@pytest.mark.parametrize("case", SELECTORS)
def test_which_selectors_are_of_others(case: str) -> None:
    selector, expected = SELECTORS[case]
    assert (find_selection({"checkout": selector}, LABELS, "home-feed") is not None) is expected


@pytest.mark.parametrize("template", [{}, {"metadata": None}, {"metadata": ["x"]}, {"metadata": {"labels": ["x"]}}])
def test_a_template_that_nobody_has_checked_has_no_labels(template: Any) -> None:
    assert list_copied_labels(template) == {}


def test_labels_that_the_operator_sets_itself_are_not_copied_ones() -> None:
    given = {"app": "feed", "app.kubernetes.io/managed-by": "Helm", "interleaver.dev/hash": "x", "number": 7}
    assert list_copied_labels({"metadata": {"labels": given}}) == {"app": "feed"}


def test_a_candidate_that_a_service_of_others_selects_is_not_tried_and_the_champion_serves() -> None:
    operator = start(make_service(app="feed"))
    assert "run" not in operator.status
    assert condition(operator, "Ready")["status"] == "True"
    assert stalled(operator) == (
        "SelectedElsewhere",
        "the Service 'checkout' selects pods by app=feed, labels of the template of v42, so v42 is not tried: select "
        "by one more label there, or give the template other labels",
    )
    assert len(list_events(operator, "SelectedElsewhere")) == 1


def test_it_is_tried_once_the_service_is_narrowed() -> None:
    operator = start(make_service(app="feed"))
    operator.cluster.put(make_service(app="feed", track="stable"))
    operator.live_on(12, seconds=10)
    assert operator.status["run"]["plan"]["candidate"]["revision"] == "v42"
    assert stalled(operator) == ("", "")


def test_it_is_tried_once_its_template_has_other_labels() -> None:
    operator = start(make_service(app="feed"))
    candidate = make_source("v42")
    candidate["source"]["template"]["metadata"]["labels"] = {"app": "feed-v42"}
    edit(operator, candidate=candidate)
    operator.live_on(8)
    assert operator.status["run"]["plan"]["candidate"]["revision"] == "v42"


@pytest.mark.parametrize("other", [{}, {"app": "checkout"}, {"app": "feed", "tier": "model"}])
def test_services_that_select_others_stand_in_nobodys_way(other: dict[str, str]) -> None:
    operator = start(make_service(**other))
    assert operator.status["run"]["plan"]["candidate"]["revision"] == "v42"


def test_a_service_that_comes_in_mid_run_is_told_and_the_run_goes_on() -> None:
    operator = make_running()
    run = operator.status["run"]["id"]
    operator.cluster.put(make_service(app="feed"))
    operator.live_on(3, seconds=31)
    assert operator.status["run"]["id"] == run
    assert stalled(operator) == (
        "SelectedElsewhere",
        "the Service 'checkout' selects pods by app=feed, labels of the template of v42: its users get the answers of "
        "a candidate on trial. The run goes on: select by one more label there, or abort it",
    )
    operator.cluster.objects.pop(("Service", "shop", "checkout"))
    operator.live_on(3, seconds=31)
    assert stalled(operator) == ("", "")
    assert len(list_events(operator, "SelectedElsewhere")) == 1


def test_the_entry_is_no_service_of_others() -> None:
    """Before it is adopted it selects the former pods, by whatever labels."""
    assert find_selection({"home-feed": {"app": "feed"}}, LABELS, "home-feed") is None


def test_a_champion_may_be_selected_by_whomever() -> None:
    """A migration begins with it: the Service that leads to the former pods leads to its pods as well."""
    operator = make_serving()
    operator.cluster.put(make_service(app="feed"))
    operator.live_on(3, seconds=61)
    assert stalled(operator) == ("", "")


def test_services_are_listed_once_a_minute_while_a_candidate_is_on_trial_and_never_at_rest() -> None:
    listing = ("list", "Service", "")
    operator = make_running()
    operator.cluster.clock.pass_by(61)
    sent = len(operator.cluster.requests)
    operator.live_on(9, seconds=6)
    assert operator.cluster.requests[sent:].count(listing) == 1
    resting = make_serving()
    resting.live_on(3, seconds=61)
    assert listing not in resting.cluster.requests
