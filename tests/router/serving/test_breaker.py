"""The breaker: when it opens, whom it lets through, and when it closes. Time is an argument here."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.router.serving.breaker import (
    FIRST_WAIT,
    IN_A_ROW,
    LONGEST_WAIT,
    TRANSITIONS,
    WINDOW,
    Breaker,
    IllegalMove,
    Move,
    State,
    follow,
)


def call(breaker: Breaker, failed: bool | None, now: float = 0.0) -> bool:
    """Make a call whose outcome is known at once; whether it was let through."""
    ticket = breaker.admit(now)
    if ticket is not None:
        breaker.note(ticket, failed, now)
    return ticket is not None


def state_of(breaker: Breaker) -> State:
    """Asked anew each time: a type checker would hold that an attribute is still what was asserted of it before."""
    return breaker.state


def make_open(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(IN_A_ROW):
        call(breaker, True, now)
    assert state_of(breaker) is State.OPEN
    return breaker


def test_the_table_is_the_whole_machine() -> None:
    assert {
        (State.CLOSED, Move.TRIP): State.OPEN,
        (State.OPEN, Move.PROBE): State.HALF_OPEN,
        (State.HALF_OPEN, Move.RECOVER): State.CLOSED,
        (State.HALF_OPEN, Move.RELAPSE): State.OPEN,
    } == TRANSITIONS
    for state, move in product(State, Move):
        if (state, move) not in TRANSITIONS:
            with pytest.raises(IllegalMove, match=move.value):
                follow(state, move)


def test_five_failures_in_a_row_open_it_and_four_do_not() -> None:
    breaker = Breaker()
    for failed in (True, True, True, True, False, True, True, True, True):
        call(breaker, failed)
        assert state_of(breaker) is State.CLOSED
    call(breaker, True)
    assert state_of(breaker) is State.OPEN


def test_more_than_half_of_the_last_twenty_opens_it_and_half_does_not() -> None:
    breaker = Breaker()
    for number in range(100):
        call(breaker, number % 2 == 0)
    assert state_of(breaker) is State.CLOSED, "every second call fails"
    call(breaker, True)
    call(breaker, True)
    assert state_of(breaker) is State.OPEN


def test_what_says_nothing_of_the_candidate_is_no_call() -> None:
    breaker = Breaker()
    for failed in (True, None) * 4:
        call(breaker, failed)
    assert state_of(breaker) is State.CLOSED
    call(breaker, True)
    assert state_of(breaker) is State.OPEN


def test_while_it_is_open_no_call_is_made_until_the_wait_is_over() -> None:
    breaker = make_open(now=100.0)
    assert breaker.admit(100.0 + FIRST_WAIT - 0.001) is None
    assert breaker.admit(100.0 + FIRST_WAIT) is not None
    assert state_of(breaker) is State.HALF_OPEN


def test_one_probe_goes_at_a_time() -> None:
    breaker = make_open()
    ticket = breaker.admit(5.0)
    assert ticket is not None
    assert [breaker.admit(5.0 + later) for later in (0.0, 1.0, 100.0)] == [None] * 3
    breaker.note(ticket, False, 6.0)
    assert state_of(breaker) is State.CLOSED
    assert breaker.admit(6.0) is not None


def test_probes_that_fail_come_at_longer_and_longer_intervals() -> None:
    breaker, waits = make_open(), []
    for _ in range(8):
        waits.append(breaker.wait)
        assert call(breaker, True, breaker.due)
        assert state_of(breaker) is State.OPEN
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]


def test_after_a_good_probe_it_begins_afresh() -> None:
    breaker = make_open()
    call(breaker, True, breaker.due)
    call(breaker, False, breaker.due)
    for _ in range(IN_A_ROW - 1):
        call(breaker, True, 50.0)
        assert state_of(breaker) is State.CLOSED, "what failed before is forgotten"
    call(breaker, True, 50.0)
    assert (breaker.state, breaker.due) == (State.OPEN, 50.0 + FIRST_WAIT)


def test_a_probe_that_says_nothing_does_not_close_it() -> None:
    breaker = make_open()
    call(breaker, None, breaker.due)
    assert state_of(breaker) is State.OPEN


def test_outcomes_of_calls_that_began_before_it_moved_are_no_news() -> None:
    breaker = Breaker()
    early = [breaker.admit(0.0) for _ in range(10)]
    for ticket in early[:5]:
        assert ticket is not None
        breaker.note(ticket, True, 1.0)
    assert state_of(breaker) is State.OPEN
    for ticket in early[5:]:
        assert ticket is not None
        breaker.note(ticket, False, 1.1)
    assert (breaker.state, breaker.due) == (State.OPEN, 1.0 + FIRST_WAIT)
    probe = breaker.admit(3.0)
    assert probe is not None
    breaker.note(early[5] or 0, False, 3.1)
    assert state_of(breaker) is State.HALF_OPEN, "the probe alone decides"


def test_every_move_is_told_after_it_happened() -> None:
    told: list[tuple[Move, State]] = []
    breaker = Breaker(lambda move, moved: told.append((move, moved.state)))
    for _ in range(IN_A_ROW):
        call(breaker, True)
    call(breaker, True, 10.0)
    call(breaker, False, 20.0)
    assert told == [
        (Move.TRIP, State.OPEN),
        (Move.PROBE, State.HALF_OPEN),
        (Move.RELAPSE, State.OPEN),
        (Move.PROBE, State.HALF_OPEN),
        (Move.RECOVER, State.CLOSED),
    ]


steps = st.lists(
    st.tuples(st.sampled_from(["begin", "end"]), st.sampled_from([True, False, None]), st.floats(0, 40)), max_size=120
)


@given(steps)
def test_whatever_happens_an_open_breaker_has_at_most_one_call_under_way_and_none_too_early(
    history: list[tuple[str, bool | None, float]],
) -> None:
    breaker, now, under_way = Breaker(), 0.0, list[int]()
    for what, failed, seconds in history:
        now += seconds
        if what == "end" and under_way:
            breaker.note(under_way.pop(0), failed, now)
            continue
        state, due = breaker.state, breaker.due
        ticket = breaker.admit(now)
        assert (ticket is not None) == (state is State.CLOSED or (state is State.OPEN and now >= due))
        if ticket is not None:
            under_way.append(ticket)
        if state_of(breaker) is State.HALF_OPEN:
            assert under_way.count(breaker.ticket) <= 1
        assert FIRST_WAIT <= breaker.wait <= LONGEST_WAIT


@given(st.lists(st.booleans(), max_size=200))
def test_it_opens_exactly_when_the_rule_in_words_says_so(outcomes: list[bool]) -> None:
    breaker, seen = Breaker(), list[bool]()
    for failed in outcomes:
        call(breaker, failed)
        seen.append(failed)
        in_a_row = len(seen) >= IN_A_ROW and all(seen[-IN_A_ROW:])
        opens = in_a_row or sum(seen[-WINDOW:]) > WINDOW / 2
        assert (state_of(breaker) is State.OPEN) == opens
        if opens:
            return
