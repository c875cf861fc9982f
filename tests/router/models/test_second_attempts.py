"""When a call is tried again: only where nothing can have been done twice, and never without end."""

import random
from typing import Any

import pytest

from interleaver.api.routing import Target
from interleaver.router.models.call import REPLAY_BYTES, AnswerReceiver, Call, Failure, Line
from interleaver.router.models.pool import Limits
from interleaver.router.models.upstreams import Upstreams

OWN = Target("v1", "aaaaaa", "http://10.0.0.1:80")
OTHER = Target("v2", "bbbbbb", "http://10.0.0.2:80")


class FakePool:
    """Takes calls, and writes down over what they were sent."""

    def __init__(self, local: bool) -> None:
        self.local = local
        self.sent: list[str] = []

    def send(self, call: Call) -> None:
        self.sent.append("any")

    def dial(self, call: Call) -> None:
        self.sent.append("fresh")


class Receiver(AnswerReceiver):
    """Writes down what becomes of a call."""

    def __init__(self) -> None:
        self.failures: list[Failure] = []
        self.paused: list[bool] = []

    def fail_answer(self, failure: Failure) -> None:
        self.failures.append(failure)

    def pause_request(self, paused: bool) -> None:
        self.paused.append(paused)


class Wire(Line):
    """A connection that keeps what it is sent."""

    def __init__(self) -> None:
        self.data = b""

    def send(self, data: bytes) -> None:
        self.data += data

    def carry(self, call: Call, reused: bool) -> "Wire":
        """Send what there is of a call."""
        self.send(call.attach(self, reused))
        return self


class World:
    """Two pools and a router that may be leaving."""

    def __init__(self) -> None:
        self.leaving = False
        self.upstreams = Upstreams("http://127.0.0.1:9", "aaaaaa", lambda: self.leaving, random.Random(1), Limits())
        self.local, self.own, self.other = FakePool(True), FakePool(False), FakePool(False)
        pools: Any = {
            ("http://127.0.0.1:9", True): self.local,
            (OWN.url, False): self.own,
            (OTHER.url, False): self.other,
        }
        self.upstreams.pools = pools
        self.receiver = Receiver()

    def place(self, target: Target, complete: bool = True) -> Call:
        call = Call(b"request", complete, False, self.receiver)
        route = self.upstreams.find_route(target)
        call.redial = route.redial
        route.pool.send(call)
        return call


@pytest.fixture
def world() -> World:
    return World()


def test_the_own_model_is_reached_in_the_own_pod(world: World) -> None:
    world.place(OWN)
    world.place(OTHER)
    assert [world.local.sent, world.own.sent, world.other.sent] == [["any"], [], ["any"]]


def test_a_refusal_in_the_own_pod_is_final(world: World) -> None:
    world.place(OWN).fail(Failure.REFUSED)
    assert world.receiver.failures == [Failure.REFUSED]
    assert world.local.sent == ["any"]


def test_a_refusal_in_a_pod_that_is_leaving_goes_to_the_service_which_has_two_tries(world: World) -> None:
    world.leaving = True
    call = world.place(OWN)
    for _ in range(2):
        call.fail(Failure.REFUSED)
        assert world.receiver.failures == []
    call.fail(Failure.REFUSED)
    assert world.receiver.failures == [Failure.REFUSED]
    assert [world.local.sent, world.own.sent] == [["any"], ["fresh", "fresh"]]


def test_a_refusal_by_a_service_is_tried_once_more(world: World) -> None:
    call = world.place(OTHER)
    call.fail(Failure.REFUSED)
    assert world.receiver.failures == []
    call.fail(Failure.REFUSED)
    assert world.receiver.failures == [Failure.REFUSED]
    assert world.other.sent == ["any", "fresh"]


def test_a_reused_connection_that_ends_before_the_first_byte_is_replaced_once(world: World) -> None:
    call = world.place(OWN)
    Wire().carry(call, reused=True)
    call.fail(Failure.CLOSED)
    assert world.local.sent == ["any", "fresh"]
    Wire().carry(call, reused=True)
    call.fail(Failure.CLOSED)
    assert world.receiver.failures == [Failure.CLOSED]


@pytest.mark.parametrize("case", ["fresh", "answering", "garbled"])
def test_what_may_have_been_done_is_not_done_again(world: World, case: str) -> None:
    call = world.place(OTHER)
    Wire().carry(call, reused=case != "fresh")
    call.answering = case == "answering"
    failure = Failure.GARBLED if case == "garbled" else Failure.CLOSED
    call.fail(failure)
    assert world.receiver.failures == [failure]
    assert world.other.sent == ["any"]


def test_a_streamed_body_is_repeated_whole_as_long_as_it_is_kept(world: World) -> None:
    call, first, second = world.place(OTHER, complete=False), Wire(), Wire()
    first.carry(call, reused=True)
    call.send(b" one")
    call.fail(Failure.CLOSED)
    call.send(b" two")
    second.carry(call, reused=False)
    call.send(b" three")
    assert (first.data, second.data) == (b"request one", b"request one two three")


def test_a_body_that_is_too_long_to_be_kept_is_sent_once(world: World) -> None:
    call = world.place(OTHER, complete=False)
    assert not call.must_pause()
    call.send(b"x" * (REPLAY_BYTES + 1))
    assert call.must_pause()
    wire = Wire()
    wire.carry(call, reused=True)
    assert len(wire.data) == REPLAY_BYTES + 8
    assert world.receiver.paused == [False]
    call.fail(Failure.CLOSED)
    assert world.receiver.failures == [Failure.CLOSED]


def test_a_cancelled_call_fails_nobody(world: World) -> None:
    call = world.place(OTHER)
    call.cancel()
    call.fail(Failure.REFUSED)
    assert world.receiver.failures == []
    assert world.other.sent == ["any"]


def test_addresses_that_no_configuration_names_are_given_up() -> None:
    world = World()
    retired = []
    world.other.retire = lambda: retired.append(OTHER.url)  # type: ignore[attr-defined]
    world.upstreams.keep_only([OWN])
    assert retired == [OTHER.url]
    assert set(world.upstreams.pools) == {("http://127.0.0.1:9", True), (OWN.url, False)}
