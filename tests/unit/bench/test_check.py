"""An answer is looked into, not only its status."""

import json
from typing import Any

import pytest
from bench.client import Answer
from bench.router.check import CANDIDATE, CHAMPION, Kind, find_fault
from bench.router.load import Closed, read_closed
from bench.router.others.drafting import answer
from bench.scene import CANDIDATE_ANSWER, CHAMPION_ANSWER, CHAMPION_ITEMS, ITEMS

TOKEN = b"HTTP/1.1 200 OK\r\nX-Interleaver-Impression: abc"


def make_list(*ids: str) -> bytes:
    return json.dumps({"items": [{"id": each, "title": f"Title of {each}", "score": 0.5} for each in ids]}).encode()


DRAFT = ("item-11", "item-0", *CHAMPION_ITEMS[1:9])


def test_every_merge_of_the_python_programs_is_right() -> None:
    for _ in range(100):
        body, impression = answer(CHAMPION_ANSWER, CANDIDATE_ANSWER)
        assert impression is not None
        assert find_fault(Kind.MERGED, Answer(200, TOKEN, body)) is None


def test_without_a_candidate_they_send_the_champions_answer() -> None:
    assert answer(CHAMPION_ANSWER, None) == (CHAMPION_ANSWER, None)


def test_a_right_answer_of_each_kind_has_no_fault() -> None:
    both = json.dumps({"champion": CHAMPION, "candidate": CANDIDATE}).encode()
    assert find_fault(Kind.PLAIN, Answer(200, b"HTTP/1.1 200 OK", CHAMPION_ANSWER)) is None
    assert find_fault(Kind.MERGED, Answer(200, TOKEN, make_list(*DRAFT))) is None
    assert find_fault(Kind.COLLECTED, Answer(200, b"HTTP/1.1 200 OK", both)) is None


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (Kind.PLAIN, Answer(500, b"HTTP/1.1 500 X", CHAMPION_ANSWER)),
        (Kind.PLAIN, Answer(200, b"HTTP/1.1 200 OK", CANDIDATE_ANSWER)),
        (Kind.PLAIN, Answer(200, TOKEN, CHAMPION_ANSWER)),
        (Kind.COLLECTED, Answer(200, b"HTTP/1.1 200 OK", CHAMPION_ANSWER)),
        (Kind.MERGED, Answer(200, b"HTTP/1.1 200 OK", make_list(*DRAFT))),
        (Kind.MERGED, Answer(200, TOKEN, b"{")),
        (Kind.MERGED, Answer(200, TOKEN, b"{}")),
        (Kind.MERGED, Answer(200, TOKEN, make_list(*DRAFT[:-1]))),
        (Kind.MERGED, Answer(200, TOKEN, make_list(*DRAFT[:-1], DRAFT[0]))),
        (Kind.MERGED, Answer(200, TOKEN, make_list(*DRAFT[:-1], "item-99"))),
        (Kind.MERGED, Answer(200, TOKEN, CHAMPION_ANSWER)),
    ],
    ids=["status", "other model", "token", "one answer", "no token", "no JSON", "no list", "short", "twice", "made up",
         "not drafted"],
)  # fmt: skip
def test_a_wrong_answer_has_one(kind: Kind, answer: Any) -> None:
    assert find_fault(kind, answer) is not None


def test_the_models_disagree_and_share_most_items() -> None:
    ours, theirs = ([item["id"] for item in model["items"]] for model in (CHAMPION, CANDIDATE))
    assert len(set(ours) & set(theirs)) == ITEMS - 2
    assert ours[0] != theirs[0]


def test_a_refused_request_is_an_error_and_no_request() -> None:
    text = 'Running 1s test\n{"requests": 1000, "micros": 2000000, "status": 100, "broken": 3}\n'
    assert read_closed(text) == Closed(900, 2.0, 103)
