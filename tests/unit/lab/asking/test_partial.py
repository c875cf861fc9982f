"""What is missing of a model's answers is said, with the reason that most of them have."""

from interleaver.lab.asking.answers import State
from interleaver.lab.asking.assembling import assemble
from interleaver.lab.asking.outcome import Outcome
from interleaver.lab.asking.partial import describe_partial
from interleaver.lab.terms.metric import Task

from .scene import FAILED, REFUSED, make_ranked

SLOW = Outcome(State.FAILED, "no whole answer in time: 10 s", retries=3)


def describe(*outcomes: Outcome | None, stopped: str = "") -> str:
    return describe_partial(assemble("http://m", Task.RANKING, outcomes, {}, stopped))


def test_nothing_is_said_where_nothing_is_missing() -> None:
    assert describe(make_ranked('"a"'), REFUSED) == ""


def test_failures_are_counted_with_the_most_frequent_reason() -> None:
    words = "http://m: 3 of 4 cases failed, most of them: status 503 Service Unavailable"
    assert describe(FAILED, SLOW, FAILED, make_ranked()) == words


def test_what_was_not_asked_says_why() -> None:
    assert describe(FAILED, None, None, stopped="it was left alone") == (
        "http://m: 1 of 3 cases failed, most of them: status 503 Service Unavailable; "
        "2 were not asked: it was left alone"
    )
    assert describe(None, stopped="asking was ended by Ctrl-C") == (
        "http://m: 1 were not asked: asking was ended by Ctrl-C"
    )
