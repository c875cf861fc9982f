"""kopf only watches: no handler of ours makes it write into anything."""

import kopf

from interleaver.api import names
from interleaver.controller.cluster.calls import Calls
from interleaver.controller.cluster.store import Store
from interleaver.controller.process import handlers, watching
from interleaver.controller.process.hearing import Ear
from interleaver.controller.settings import Requests


def make_ear() -> Ear:
    return Ear(Store(), lambda key: None, lambda: None)


def test_the_only_handlers_are_event_handlers_and_the_login() -> None:
    registry = handlers.make_registry(make_ear(), None, Calls())
    assert len(registry._watching.get_all_handlers()) == 7
    assert len(registry._activities.get_all_handlers()) == 1
    for others in (registry._changing, registry._spawning, registry._indexing, registry._webhooks):
        assert others.get_all_handlers() == []


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
    assert len(selectors) == 6
    assert set(selectors.values()) == {names.LABEL_EXPERIMENT}


def test_a_login_that_was_refused_is_not_repeated_at_once() -> None:
    assert handlers.wait_for_login(float("-inf"), 1000.0) == 0.0
    assert handlers.wait_for_login(1000.0, 1000.5) == 1.5
    assert handlers.wait_for_login(1000.0, 1060.0) == 0.0


def test_pages_become_small_once_somebody_has_blown_metadata_up() -> None:
    settings = handlers.make_settings(Requests())
    before = settings.watching.chunk_size
    handlers.shrink_pages(settings)
    assert before is not None
    assert settings.watching.chunk_size is not None
    assert settings.watching.chunk_size * (3 << 19) < watching.LONGEST_PAGE < before * (3 << 19)
