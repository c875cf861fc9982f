"""The queue and the writer: what finds no room is dropped and counted, and a failure is told once."""

import json
from pathlib import Path
from typing import Any

import pytest

from interleaver.api import names
from interleaver.router.samples import writer as writing
from interleaver.router.samples.entry import Shown
from interleaver.router.samples.rule import EVERYBODY, find_bound
from interleaver.router.samples.samples import MOST_BYTES, MOST_WAITING, Samples, make_samples
from interleaver.router.samples.writer import REST_SECONDS, Writer
from tests.router.programs import wait_until

from .entries import make_conversion, make_rule, make_shown, read_lines


class Time:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The events of the log."""
    events: list[str] = []
    monkeypatch.setattr(writing, "record", lambda event, **fields: events.append(event))
    return events


def counted(writer: Writer) -> dict[str, int]:
    return {result: number for result, number in writer.counts.items() if number}


def test_entries_become_lines_in_their_order(tmp_path: Path) -> None:
    writer, rule = Writer("pod", Time()), make_rule(tmp_path)
    for entry in (make_shown(rule), make_conversion(rule)):
        writer.take(entry)
    writer.close()
    assert [line["kind"] for line in read_lines(tmp_path)] == ["impression", "conversion"]
    assert counted(writer) == {"written": 2}


def test_a_conversion_that_is_sent_again_is_written_once(tmp_path: Path) -> None:
    writer, rule = Writer("pod", Time()), make_rule(tmp_path)
    for item in ("a", "a", "b", "a"):
        writer.take(make_conversion(rule, item))
    writer.take(make_conversion(rule, "a", nonce=b"another."))
    assert counted(writer) == {"written": 3, "repeated": 2}


def test_what_cannot_be_written_is_counted_by_its_reason(tmp_path: Path) -> None:
    writer, rule = Writer("pod", Time()), make_rule(tmp_path, line_bytes=1024)
    writer.take(make_shown(rule, b"no JSON"))
    writer.take(make_shown(rule, b" " * 2000 + b"{}"))
    assert counted(writer) == {"unfit": 1, "long": 1}
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_once_and_tried_again_after_a_rest(tmp_path: Path, told: list[str]) -> None:
    clock, folder = Time(), tmp_path / "samples"
    writer, rule = Writer("pod", clock), make_rule(folder)
    writer.take(make_conversion(rule, "a"))
    folder.mkdir()
    writer.take(make_conversion(rule, "b"))
    assert counted(writer) == {"failed": 2}, "nothing is tried within the rest"
    clock.now = REST_SECONDS
    writer.take(make_conversion(rule, "a"))
    assert counted(writer) == {"failed": 2, "written": 1}, "what failed is not taken for written"
    assert told == ["samples-failing", "samples-written-again"]


def make_faulty(folder: Path) -> Shown:
    """An entry of which no line can be made: it tells another depth than that of its draft."""
    entry = make_shown(make_rule(folder), champion='["a", "b", "c", "d"]', candidate='["secret 1", "secret 2"]')
    entry.rule = make_rule(folder, depth=1)
    return entry


def test_nothing_that_an_entry_holds_ends_the_thread(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples, rule = make_samples("pod"), make_rule(tmp_path)
    samples.follow(rule)
    for entry in (make_faulty(tmp_path), make_conversion(rule), make_faulty(tmp_path)):
        samples.offer(entry)
    samples.end()
    wait_until(samples.is_done, "the thread ends")
    assert counted(samples.writer) == {"failed": 2, "written": 1}
    assert [line["kind"] for line in read_lines(tmp_path)] == ["conversion"]
    told = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in told] == ["fault"], "each kind is told once"
    assert "KeyError" in told[0]
    assert "secret" not in told[0]


def test_the_queue_is_bounded_in_entries_and_in_bytes() -> None:
    samples, rule = Samples(Writer("pod", Time())), make_rule()
    for _ in range(MOST_WAITING + 3):
        samples.offer(make_conversion(rule))
    assert (len(samples.queue), samples.crowded) == (MOST_WAITING, 3)
    samples = Samples(Writer("pod", Time()))
    entry = make_shown(rule, b" " * 1_000_000)
    for _ in range(100):
        samples.offer(entry)
    assert samples.put <= MOST_BYTES + entry.size
    assert samples.crowded == 100 - len(samples.queue) > 0


def test_a_queue_that_was_emptied_takes_more(tmp_path: Path) -> None:
    samples, rule = Samples(Writer("pod", Time())), make_rule(tmp_path)
    entry = make_shown(rule, b" " * 1_000_000)
    for _ in range(100):
        samples.offer(entry)
        samples.writer.take(samples.queue.popleft())
    assert samples.crowded == 0


def test_a_thread_writes_what_comes_and_ends_with_everything_written(tmp_path: Path) -> None:
    samples = make_samples("pod")
    assert samples.is_done(), "there is no thread before there is anything to write"
    rule = make_rule(tmp_path)
    samples.follow(rule)
    for number in range(50):
        samples.convert(rule, b"\x00" * 16, b"nonce %02d" % number, "a", 1.0)
    samples.end()
    wait_until(samples.is_done, "the thread ends")
    assert len(read_lines(tmp_path)) == samples.count()["written"] == 50


def test_only_units_below_the_bound_are_sampled() -> None:
    samples, rule = Samples(Writer("pod", Time())), make_rule(per_billion=500_000_000)
    for unit in (b"\x7f" + b"\xff" * 15, b"\x80" + b"\x00" * 15):
        samples.convert(rule, unit, b"8 bytes!", "a", 1.0)
    assert len(samples.queue) == 1


@pytest.mark.parametrize(
    ("per_billion", "bound"),
    [(1_000_000_000, EVERYBODY), (500_000_000, b"\x80" + b"\x00" * 7), (1, (2**64 // 10**9).to_bytes(8, "big"))],
)
def test_the_bound_is_the_share_of_all_hashes(per_billion: int, bound: bytes) -> None:
    assert find_bound(per_billion) == bound


def test_everybody_is_below_the_greatest_bound() -> None:
    last = b"\xff" * 16
    assert last < EVERYBODY


def test_counts_have_the_names_that_are_exported(tmp_path: Path) -> None:
    counts: Any = make_samples("pod").count()
    assert set(counts) == set(names.SAMPLE_RESULTS)
