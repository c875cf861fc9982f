"""Leaving: nothing that was accepted is lost, whoever goes first."""

import threading
import time
from typing import Any

import pytest

from tests.router.conftest import Stage, answer_items
from tests.router.model_servers import Model, Reply
from tests.router.programs import Client, render_request, wait_until

HEADER = "X-Interleaver-Impression"
REQUEST = render_request("POST", "/recommend", {"X-User-Id": "u"}, b"{}")


def test_drain_turns_readiness_off_and_clients_away_while_still_serving(make_stage: Any) -> None:
    router = make_stage().start().router
    with router.client() as old:
        old.send(REQUEST)
        assert old.receive().header("Connection") is None
        assert router.drain() == 0
        assert router.admin("GET", "/readyz").status == 503
        assert router.admin("GET", "/healthz").status == 200
        old.send(REQUEST)
        assert old.receive().header("Connection") == "close"
        assert old.take_rest() == b""
    with router.client() as fresh:
        answer = fresh.request("GET", "/other")
        assert (answer.status, answer.header("Connection")) == (200, "close")
    assert router.drain() == 0, "told again, it goes on"


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT"])
@pytest.mark.parametrize("page", ["/drain", "/metrics", "/healthz", "/readyz", "/config"])
def test_nothing_that_is_asked_over_the_admin_port_makes_a_router_leave(stage: Stage, method: str, page: str) -> None:
    stage.router.admin(method, page)
    assert stage.router.admin("GET", "/readyz").status == 200
    assert stage.router.find_event("draining") is None


def test_a_drain_that_no_end_follows_is_over_after_its_limit(make_stage: Any) -> None:
    stage: Stage = make_stage()
    stage.router.flags += ["--drain-limit", "2"]
    router = stage.start().router
    assert router.drain() == 0
    assert "draining" in router.admin("GET", "/readyz").body.decode()
    wait_until(lambda: router.find_event("drain-over"), "the drain is taken back")
    wait_until(lambda: router.admin("GET", "/readyz").status == 200, "it is Ready again")
    wait_until(lambda: router.request("GET", "/x").header("Connection") is None, "clients may stay again")


def test_the_hook_fails_where_there_is_no_router(make_stage: Any) -> None:
    router = make_stage().start().router
    router.signal()
    assert router.wait() == 0
    assert router.drain() == 1


def test_pipelined_requests_are_all_answered_while_draining(make_stage: Any) -> None:
    router = make_stage().start().router
    router.drain()
    with router.client() as client:
        client.send(REQUEST * 5)
        assert [client.receive().header("Connection") for _ in range(5)] == [None] * 4 + ["close"]


def test_sigterm_finishes_what_is_in_flight_and_exits_with_0(make_stage: Any) -> None:
    stage: Stage = make_stage().start()
    stage.answer(Reply(answer_items("a", "b", "c").body, delay=1))
    clients = [stage.router.client() for _ in range(20)]
    for client in clients:
        client.send(REQUEST)
    wait_until(lambda: len(stage.candidate.seen) == 20, "all are in flight")
    stage.router.signal()
    wait_until(lambda: is_refused(stage.router.port), "nothing new is accepted")
    for client in clients:
        answer = client.receive()
        assert answer.header(HEADER)
        assert answer.header("Connection") == "close"
        client.socket.close()
    assert stage.router.wait() == 0


def is_refused(port: int) -> bool:
    try:
        Client(port).socket.close()
    except ConnectionRefusedError:
        return True
    return False


def test_an_idle_connection_does_not_keep_the_router(make_stage: Any) -> None:
    router = make_stage().start().router
    with router.client() as client:
        client.send(REQUEST)
        client.receive()
        router.signal()
        assert router.wait() == 0


class Shopper(threading.Thread):
    """Asks until told to stop, on fresh and kept-alive connections in turn; every failure is kept."""

    def __init__(self, port: int, number: int) -> None:
        super().__init__()
        self.port = port
        self.request = render_request("POST", "/recommend", {"X-User-Id": f"shopper {number}"}, b"{}")
        self.door = threading.Lock()
        self.moved = False  # the Service no longer lists the pod: no fresh connections
        self.failures: list[str] = []
        self.served = 0

    def run(self) -> None:
        while client := self.enter():
            try:
                self.visit(client)
            except (OSError, EOFError) as error:
                self.failures.append(repr(error))

    def enter(self) -> Client | None:
        """A fresh connection, as long as there may be one."""
        with self.door:
            return None if self.moved else Client(self.port)

    def move(self) -> None:
        with self.door:
            self.moved = True

    def visit(self, client: Client) -> None:
        """A few requests over one connection, until the router asks us to leave."""
        with client:
            for _ in range(5):
                client.send(self.request)
                answer = client.receive()
                if answer.status != 200 or len(answer.json()["items"]) != 3:
                    self.failures.append(repr(answer))
                self.served += 1
                if answer.header("Connection") == "close":
                    return


def test_drain_and_sigterm_lose_nothing_under_load(make_stage: Any) -> None:
    stage: Stage = make_stage().start()
    shoppers = [Shopper(stage.router.port, number) for number in range(6)]
    for shopper in shoppers:
        shopper.start()
    wait_until(lambda: all(shopper.served > 10 for shopper in shoppers), "load is on")
    stage.router.drain()
    served = [shopper.served for shopper in shoppers]
    wait_until(lambda: all(now.served > then for now, then in zip(shoppers, served, strict=True)), "still served")
    for shopper in shoppers:
        shopper.move()
    stage.router.signal()
    for shopper in shoppers:
        shopper.join()
    assert [shopper.failures for shopper in shoppers] == [[]] * 6
    assert stage.router.wait() == 0


def test_when_the_own_model_is_gone_while_draining_the_service_is_asked(make_stage: Any, loop: Any) -> None:
    stage: Stage = make_stage()
    other = Model(loop, lambda seen: answer_items("a", "b", "c", by="other pod")).start()
    stage.start(serving={"revision": "v1", "hash": "aaaaaa", "url": other.url})
    stage.champion.stop()
    assert stage.router.request("GET", "/x").status == 502
    stage.router.drain()
    assert stage.router.rank().json()["by"] == "other pod"
    assert stage.router.request("GET", "/x").json()["by"] == "other pod"
    other.stop()


def test_a_replaced_router_serves_the_new_revision_and_makes_clients_move(make_stage: Any, loop: Any) -> None:
    stage: Stage = make_stage().start()
    successor = Model(loop, lambda seen: answer_items(1, by="successor")).start()
    with stage.router.client() as client:
        client.send(REQUEST)
        assert client.receive().header("Connection") is None
        stage.configure(run=None, candidate=None, serving={"revision": "v2", "hash": "bbbbbb", "url": successor.url})
        wait_until(lambda: stage.router.request("GET", "/x").header("Connection") == "close", "clients are sent away")
        client.send(REQUEST)
        answer = client.receive()
    assert answer.json()["by"] == "successor"
    assert answer.header("Connection") == "close"
    assert stage.router.admin("GET", "/readyz").status == 200
    successor.stop()


def test_a_service_that_still_lists_a_dead_pod_is_tried_once_more(make_stage: Any, loop: Any) -> None:
    """The first connection is refused, the second is not: the model starts to listen in between."""
    stage: Stage = make_stage()
    late = Model(loop, lambda seen: Reply(b"here")).start()
    late.stop()
    stage.start(run=None, candidate=None, serving={"revision": "v2", "hash": "bbbbbb", "url": late.url})
    assert stage.router.request("GET", "/x").status == 502
    end = time.monotonic() + 20
    statuses = []
    thread = threading.Timer(0.3, late.start)
    thread.start()
    while not late.seen and time.monotonic() < end:
        statuses.append(stage.router.request("GET", "/x").status)
    thread.join()
    assert statuses[-1] == 200
    late.stop()
