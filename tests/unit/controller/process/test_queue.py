"""The work queue: deduplicated, delayed, one visit of a key at a time, and a backoff that grows and is bounded."""

from hypothesis import given
from hypothesis import strategies as st

from interleaver.controller.process.queue import WorkQueue
from interleaver.controller.settings import Backoff
from interleaver.controller.visits.visit import Key
from tests.unit.controller.fakes import FakeClock

A, B = Key("shop", "a"), Key("shop", "b")


def make_queue(clock: FakeClock, chance: float = 0.0, gap: float = 0.2) -> WorkQueue:
    return WorkQueue(clock, lambda: chance, Backoff(first=1.0, factor=2.0, most=60.0, jitter=0.5), gap)


def test_an_empty_queue_hands_out_nothing_and_has_nothing_to_wait_for() -> None:
    queue = make_queue(FakeClock())
    assert queue.hand_out() is None
    assert queue.wait() is None


def test_a_key_added_twice_is_handed_out_once() -> None:
    queue = make_queue(FakeClock())
    queue.add(A)
    queue.add(A)
    assert len(queue) == 1
    assert queue.hand_out() == A
    assert queue.hand_out() is None


def test_keys_are_handed_out_in_the_order_in_which_they_are_due() -> None:
    clock = FakeClock()
    queue = make_queue(clock)
    queue.add(A, delay=5)
    queue.add(B, delay=2)
    clock.pass_by(10)
    assert [queue.hand_out(), queue.hand_out()] == [B, A]


def test_a_key_is_not_handed_out_before_it_is_due() -> None:
    clock = FakeClock()
    queue = make_queue(clock)
    queue.add(A, delay=5)
    assert queue.hand_out() is None
    assert queue.wait() == 5
    clock.pass_by(5)
    assert queue.wait() == 0
    assert queue.hand_out() == A


def test_the_earlier_of_two_dates_counts() -> None:
    clock = FakeClock()
    queue = make_queue(clock)
    queue.add(A, delay=5)
    queue.add(A, delay=50)
    assert queue.wait() == 5
    queue.add(A, delay=1)
    assert queue.wait() == 1


def test_a_key_that_is_being_worked_on_is_not_handed_out_and_holds_up_nobody_else() -> None:
    clock = FakeClock()
    queue = make_queue(clock)
    queue.add(A)
    queue.hand_out()
    queue.add(A)
    queue.add(B)
    clock.pass_by(1)
    assert queue.hand_out() == B
    assert queue.hand_out() is None


def test_a_key_added_during_its_visit_is_visited_again_whatever_the_visit_asked_for() -> None:
    clock = FakeClock()
    queue = make_queue(clock)
    queue.add(A)
    queue.hand_out()
    queue.add(A)
    queue.succeed(A, after=60)
    clock.pass_by(0.2)
    assert queue.hand_out() == A


def test_a_visit_that_asks_for_nothing_is_not_repeated() -> None:
    queue = make_queue(FakeClock())
    queue.add(A)
    queue.hand_out()
    queue.succeed(A, after=None)
    assert len(queue) == 0


def test_a_burst_of_events_is_one_visit_per_gap() -> None:
    clock = FakeClock()
    queue = make_queue(clock, gap=0.2)
    visits = 0
    for _ in range(100):
        queue.add(A)
        if queue.hand_out():
            visits += 1
            queue.succeed(A, after=None)
            queue.add(A)
        clock.pass_by(0.01)
    assert visits == 5  # within one second


def test_failures_in_a_row_are_retried_ever_later_up_to_the_longest_delay() -> None:
    clock = FakeClock()
    queue = make_queue(clock)
    delays = []
    queue.add(A)
    for _ in range(8):
        assert queue.hand_out() == A
        delays.append(queue.fail(A))
        clock.pass_by(delays[-1])
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_success_starts_the_backoff_anew() -> None:
    clock = FakeClock()
    queue = make_queue(clock)
    for outcome in ("fail", "fail", "succeed", "fail"):
        queue.add(A)
        clock.pass_by(100)
        assert queue.hand_out() == A
        if outcome == "succeed":
            queue.succeed(A, after=None)
        else:
            delay = queue.fail(A)
    assert delay == 1


def test_randomness_takes_away_up_to_the_jitter_s_share() -> None:
    queue = make_queue(FakeClock(), chance=0.999)
    queue.add(A)
    queue.hand_out()
    assert 0.5 <= queue.fail(A) < 0.51


def test_an_event_is_heard_although_a_retry_is_far_away() -> None:
    clock = FakeClock()
    queue = make_queue(clock)
    for _ in range(8):
        queue.add(A)
        clock.pass_by(100)
        queue.hand_out()
        queue.fail(A)
    queue.add(A)
    clock.pass_by(0.2)
    assert queue.hand_out() == A


@given(st.lists(st.tuples(st.sampled_from("atsf"), st.sampled_from((A, B)), st.floats(0, 3)), max_size=60))
def test_no_key_is_lost_or_handed_out_twice_at_once(actions: list[tuple[str, Key, float]]) -> None:
    clock = FakeClock()
    queue = make_queue(clock)
    active: set[Key] = set()
    owed: set[Key] = set()
    for action, key, seconds in actions:
        if action == "a":
            queue.add(key, seconds)
            owed.add(key)
        elif action == "t" and (taken := queue.hand_out()):
            assert taken not in active
            active.add(taken)
            owed.discard(taken)
        elif action == "s" and key in active:
            active.discard(key)
            queue.succeed(key, None)
        elif action == "f" and key in active:
            active.discard(key)
            owed.add(key)
            queue.fail(key)
        clock.pass_by(seconds)
    for key in active:
        queue.succeed(key, None)
    clock.pass_by(1000)
    assert {queue.hand_out(), queue.hand_out()} - {None} == owed


def make_shared(clock: FakeClock, most: int = 3) -> WorkQueue:
    """A queue in which one tenant has a hundred experiments that are due, and another has two that came later."""
    queue = WorkQueue(clock, lambda: 0.0, Backoff(), 0.0, most)
    for number in range(100):
        queue.add(Key("hostile", f"{number:03}"))
    clock.pass_by(1)
    queue.add(Key("shop", "a"))
    queue.add(Key("shop", "b"))
    return queue


def test_namespaces_take_turns_however_many_keys_one_of_them_has() -> None:
    queue = make_shared(FakeClock(), most=100)
    taken = [queue.hand_out() for _ in range(6)]
    assert [key.namespace for key in taken if key] == ["hostile", "shop", "hostile", "shop", "hostile", "hostile"]


def test_a_namespace_that_comes_back_at_once_waits_for_its_turn_as_well() -> None:
    clock = FakeClock()
    queue = make_shared(clock, most=100)
    taken = []
    for _ in range(4):
        queue.add(Key("busy", "x"))
        key = queue.hand_out()
        assert key is not None
        taken.append(key.namespace)
        queue.succeed(key, None)
    assert taken == ["hostile", "busy", "shop", "hostile"]


def test_no_namespace_has_all_workers() -> None:
    clock = FakeClock()
    queue = WorkQueue(clock, lambda: 0.0, Backoff(), 0.0, 3)
    for number in range(10):
        queue.add(Key("hostile", str(number)))
    taken = [queue.hand_out() for _ in range(4)]
    assert taken[3] is None
    assert queue.wait() is None, "what is due must wait for one of the three"
    queue.add(A)
    assert queue.hand_out() == A
    assert taken[0] is not None
    queue.succeed(taken[0], None)
    assert queue.wait() == 0.0
    assert queue.hand_out() is not None
