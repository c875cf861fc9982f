"""Several models of one run: each is asked a block of cases at a time, and never two at once."""

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from interleaver.lab.asking.answers import State
from interleaver.lab.asking.asking import Model as Asked
from interleaver.lab.asking.asking import ask_in_turns
from tests.router.model_servers import Loop, Model, Reply, Seen
from tests.unit.lab.asking.scene import make_suite

from .conftest import QUICK

RANKING = b'{"items": [{"id": "a"}]}'
TWO = replace(QUICK, concurrency=2)  # 40 cases a block


@pytest.fixture
def other(loop: Loop) -> Iterator[Model]:
    """A second model server."""
    other = Model(loop).start()
    yield other
    other.stop()


def note(name: str, log: list[str]) -> Callable[[Seen], Reply]:
    """Answers, and writes down who was asked."""

    def answer(seen: Seen) -> Reply:
        log.append(name)
        return Reply(RANKING)

    return answer


def test_models_are_asked_in_turns_and_all_of_each_is_asked(model: Model, other: Model) -> None:
    log: list[str] = []
    model.answer, other.answer = note("one", log), note("other", log)
    answers = ask_in_turns(make_suite(100), [Asked(model.url, TWO), Asked(other.url, TWO)])
    turns = [(name, len(list(asked))) for name, asked in itertools.groupby(log)]
    assert turns == [("one", 40), ("other", 40)] * 2 + [("one", 20), ("other", 20)]
    assert [each.states.tolist() for each in answers] == [[State.ANSWERED] * 100] * 2
    assert [each.model for each in answers] == [model.url, other.url]


def test_a_model_that_dies_is_left_alone_and_the_other_is_asked_to_the_end(model: Model, other: Model) -> None:
    other.answer = lambda seen: Reply(RANKING)
    model.answer = lambda seen: Reply(b"{}", "503 x")
    lost, whole = ask_in_turns(make_suite(100), [Asked(model.url, TWO), Asked(other.url, TWO)])
    assert "gave no answer any more" in lost.stopped
    assert lost.partial
    assert whole.states.tolist() == [State.ANSWERED] * 100
    assert not whole.stopped


def test_what_a_person_ends_is_ended_for_all_models_but_not_for_one_that_is_done(model: Model, other: Model) -> None:
    asked = itertools.count()

    def end_late(seen: Seen) -> Reply:
        """Press Ctrl-C when the second block begins, which the short one does not need."""
        if next(asked) == 40:
            os.kill(os.getpid(), signal.SIGINT)
        return Reply(RANKING)

    model.answer, other.answer = end_late, lambda seen: Reply(RANKING)
    first, second = ask_in_turns(
        make_suite(100), [Asked(model.url, TWO), Asked(other.url, replace(TWO, concurrency=8))]
    )
    assert first.interrupted
    assert not second.interrupted
    assert second.states.tolist() == [State.ANSWERED] * 100
    assert State.NOT_ASKED in first.states


def test_callers_keep_their_connections_from_turn_to_turn(model: Model, other: Model) -> None:
    model.answer = other.answer = lambda seen: Reply(RANKING)
    ask_in_turns(make_suite(200), [Asked(model.url, TWO), Asked(other.url, TWO)])
    assert (model.connections, other.connections) == (2, 2)
