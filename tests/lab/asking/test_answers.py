"""What servers answer comes back in the suite's order, however they send it."""

import gzip
import json
import signal
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from interleaver.lab.asking.answers import State
from interleaver.lab.asking.progress import Progress
from interleaver.lab.suites.suite import Request
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable
from tests.certificates import make_certificates
from tests.router.model_servers import Loop, Model, Reply, Seen
from tests.router.rankings.test_recorded_servers import SERVERS, read_contract
from tests.router.recorded import IDS, read_recording
from tests.unit.lab.asking.scene import make_cases, make_suite

from .conftest import Asking


def rank(seen: Seen) -> bytes:
    """An answer that only this case gets."""
    user = json.loads(seen.body)["user"]
    return json.dumps({"items": [{"id": user}, {"id": f"other-{user}"}]}).encode()


def expect(count: int) -> list[tuple[str, ...]]:
    return [(str(user), f'"other-{user}"') for user in range(count)]


def test_answers_stand_in_the_suites_order_though_they_come_in_another(model: Model, asking: Asking) -> None:
    model.answer = lambda seen: Reply(rank(seen), delay=0.002 * (json.loads(seen.body)["user"] % 3))
    answers = asking(make_suite(60), model.url)
    assert answers.rankings == expect(60)
    assert answers.states.tolist() == [State.ANSWERED] * 60
    assert (answers.milliseconds > 0).all()
    assert answers.sizes.tolist() == [len(row) for row in (rank(seen) for seen in sort(model.seen))]
    assert not answers.partial
    assert answers.retries == 0


def sort(seen: list[Seen]) -> list[Seen]:
    return sorted(seen, key=lambda each: int(json.loads(each.body)["user"]))


def test_each_case_is_asked_once_as_the_contract_has_it(model: Model, asking: Asking) -> None:
    model.answer = lambda seen: Reply(rank(seen))
    suite = make_suite(cases=make_cases(9, headers={"X-Tenant": "a"}))
    asking(suite, f"{model.url}/feed/", headers=(("Authorization", "t"),))
    assert {seen.target for seen in model.seen} == {"/feed/recommend"}
    assert [seen.header("X-User-Id") for seen in sort(model.seen)] == [f"u{row}" for row in range(9)]
    assert {(seen.header("X-Tenant"), seen.header("Authorization")) for seen in model.seen} == {("a", "t")}


@pytest.mark.parametrize("concurrency", [1, 3, 50])
def test_no_more_connections_are_open_than_was_said(model: Model, asking: Asking, concurrency: int) -> None:
    model.answer = lambda seen: Reply(rank(seen))
    answers = asking(make_suite(30), model.url, concurrency=concurrency)
    assert answers.rankings == expect(30)
    assert model.connections <= concurrency


def make_reply(way: str, body: bytes) -> Reply:
    """A body, sent in one of the ways that HTTP/1.1 knows."""
    if way == "chunked":
        return Reply(chunks=(body[:7], body[7:8], body[8:]))
    if way == "until close":
        return Reply(raw=b"HTTP/1.1 200 OK\r\n\r\n" + body, close=True)
    if way == "gzip":
        return Reply(gzip.compress(body), headers=(("Content-Encoding", "gzip"),))
    if way == "HTTP/1.0":
        return Reply(raw=b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body, close=True)
    if way == "interim":
        head = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
        return Reply(raw=head % len(body) + body)
    return Reply(body, close=way == "closing")


@pytest.mark.parametrize("way", ["plain", "chunked", "until close", "gzip", "HTTP/1.0", "interim", "closing"])
def test_a_body_may_come_in_any_way(model: Model, asking: Asking, way: str) -> None:
    model.answer = lambda seen: make_reply(way, rank(seen))
    answers = asking(make_suite(20), model.url)
    assert answers.rankings == expect(20)
    assert answers.retries == 0


@pytest.mark.parametrize("name", SERVERS)
def test_what_real_servers_sent_is_an_answer(model: Model, asking: Asking, name: str) -> None:
    contract, recording = read_contract(SERVERS[name]), read_recording(name)
    model.answer = lambda seen: recording.answer.reply()
    answers = asking(make_suite(6, **{"items": None, "itemId": "", **contract}), model.url)
    assert answers.rankings == [tuple(f'"{item}"' for item in IDS)] * 6
    model.answer = lambda seen: recording.failure.reply()
    failed = asking(make_suite(2, **{"items": None, "itemId": "", **contract}), model.url, retries=1)
    refused = recording.failure.status < 500
    assert failed.states.tolist() == [State.REFUSED if refused else State.FAILED] * 2
    assert f"status {recording.failure.status}" in failed.words[0]


def test_scores_are_read_and_what_is_none_is_told(model: Model, asking: Asking) -> None:
    bodies = [
        b'{"score": 0.25}',
        b'{"score": NaN}',
        b'{"score": true}',
        b'{"score": -1e300}',
        b"[]",
        b'{"score": 1e999}',
    ]
    model.answer = lambda seen: Reply(bodies[json.loads(seen.body)["user"]])
    answers = asking(make_suite(6, Task.SCORING), model.url)
    assert answers.scores is not None
    assert answers.states.tolist() == [0, 3, 3, 0, 3, 3]
    assert answers.scores[[0, 3]].tolist() == [0.25, -1e300]
    assert answers.words[1] == "the score at '/score' is NaN"
    assert not answers.partial  # the server was there, and said what it says
    assert {seen.target for seen in model.seen} == {"/score"}


def test_items_that_a_list_has_again_are_left_out_and_counted(model: Model, asking: Asking) -> None:
    model.answer = lambda seen: Reply(b'{"items": [{"id": 1}, {"id": "1"}, {"id": 1.0}, {"id": true}, {"id": "1"}]}')
    answers = asking(make_suite(2), model.url)
    assert answers.rankings == [("1", '"1"', "true")] * 2
    assert answers.duplicates == 4


def test_ipv6_is_spoken(loop: Loop, asking: Asking) -> None:
    model = Model(loop, lambda seen: Reply(rank(seen))).start("::1")
    answers = asking(make_suite(5), f"http://[::1]:{model.port}")
    assert answers.rankings == expect(5)
    assert {seen.header("Host") for seen in model.seen} == {f"[::1]:{model.port}"}
    model.stop()


class Encrypted(Model):
    """A model server that speaks TLS."""

    folder: Path

    async def listen(self, host: str) -> None:
        import asyncio

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "redis.crt", self.folder / "redis.key")
        self.server = await asyncio.start_server(self.serve, host, 0, ssl=context)
        self.port = self.server.sockets[0].getsockname()[1]


def test_a_model_behind_tls_is_asked_if_its_certificate_can_be_trusted(
    loop: Loop, asking: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Encrypted(loop, lambda seen: Reply(rank(seen)))
    model.folder = make_certificates(tmp_path, "127.0.0.1")
    model.start()
    url = f"https://127.0.0.1:{model.port}"
    untrusted = asking(make_suite(2), url, retries=0)
    assert untrusted.states.tolist() == [State.FAILED] * 2
    assert "certificate" in untrusted.words[0]
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.crt"))
    assert asking(make_suite(5), url).rankings == expect(5)
    model.stop()


def test_whoever_watches_sees_it_begin_and_end(model: Model, asking: Asking) -> None:
    seen: list[Progress] = []
    model.answer = lambda seen: Reply(rank(seen))
    asking(make_suite(40), model.url, seen.append, share_twice=0.1)
    assert (seen[0].done, seen[0].total) == (0, 44)
    assert (seen[-1].done, seen[-1].failed, seen[-1].seconds_left) == (44, 0, 0)


def test_what_is_not_answered_is_not_waited_for_again(model: Model, asking: Asking) -> None:
    seen: list[Progress] = []
    model.answer = lambda seen: Reply(b"", "404 Not Found") if b"3" in seen.body else Reply(rank(seen))
    answers = asking(make_suite(40), model.url, seen.append, share_twice=1.0)
    refused = int((answers.states == State.REFUSED).sum())
    assert refused == 13
    assert answers.asked_twice == 40 - refused
    assert seen[0].total == 80
    assert (seen[-1].done, seen[-1].total) == (80 - refused, 80 - refused)


def test_whoever_heard_control_c_before_hears_it_afterwards(model: Model, asking: Asking) -> None:
    def hear(*of: object) -> None:
        raise AssertionError

    before = signal.signal(signal.SIGINT, hear)
    try:
        asking(make_suite(3), model.url)
        assert signal.getsignal(signal.SIGINT) is hear
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_model_is_asked_from_any_thread(model: Model, asking: Asking) -> None:
    model.answer = lambda seen: Reply(rank(seen))
    with ThreadPoolExecutor() as pool:
        answers = pool.submit(asking, make_suite(3), model.url).result()
    assert answers.rankings == expect(3)


def test_a_model_that_answers_otherwise_the_second_time_is_found_out(model: Model, asking: Asking) -> None:
    counts: dict[bytes, int] = {}

    def answer(seen: Seen) -> Reply:
        counts[seen.body] = counts.get(seen.body, 0) + 1
        unstable = json.loads(seen.body)["user"] % 2
        return Reply(json.dumps({"items": [{"id": counts[seen.body] * unstable}]}).encode())

    model.answer = answer
    answers = asking(make_suite(50), model.url, share_twice=1.0)
    assert (answers.asked_twice, answers.answered_differently) == (50, 25)
    assert answers.rankings == [(str(row % 2),) for row in range(50)]  # the first answer counts
    assert set(counts.values()) == {2}


def test_a_case_that_cannot_be_sent_ends_the_run_at_once(model: Model, asking: Asking) -> None:
    cases = make_cases(5_000)
    bad = replace(cases, requests=[*cases.requests[:9], Request(b"{}", {"X-Note": "a\nb"}), *cases.requests[10:]])
    with pytest.raises(Unusable, match="X-Note has a line break"):
        asking(make_suite(cases=bad), model.url)
    assert len(model.seen) < 5_000


def test_nothing_is_sent_when_a_header_of_the_suite_cannot_be(model: Model, asking: Asking) -> None:
    with pytest.raises(Unusable, match="control character"):
        asking(make_suite(2, cases=make_cases(2, headers={"X-Note": "a\r\nb"})), model.url)
    assert model.seen == []
