"""What the gauge reads, and that it believes no answer of the wrong kind."""

from pathlib import Path

import pytest
from bench.client import Client, read_answer
from bench.instructions.gauge import (
    CHAMPION_ONLY,
    IDLE,
    INTERLEAVING,
    REQUESTS,
    Batch,
    attribute,
    send_batch,
)
from bench.instructions.watched import NotMeasured, Watched
from bench.scene import CHAMPION_ANSWER
from bench.stub import serve_models


def test_dumps_are_read_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    for name, part, line in (("callgrind.out.7", 3, "summary: 90"), ("callgrind.out.7.1", 1, "totals: 12")):
        (tmp_path / name).write_text(f"version: 1\npart: {part}\nevents: Ir\n{line}\n")
    assert Watched(1, 1, tmp_path).read_dumps() == [12, 90]


def test_a_dump_without_a_total_is_no_measurement(tmp_path: Path) -> None:
    (tmp_path / "callgrind.out.7").write_text("part: 1\n")
    with pytest.raises(NotMeasured, match="totals"):
        Watched(1, 1, tmp_path).read_dumps()


def test_what_passing_time_costs_is_no_part_of_a_request() -> None:
    # A busy machine takes three times as long for the second batch, in which the router looks around as often.
    requests = 1000 * REQUESTS[INTERLEAVING]
    batches = [
        Batch(INTERLEAVING, 1.0, requests + 500),
        Batch(IDLE, 2.0, 1000),
        Batch(INTERLEAVING, 3.0, requests + 1500),
    ]
    assert attribute(batches) == {INTERLEAVING: [1000, 1000], CHAMPION_ONLY: []}


def test_an_answer_is_complete_with_its_last_byte() -> None:
    data = b"HTTP/1.1 200 OK\r\nX-Interleaver-Impression: t\r\nContent-length: 2\r\n\r\nab"
    assert read_answer(data[:-1]) is None
    assert read_answer(data[:20]) is None
    answer = read_answer(data)
    assert answer is not None
    assert (answer.status, answer.body, answer.is_merged) == (200, b"ab", True)


def test_the_models_answer_and_a_plain_answer_is_not_taken_for_a_merged_one() -> None:
    with serve_models(CHAMPION_ANSWER) as (url,):
        client = Client(int(url.rpartition(":")[2]))
        answer = client.ask("u")
        assert (answer.status, answer.body, answer.is_merged) == (200, CHAMPION_ANSWER, False)
        with pytest.raises(NotMeasured, match="not served interleaving"):
            send_batch(client, ["u"], INTERLEAVING)
        client.close()
