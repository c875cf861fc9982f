"""A router that samples, over real sockets."""

import json
import os
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interleaver.interleaving.coins import Lot, derive_salt
from interleaver.router.samples.rule import find_bound
from tests.router.conftest import Stage, answer_items, make_config
from tests.router.model_servers import Reply, Seen
from tests.router.programs import KEY, wait_until

from .entries import read_lines

HEADER = "X-Interleaver-Impression"
RESULTS = "interleaver_samples_total"


def sampling(folder: Path, per_billion: int = 1_000_000_000, **settings: Any) -> dict[str, Any]:
    return {"folder": str(folder), "perBillion": per_billion, **settings}


def results(stage: Stage) -> dict[str, float]:
    """Lines since the baseline by what became of them."""
    former = stage.router.baseline.get(RESULTS, {})
    counts = {dict(key)["result"]: n - former.get(key, 0) for key, n in stage.router.metrics()[RESULTS].items()}
    return {result: number for result, number in counts.items() if number}


def await_results(stage: Stage, **wanted: int) -> None:
    wait_until(lambda: results(stage) == wanted, f"{wanted} are counted")


def test_a_request_and_the_conversion_on_it_are_written(set_up: Callable[..., Stage], tmp_path: Path) -> None:
    stage = set_up(sampling=sampling(tmp_path))
    answer = stage.router.rank("u1", b'{"page": "home"}')
    stage.router.feed_back({"impression": answer.header(HEADER), "item": "b"})
    await_results(stage, written=2)
    shown, conversion = read_lines(tmp_path)
    assert [slot["item"] for slot in shown["slots"] if slot["rank"]] == [
        f'"{item["id"]}"' for item in answer.json()["items"]
    ]
    assert shown["lists"] == {"champion": ['"a"', '"b"', '"c"'], "candidate": ['"b"', '"d"', '"a"']}
    assert (shown["body"], shown["headers"]) == ('{"page":"home"}', '{"x-user-id":"u1"}')
    assert (conversion["impression"], conversion["item"]) == (shown["impression"], '"b"')


def test_nothing_is_written_and_nothing_counted_where_nothing_is_sampled(
    set_up: Callable[..., Stage], tmp_path: Path
) -> None:
    stage = set_up()
    answer = stage.router.rank()
    stage.router.feed_back({"impression": answer.header(HEADER), "item": "b"})
    assert results(stage) == {}
    assert list(tmp_path.iterdir()) == []


def test_a_sampled_unit_is_sampled_with_all_that_it_does_and_others_are_not(
    set_up: Callable[..., Stage], tmp_path: Path
) -> None:
    stage, units = set_up(sampling=sampling(tmp_path, 500_000_000)), [f"u{number}" for number in range(40)]
    salt = derive_salt(bytes.fromhex(KEY), stage.router.run)
    sampled = [unit for unit in units if Lot(salt, unit).hash < find_bound(500_000_000)]
    assert 8 <= len(sampled) <= 32, "of 40 units about half"
    for unit in units * 2:
        answer = stage.router.rank(unit)
        stage.router.feed_back({"impression": answer.header(HEADER), "item": "a"})
    await_results(stage, written=4 * len(sampled))
    lines = read_lines(tmp_path)
    headers = Counter(line["headers"] for line in lines if line["kind"] == "impression")
    assert headers == {f'{{"x-user-id":"{unit}"}}': 2 for unit in sampled}
    assert sum(line["kind"] == "conversion" for line in lines) == 2 * len(sampled)


def test_a_conversion_on_an_item_that_earns_no_vote_is_written_as_well(
    set_up: Callable[..., Stage], tmp_path: Path
) -> None:
    stage = set_up(sampling=sampling(tmp_path), depth=1)
    answer = stage.router.rank("u1", b"{}")
    stage.router.feed_back([{"impression": answer.header(HEADER), "item": item} for item in ("a", "b", "c")])
    await_results(stage, written=4)


def test_a_forged_token_writes_nothing(set_up: Callable[..., Stage], tmp_path: Path) -> None:
    stage = set_up(sampling=sampling(tmp_path))
    stage.router.feed_back({"impression": "forged", "item": "a"})
    assert results(stage) == {}


def test_a_folder_that_cannot_be_written_to_harms_no_request(set_up: Callable[..., Stage], tmp_path: Path) -> None:
    stage = set_up(sampling=sampling(tmp_path / "missing"))
    for number in range(5):
        answer = stage.router.rank(f"u{number}")
        assert (answer.status, answer.header(HEADER) is None) == (200, False)
    await_results(stage, failed=5)
    told = [event for event in stage.router.events() if event["event"] == "samples-failing"]
    assert [event["folder"] for event in told] == [str(tmp_path / "missing")]


@pytest.fixture
def hanging(tmp_path: Path) -> Path:
    """A folder whose file takes 64 KiB and then keeps whoever writes to it waiting, for nobody reads the pipe."""
    folder = tmp_path / "samples"
    folder.mkdir()
    os.mkfifo(folder / f"{socket.gethostname()}-00000001.jsonl")
    return folder


def test_a_disk_that_hangs_delays_no_request_and_not_the_end(make_stage: Callable[..., Stage], hanging: Path) -> None:
    stage = make_stage(sampling=sampling(hanging)).start()
    body = json.dumps({"text": "x" * 20_000}).encode()
    assert [stage.router.rank(f"u{number}", body).status for number in range(20)] == [200] * 20
    assert wait_until(lambda: results(stage).get("written"), "some are written") < 20
    stage.router.stop()


def test_more_than_can_wait_is_dropped_and_counted(make_stage: Callable[..., Stage], hanging: Path) -> None:
    stage = make_stage(sampling=sampling(hanging)).start()
    stage.answer(answer_items("a", "b", "c", text="x" * 800_000))
    body = json.dumps({"text": "x" * 20_000}).encode()
    for number in range(40):
        assert stage.router.rank(f"u{number}", body).status == 200
    assert results(stage)["crowded"] >= 10


def test_what_waits_is_written_before_the_router_ends(make_stage: Callable[..., Stage], tmp_path: Path) -> None:
    folder = tmp_path / "samples"
    folder.mkdir()
    stage = make_stage(sampling=sampling(folder)).start()
    for number in range(30):
        stage.router.rank(f"u{number}")
    stage.router.stop()
    assert len(read_lines(folder)) == 30


def test_samples_follow_the_configuration(set_up: Callable[..., Stage], tmp_path: Path) -> None:
    stage = set_up(sampling=sampling(tmp_path))
    stage.router.rank("u1")
    await_results(stage, written=1)
    stage.configure()
    stage.router.rank("u1")
    stage.configure(sampling=sampling(tmp_path, drop=[{"header": "X-User-Id"}]))
    stage.router.rank("u1")
    await_results(stage, written=2)
    assert [line["headers"] for line in read_lines(tmp_path)] == ['{"x-user-id":"u1"}', "{}"]


def test_a_request_is_written_by_what_was_in_force_when_it_came_and_samples_go_on(
    set_up: Callable[..., Stage], tmp_path: Path
) -> None:
    patient = {"championMilliseconds": 30_000, "candidateMilliseconds": 30_000}
    stage = set_up(sampling=sampling(tmp_path), depth=4, timeouts=patient)
    run = stage.router.run

    def change_meanwhile(seen: Seen) -> Reply:
        """Put another configuration into force before the candidate answers."""
        stage.configure(sampling=sampling(tmp_path, files=2), depth=1, percent=50, run=f"{run}-next")
        return answer_items("e", "f", "g", "h")

    stage.answer(answer_items("a", "b", "c", "d"))
    stage.candidate.answer = change_meanwhile
    answer = stage.router.rank("u1")
    await_results(stage, written=1)
    stage.answer(candidate=answer_items("e", "f", "g", "h"))
    stage.configure(sampling=sampling(tmp_path), depth=1, run=f"{run}-next")
    stage.router.rank("u1")
    await_results(stage, written=2)
    first, second = read_lines(tmp_path)
    assert [slot["item"] for slot in first["slots"] if slot["rank"]] == [
        f'"{item["id"]}"' for item in answer.json()["items"]
    ]
    assert {slot["team"] for slot in first["slots"] if slot["rank"]} == {"champion", "candidate"}
    assert (first["run"], first["percent"]) == (run, 100)
    assert (second["run"], second["percent"]) == (f"{run}-next", 100)
    assert [slot["team"] for slot in second["slots"] if slot["rank"]][1:] == ["fill"] * 3


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"perBillion": 0}, "perBillion"),
        ({"lineBytes": 4096, "fileBytes": 2048}, "lineBytes must not be above fileBytes"),
        ({"drop": [{}]}, "give exactly one of header and pointer"),
        ({"headers": ["a b"]}, "sampling.headers"),
    ],
    ids=["nobody", "a line longer than a file", "a value that is nowhere", "a header that is none"],
)
def test_sampling_that_makes_no_sense_is_refused(
    set_up: Callable[..., Stage], tmp_path: Path, wrong: dict[str, Any], words: str
) -> None:
    stage = set_up()
    config = make_config(stage.champion, stage.candidate, generation=stage.generation + 1, keys=str(stage.router.keys))
    stage.router.write(json.dumps(config | {"sampling": sampling(tmp_path) | wrong}))
    wait_until(
        lambda: any(event["event"] == "config-rejected" and words in event["error"] for event in stage.router.events()),
        "it is refused in words",
    )
