"""kopf only watches: no handler of ours makes it write into anything."""

import kopf
import pytest

from interleaver.api import names
from interleaver.controller.process import handlers
from interleaver.controller.settings import Requests
from interleaver.controller.visits.visit import Key


def test_the_only_handlers_are_event_handlers_and_the_login() -> None:
    registry = handlers.make_registry(lambda key: None, None)
    assert len(registry._watching.get_all_handlers()) == 4
    assert len(registry._activities.get_all_handlers()) == 1
    for others in (registry._changing, registry._spawning, registry._indexing, registry._webhooks):
        assert others.get_all_handlers() == []


def test_an_event_of_an_experiment_asks_for_its_visit() -> None:
    assert handlers.key_of_experiment({"metadata": {"namespace": "shop", "name": "feed"}}) == Key("shop", "feed")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [({names.LABEL_EXPERIMENT: "feed"}, Key("shop", "feed")), ({"app": "x"}, None), (None, None)],
)
def test_an_event_of_a_child_asks_for_a_visit_of_its_experiment(
    labels: dict[str, str] | None, expected: Key | None
) -> None:
    metadata = {"namespace": "shop", "name": "pod"} | ({} if labels is None else {"labels": labels})
    assert handlers.key_of_child({"metadata": metadata}) == expected


def test_kopf_neither_marks_posts_scans_nor_kills() -> None:
    settings = handlers.make_settings(Requests())
    assert settings.persistence.finalizer != kopf.OperatorSettings().persistence.finalizer
    assert not settings.posting.enabled
    assert settings.scanning.disabled
    assert settings.process.ultimate_exiting_timeout is None


def test_kopf_bears_an_api_server_that_is_away_for_ten_minutes() -> None:
    backoffs = handlers.make_settings(Requests()).networking.error_backoffs
    assert isinstance(backoffs, tuple)
    assert sum(backoffs) >= 600


def test_children_are_selected_by_the_api_server_and_experiments_are_not() -> None:
    selectors = handlers.make_settings(Requests()).watching.label_selectors
    assert len(selectors) == 3
    assert set(selectors.values()) == {names.LABEL_EXPERIMENT}


def test_a_login_that_was_refused_is_not_repeated_at_once() -> None:
    assert handlers.wait_for_login(float("-inf"), 1000.0) == 0.0
    assert handlers.wait_for_login(1000.0, 1000.5) == 1.5
    assert handlers.wait_for_login(1000.0, 1060.0) == 0.0
