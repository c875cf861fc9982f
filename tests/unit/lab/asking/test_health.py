"""A server that gives no answer any more is left alone, and one that stumbles is not."""

from interleaver.lab.asking.health import Health


def fail(health: Health, times: int) -> None:
    for _ in range(times):
        health.note_failure()


def test_a_server_is_lost_when_it_failed_often_enough_and_for_long_enough() -> None:
    health = Health(allowed=3, patience=10, now=100)
    fail(health, 3)
    assert not health.is_lost(now=109.9)
    assert health.is_lost(now=110)


def test_few_failures_are_an_accident_however_long_they_take() -> None:
    health = Health(allowed=3, patience=10, now=100)
    fail(health, 2)
    assert not health.is_lost(now=1000)


def test_an_answer_takes_all_failures_before_it_back() -> None:
    health = Health(allowed=3, patience=10, now=100)
    fail(health, 5)
    health.note_answer(now=120)
    fail(health, 2)
    assert not health.is_lost(now=200)
    fail(health, 1)
    assert health.is_lost(now=200)
    assert not health.is_lost(now=129)


def test_while_nobody_asks_no_server_is_lost() -> None:
    health = Health(allowed=3, patience=10, now=100)
    health.rest(30)
    fail(health, 3)
    assert not health.is_lost(now=139)
    assert health.is_lost(now=140)
