"""`status --watch` shows what changed, and ends when nothing is under way."""

import pytest

from interleaver.plugin.commands.status import PERIOD, watch
from interleaver.plugin.reading.document import Told
from interleaver.plugin.reading.situation import find_situation
from interleaver.plugin.refusal import Refusal
from tests.builders import make_running_world
from tests.unit.health.worlds import make_unrecorded
from tests.unit.plugin.situations import read


class Clock:
    """Time that passes by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def show(documents: list[Told | Refusal], timeout: float | None = None) -> tuple[list[Told], float]:
    """What was shown of documents that come one after the other, and how long it took."""
    clock, coming = Clock(), iter(documents)

    def read_next() -> Told:
        found = next(coming)
        if isinstance(found, Refusal):
            raise found
        return found

    return list(watch(read_next, timeout, clock, clock.sleep)), clock.now


def test_what_has_not_changed_is_shown_once_and_a_verdict_ends_it() -> None:
    running, over = read(make_running_world()), read(make_unrecorded())
    shown, seconds = show([running, running, over, over])
    assert [find_situation(told).word for told in shown] == ["Running", "Promoted"]
    assert seconds == 2 * PERIOD


def test_what_goes_on_is_left_when_the_time_is_over() -> None:
    running = read(make_running_world())
    shown, seconds = show([running] * 50, timeout=10)
    assert len(shown) == 1
    assert seconds == 10


def test_what_is_over_is_not_waited_for() -> None:
    _, seconds = show([read(make_unrecorded())])
    assert seconds == 0


def test_an_api_server_that_is_away_for_a_while_ends_nothing() -> None:
    away = Refusal("the API server cannot be reached", passes=True)
    shown, seconds = show([read(make_running_world()), away, away, read(make_unrecorded())])
    assert [find_situation(told).word for told in shown] == ["Running", "Promoted"]
    assert seconds == 3 * PERIOD


@pytest.mark.parametrize("documents", [[Refusal("away", passes=True)], [read(make_running_world()), Refusal("gone")]])
def test_what_cannot_be_read_at_first_or_is_gone_ends_it(documents: list[Told | Refusal]) -> None:
    with pytest.raises(Refusal):
        show(documents)
