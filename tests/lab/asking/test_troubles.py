"""Servers in trouble: what is no fault is no failure, what may pass is tried again, and the rest is an outcome."""

import asyncio
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from interleaver.lab.asking.answers import State
from interleaver.lab.asking.journal import PERIOD
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable
from tests.router.model_servers import Loop, Model, Reply, Seen, Session, read_request
from tests.router.ports import find_port
from tests.unit.lab.asking.scene import make_suite

from .conftest import Asking

RANKING = b'{"items": [{"id": "a"}]}'
DONE = [State.ANSWERED]


def count_by_case(model: Model) -> Counter[int]:
    return Counter(json.loads(seen.body)["user"] for seen in model.seen)


def answer_from(attempt: int, before: Callable[[], Reply]) -> Callable[[Seen], Reply]:
    """Answers each case at this attempt, counted from 1, and says something else before."""
    counts: Counter[bytes] = Counter()

    def answer(seen: Seen) -> Reply:
        counts[seen.body] += 1
        return Reply(RANKING) if counts[seen.body] >= attempt else before()

    return answer


async def close_at_the_second(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request, and close when the next one has come, as if both had happened at once."""
    await read_request(reader, 0)
    writer.write(Reply(RANKING).render())
    await read_request(reader, 0)


async def close_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close without an answer."""
    await read_request(reader, 0)


async def stop_half_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close in the middle of an answer."""
    await read_request(reader, 0)
    writer.write(Reply(RANKING).render()[:-4])


def test_a_connection_that_was_closed_while_it_was_idle_is_no_failure(model: Model, asking: Asking) -> None:
    model.session = close_at_the_second
    answers = asking(make_suite(20), model.url)
    assert answers.states.tolist() == DONE * 20
    assert answers.retries == 0


@pytest.mark.parametrize("session", [close_at_once, stop_half_way])
def test_a_new_connection_that_is_closed_without_a_whole_answer_is_one(
    model: Model, asking: Asking, session: Session
) -> None:
    model.session = session
    answers = asking(make_suite(2), model.url, retries=2)
    assert answers.states.tolist() == [State.FAILED] * 2
    assert answers.words[0].startswith("the connection was closed before the answer was complete")
    assert answers.retries == 4
    assert model.connections == 6
    assert answers.partial


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"])
def test_a_server_that_is_in_trouble_for_a_while_is_asked_again_and_its_retries_are_counted(
    model: Model, asking: Asking, status: str
) -> None:
    model.answer = answer_from(3, lambda: Reply(b"", status))
    answers = asking(make_suite(10), model.url)
    assert answers.states.tolist() == DONE * 10
    assert answers.retries == 20
    assert set(count_by_case(model).values()) == {3}


def test_the_time_of_an_answer_is_that_of_the_attempt_that_counts(model: Model, asking: Asking) -> None:
    model.answer = answer_from(2, lambda: Reply(b"", "503 x", delay=0.3))
    start = time.perf_counter()
    answers = asking(make_suite(1), model.url)
    total = 1000 * (time.perf_counter() - start)
    assert answers.states.tolist() == DONE
    assert 0 < answers.milliseconds[0] <= total - 300  # however slow the machine is: the first attempt is not in it


def test_a_retry_after_is_waited_for_no_longer_than_its_bound(model: Model, asking: Asking) -> None:
    model.answer = answer_from(2, lambda: Reply(b"", "503 x", headers=(("Retry-After", "86400"),)))
    assert asking(make_suite(4), model.url).states.tolist() == DONE * 4


def test_a_server_that_stays_in_trouble_fails_after_its_retries(model: Model, asking: Asking) -> None:
    model.answer = lambda seen: Reply(b"", "503 Service Unavailable") if b'"user": 1}' in seen.body else Reply(RANKING)
    answers = asking(make_suite(3), model.url, retries=2)
    assert answers.states.tolist() == [State.ANSWERED, State.FAILED, State.ANSWERED]
    assert answers.words[1] == "status 503 Service Unavailable"
    assert count_by_case(model)[1] == 3
    assert answers.partial


def test_a_refusal_is_an_answer_and_is_not_asked_again(model: Model, asking: Asking, tmp_path: Path) -> None:
    model.answer = lambda seen: Reply(b"", "404 Not Found")
    answers = asking(make_suite(3), model.url, file=tmp_path / "a")
    assert answers.states.tolist() == [State.REFUSED] * 3
    assert not answers.partial
    asking(make_suite(3), model.url, file=tmp_path / "a")
    assert len(model.seen) == 3


def test_a_redirect_is_not_followed(model: Model, asking: Asking) -> None:
    model.answer = lambda seen: Reply(b"", "302 Found", headers=(("Location", "/elsewhere"),))
    answers = asking(make_suite(2), model.url)
    assert answers.words[0].startswith("status 302 Found to '/elsewhere'; redirects are not followed")
    assert {seen.target for seen in model.seen} == {"/recommend"}


def test_an_answer_that_does_not_come_in_time_is_given_up(model: Model, asking: Asking) -> None:
    model.answer = lambda seen: Reply(RANKING, delay=600 if b'"user": 1}' in seen.body else 0)
    answers = asking(make_suite(12), model.url, timeout=1.5, retries=1, concurrency=2)
    assert answers.states.tolist() == [*DONE, State.FAILED, *DONE * 10]
    assert answers.words[1] == "no whole answer in time: 1.5 s"
    assert answers.retries == 1


def test_an_answer_that_is_too_large_is_unreadable_and_not_asked_for_again(model: Model, asking: Asking) -> None:
    model.answer = lambda seen: Reply(RANKING + b" " * 100_000)
    answers = asking(make_suite(2), model.url, most_bytes=50_000)
    assert answers.states.tolist() == [State.UNREADABLE] * 2
    assert answers.words[0] == "the answer is too large: more than 50,000 bytes"
    assert len(model.seen) == 2


def test_what_is_no_http_fails(model: Model, asking: Asking) -> None:
    model.answer = lambda seen: Reply(raw=b"SSH-2.0-OpenSSH_9.2\r\n")
    answers = asking(make_suite(1), model.url, retries=0)
    assert answers.states.tolist() == [State.FAILED]
    assert answers.words[0].startswith("what came is no HTTP/1.1")


@pytest.mark.parametrize("host", ["127.0.0.1", "none.invalid"])
def test_a_place_where_nobody_listens_is_an_outcome(asking: Asking, host: str) -> None:
    answers = asking(make_suite(3), f"http://{host}:{find_port()}", retries=1)
    assert answers.states.tolist() == [State.FAILED] * 3
    assert answers.words[0].startswith("could not connect: ")
    assert answers.partial


def die_after(model: Model, count: int) -> Callable[[Seen], Reply]:
    """Answers so many requests, and then the server is gone."""

    def answer(seen: Seen) -> Reply:
        if len(model.seen) == count:
            model.server.close()  # type: ignore[union-attr]
            model.server = None
            asyncio.get_running_loop().call_soon(model.cut)
        return Reply(RANKING)

    return answer


def test_a_server_that_dies_is_left_alone_and_what_it_said_is_kept(loop: Loop, asking: Asking, tmp_path: Path) -> None:
    model = Model(loop, port=find_port()).start()
    model.answer = die_after(model, 200)
    answers = asking(make_suite(10_000), model.url, file=tmp_path / "a", retries=1)
    states = Counter(State(state) for state in answers.states)
    assert 190 <= states[State.ANSWERED] < 300  # some were under way
    assert states[State.NOT_ASKED] > 0
    assert sum(states.values()) == 10_000
    assert answers.stopped.startswith("the server gave no answer any more")
    assert answers.words[9_999] == answers.stopped
    assert answers.partial
    assert not answers.interrupted
    model.stop()

    again = Model(loop, lambda seen: Reply(RANKING), port=model.port).start()
    done = asking(make_suite(10_000), again.url, file=tmp_path / "a")
    assert done.states.tolist() == DONE * 10_000
    assert len(again.seen) == 10_000 - states[State.ANSWERED]
    assert not done.partial
    again.stop()


def test_a_short_trouble_of_every_request_at_once_does_not_end_the_run(model: Model, asking: Asking) -> None:
    model.answer = answer_from(4, lambda: Reply(b"", "502 Bad Gateway"))
    answers = asking(make_suite(100), model.url, failures=1, patience=60.0)
    assert answers.states.tolist() == DONE * 100
    assert answers.stopped == ""


def test_control_c_keeps_what_came_and_the_run_is_gone_on_with(model: Model, asking: Asking, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)

    def answer(seen: Seen) -> Reply:
        if len(model.seen) == 30:
            os.kill(os.getpid(), signal.SIGINT)
        return Reply(RANKING, delay=0.0 if len(model.seen) <= 30 else 0.005)

    model.answer = answer
    answers = asking(make_suite(2_000), model.url, file=tmp_path / "a")
    assert answers.interrupted
    assert answers.partial
    assert answers.stopped == "asking was ended by Ctrl-C"
    assert 26 <= answers.answered.sum() < 2_000
    assert signal.getsignal(signal.SIGINT) is before
    model.answer, first = lambda seen: Reply(RANKING), int(answers.answered.sum())
    model.seen.clear()
    done = asking(make_suite(2_000), model.url, file=tmp_path / "a")
    assert done.states.tolist() == DONE * 2_000
    assert len(model.seen) == 2_000 - first
    assert not done.interrupted


def test_a_run_that_is_whole_asks_nothing_any_more(model: Model, asking: Asking, tmp_path: Path) -> None:
    model.answer = lambda seen: Reply(RANKING)
    first = asking(make_suite(40), model.url, file=tmp_path / "a", share_twice=0.1)
    assert len(model.seen) == 44
    second = asking(make_suite(40), model.url, file=tmp_path / "a", share_twice=0.1)
    assert len(model.seen) == 44
    assert second.digest == first.digest
    assert second.milliseconds.round(3).tolist() == first.milliseconds.round(3).tolist()
    assert (second.asked_twice, second.answered_differently) == (4, 0)


def test_answers_are_on_the_disk_while_others_are_waited_for(model: Model, asking: Asking, tmp_path: Path) -> None:
    lines: list[int] = []

    def answer(seen: Seen) -> Reply:
        if b'"user": 9}' in seen.body:
            return Reply(RANKING, delay=4 * PERIOD)
        return Reply(RANKING)

    def look(progress: object) -> None:
        lines.append((tmp_path / "a").read_bytes().count(b"\n"))

    model.answer = answer
    asking(make_suite(10), model.url, look, file=tmp_path / "a")
    assert 10 in lines  # the header and nine cases, before the tenth had come
    assert (tmp_path / "a").read_bytes().count(b"\n") == 11


@pytest.mark.parametrize("url", ["models:9000", "http://", "http://h:0", "http://u:p@h", "http://h?x"])
def test_a_url_at_which_nothing_can_be_asked_leaves_no_file(asking: Asking, tmp_path: Path, url: str) -> None:
    with pytest.raises(Unusable):
        asking(make_suite(1), url, file=tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_an_empty_suite_asks_nothing(model: Model, asking: Asking) -> None:
    answers = asking(make_suite(0, Task.SCORING), model.url)
    assert answers.scores is not None
    assert len(answers.states) == len(answers.scores) == len(model.seen) == 0
