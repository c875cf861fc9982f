"""More clients than a router has room for, and clients that read nothing: bounded, counted, and not its end."""

import asyncio
import contextlib
import json
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from interleaver.api.names import IMPRESSION_HEADER
from interleaver.router.client.connection import ClientConnection
from interleaver.router.client.listener import MOST_PARTING, Listener
from interleaver.router.client.unread import MOST_BYTES
from interleaver.router.system.descriptors import FILES, OTHERS, POOLS, Bounds, divide
from tests.router.conftest import Stage
from tests.router.model_servers import Reply
from tests.router.programs import Client, render_request, wait_until

from .test_large_bodies import HELD, Memory

FEW = 400
RANK = render_request("POST", "/recommend", {"X-User-Id": "u"}, b"{}")
LONG = json.dumps({"items": [{"id": str(number), "text": "x" * 9_000} for number in range(100)]}).encode()

MANY = 100  # clients that read nothing

MakeStage = Callable[..., Stage]


@pytest.mark.parametrize("files", [0, 256, 300, 512, 1024, 4096, FILES, 1_000_000])
def test_bounds_leave_files_for_everything_else(files: int) -> None:
    bounds = divide(files)
    assert min(bounds) >= 1
    if files >= 300:
        assert bounds.clients + 2 * bounds.tunnels + POOLS * bounds.upstreams + OTHERS <= files
        assert bounds.clients > 2 * bounds.tunnels


def test_whoever_may_open_many_files_has_all_that_is_promised() -> None:
    assert divide(FILES) == Bounds()
    assert divide(FILES // 2) != Bounds()


def limit_files(stage: Stage, files: int) -> Stage:
    """Have a router that may open so many files."""
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({files}, {files}))"
    stage.router.command = ["-c", f"{limit}; from interleaver.cli import main; main()"]
    return stage


@pytest.fixture
def crowded(make_stage: MakeStage) -> Iterator[tuple[Stage, list[Client]]]:
    """A router that may open few files, with as many clients as it takes."""
    stage = limit_files(make_stage(), FEW).start()
    with ExitStack() as stack:
        clients = [stack.enter_context(stage.router.client()) for _ in range(divide(FEW).clients)]
        for client in clients:
            client.send(RANK)
            assert client.receive().status == 200
        yield stage, clients


def test_a_client_that_finds_no_room_is_told_and_the_others_are_served(crowded: tuple[Stage, list[Client]]) -> None:
    stage, clients = crowded
    told = stage.router.rank()
    assert (told.status, told.header("Connection")) == (503, "close")
    assert told.json() == {"error": "too many connections are open"}
    for client in clients:
        client.send(RANK)
        assert client.receive().header(IMPRESSION_HEADER)
    assert stage.router.sample("interleaver_client_connections") == len(clients)
    assert stage.router.sample("interleaver_client_connections_refused_total") == 1
    assert stage.router.sample("interleaver_refusals_total", status="503") == 1
    assert stage.router.find_event("client-refused")
    clients[0].socket.close()
    wait_until(lambda: stage.router.rank().status == 200, "there is room again")


def test_a_crowd_that_finds_no_room_and_does_not_go_is_cut(crowded: tuple[Stage, list[Client]]) -> None:
    stage, clients = crowded
    with ExitStack() as stack:
        late = [stack.enter_context(stage.router.client()) for _ in range(2 * MOST_PARTING)]
        refused = "interleaver_client_connections_refused_total"
        wait_until(lambda: stage.router.sample(refused) == len(late), "all are turned away")
        assert open_files(stage) < FEW - 10
        clients[0].send(RANK)
        assert clients[0].receive().header(IMPRESSION_HEADER)
        told = [client for client in late if receive_rest(client).startswith(b"HTTP/1.1 503")]
        assert MOST_PARTING <= len(told) < len(late)


def receive_rest(client: Client) -> bytes:
    """All that arrives before the end, whatever that is."""
    with contextlib.suppress(OSError):
        return client.take_rest()
    return b""


def open_files(stage: Stage) -> int:
    assert stage.router.process is not None
    return len(os.listdir(f"/proc/{stage.router.process.pid}/fd"))


def read_cpu(stage: Stage) -> float:
    """CPU seconds of the router so far."""
    assert stage.router.process is not None
    with open(f"/proc/{stage.router.process.pid}/stat") as opened:
        fields = opened.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_router_without_a_free_file_neither_ends_nor_spins_and_serves_those_it_has(make_stage: MakeStage) -> None:
    """None of its bounds lets it come to this: the limit is lowered under it, as if something else leaked."""
    stage = make_stage().start()
    router = stage.router
    assert router.process is not None
    with router.client() as served:
        served.send(RANK)
        assert served.receive().header(IMPRESSION_HEADER)
        before = resource.prlimit(router.process.pid, resource.RLIMIT_NOFILE)
        files = open_files(stage) + 5
        resource.prlimit(router.process.pid, resource.RLIMIT_NOFILE, (files, before[1]))
        with ExitStack() as stack:
            late = [stack.enter_context(router.client()) for _ in range(50)]
            wait_until(lambda: open_files(stage) == files, "no file is free")
            cpu = read_cpu(stage)
            for client in late[-20:]:  # closed at once, so that no client waits for an answer that cannot come
                assert receive_rest(client) == b""
            for _ in range(100):
                served.send(RANK)
                assert served.receive().header(IMPRESSION_HEADER)
            assert read_cpu(stage) - cpu < 1
        resource.prlimit(router.process.pid, resource.RLIMIT_NOFILE, before)
    wait_until(lambda: router.rank().status == 200, "newcomers are served again")


def test_whoever_has_not_read_for_longest_goes_first() -> None:
    async def scene() -> None:
        listener, half = Listener(lambda exchange: None), MOST_BYTES // 2
        first, second, third = (ClientConnection(listener) for _ in range(3))
        unread = listener.unread
        assert unread.add(first, half) == []
        assert unread.add(second, half) == []
        unread.drop(first)
        assert unread.add(first, half) == []
        assert unread.add(third, half + 1) == [second, first]
        assert unread.size == half + 1
        assert unread.add(third, MOST_BYTES + 1) == [third]
        assert (unread.size, unread.by_connection) == (0, {})

    asyncio.run(scene())


def test_answers_that_nobody_reads_do_not_take_the_memory(make_stage: MakeStage) -> None:
    """Each client asks for more than the kernel holds for it, about 3 MB; the router has most of one answer left."""
    stage = make_stage().start()
    stage.answer(Reply(LONG), Reply(LONG))
    stage.router.rank()
    with ExitStack() as stack:
        memory = Memory(stage)
        clients = [stack.enter_context(Client(stage.router.port, receive_buffer=4096)) for _ in range(MANY)]
        for number, client in enumerate(clients, 1):  # one by one: what is on its way from models is memory as well
            client.send(RANK * 8)
            wait_until(lambda: count_ranked(stage) > number, "its first answer")  # noqa: B023 - called at once
        wait_until(lambda: is_cut(stage, memory), "too much is unread")
        assert stage.router.find_event("client-cut")
        assert memory.growth < MOST_BYTES + 3 * HELD
    wait_until(lambda: stage.router.sample("interleaver_client_connections") == 0, "all are gone")
    assert stage.router.rank().header(IMPRESSION_HEADER)


def count_ranked(stage: Stage) -> float:
    return stage.router.count("requests", arm="interleaved", outcome="ok")


def is_cut(stage: Stage, memory: Memory) -> bool:
    memory.look()
    return stage.router.sample("interleaver_client_connections_cut_total") > 0
