"""`interleaver lab attack` at real servers: the search does better than chance, and what cannot be cheated is not."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from interleaver.lab.asking.options import Options
from interleaver.lab.commands.attacking import Driver
from interleaver.lab.commands.exits import DONE, GATE_FAILED, PARTIAL, UNUSABLE
from interleaver.lab.commands.program import main
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Request
from tests.router.model_servers import Model, Reply, Seen
from tests.unit.lab.suites.folders import CONTRACT, RANKING, make_ranking

from .cameras import answer_by, compare_halves, make_faces
from .shops import FILMS, answer_by_fields, answer_deafly, answer_nearly, make_queries, rank_all

FORGED = ("--history", "/history", "--requests", "60", "--events", "3", "--within", "3")
CHANGED = ("--sizes", "4,32", "--requests", "80", "--cases", "4")


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    return make_faces(tmp_path, 10)


def attack(suite: Path, *words: str) -> int:
    """The command's exit code."""
    try:
        return main(["attack", str(suite), *words, "--output", str(suite.parent / "out")])
    except SystemExit as exit:  # argparse
        return int(exit.code or 0)


def read(suite: Path, name: str = "candidate") -> dict[str, Any]:
    """What came of one model."""
    document = json.loads((suite.parent / "out/attack.json").read_text())
    model: dict[str, Any]
    (model,) = (model for model in document["models"] if model["name"] == name)
    return model


def find(model: dict[str, Any], attack: str, size: int | None = None) -> dict[str, Any]:
    (found,) = (each for each in model["attacks"] if (each["attack"], each["size"]) == (attack, size))
    return dict(found)


def test_the_search_lifts_an_item_more_often_than_chance_and_not_in_lists_that_ignore_events(
    shop: Path, robust: Model, fragile: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    robust.answer, fragile.answer = answer_deafly, answer_nearly
    assert attack(shop, *FORGED, "--champion", robust.url, "--candidate", fragile.url) == DONE
    said = capsys.readouterr()
    assert f"attacking candidate at {fragile.url}: at most 50,000 requests within 600 s" in said.err
    cheated = read(shop)
    search, chance = find(cheated, "search"), find(cheated, "random")
    assert search["byForged"][0]["rate"] > chance["byForged"][0]["rate"]
    assert search["rate"] == 1.0
    assert [find(read(shop, "champion"), each)["rate"] for each in ("search", "random")] == [0.0, 0.0]
    assert cheated["requests"] == len(fragile.seen)
    assert attack(shop, *FORGED, "--candidate", fragile.url, "--most-success", "0.5") == GATE_FAILED
    assert attack(shop, *FORGED, "--candidate", robust.url, "--most-success", "0.5") == DONE


def test_who_believes_fields_is_cheated_by_them_and_more_often_than_by_chance(
    tmp_path: Path, robust: Model, fragile: Model
) -> None:
    tables = make_queries(12)
    for row, query in enumerate(tables["queries"]):
        query["request"] |= {"device": f"d{row}", "hour": row, "campaign": row * 100}
    contract = {**CONTRACT, "unit": {"pointer": "/user"}, "depth": 10}
    shop = make_ranking(tmp_path, description={**RANKING, "contract": contract}, **tables)
    robust.answer, fragile.answer = answer_deafly, answer_by_fields
    fields = ("--field", "/device", "--field", "/hour", "--field", "/campaign")
    words = ("--requests", "90", "--events", "2", "--within", "3", "--item", "29")
    assert attack(shop, *fields, *words, "--champion", robust.url, "--candidate", fragile.url) == DONE
    search, chance = find(read(shop), "search"), find(read(shop), "random")
    assert search["rate"] > chance["rate"]
    assert [each["forged"] for each in search["byForged"]] == [1, 2]
    assert search["byForged"][0]["rate"] < search["byForged"][1]["rate"] == 1.0
    assert find(read(shop, "champion"), "search")["rate"] == 0.0
    document = json.loads((shop.parent / "out/attack.json").read_text())
    assert document["forged"] == "fields"
    assert document["settings"]["field"] == ["/device", "/hour", "/campaign"]
    assert "so many fields, or fewer" in (shop.parent / "out/attack.html").read_text()


def test_a_success_that_a_fresh_call_does_not_confirm_is_none(shop: Path, fragile: Model) -> None:
    seen = Counter[bytes]()

    def answer_once(request: Seen) -> Reply:
        seen[request.body] += 1
        history = json.loads(request.body)["history"]
        if len(history) > 3 and seen[request.body] == 1:
            return rank_all([history[-1], *(film for film in range(FILMS) if film != history[-1])])
        return rank_all(list(range(FILMS)))

    fragile.answer = answer_once
    assert attack(shop, *FORGED, "--candidate", fragile.url, "--item", "27") == DONE
    found = find(read(shop), "search")
    assert found["rate"] == 0.0
    assert found["unverified"] > 0


def test_pictures_are_changed_until_the_decision_turns_if_they_may_change_enough(faces: Path, fragile: Model) -> None:
    fragile.answer = answer_by(compare_halves)
    assert attack(faces, *CHANGED, "--candidate", fragile.url) == DONE
    model = read(faces)
    assert model["attacked"] == 4
    assert model["requests"] == len(fragile.seen)
    for name in ("square", "nes"):
        assert find(model, name, 4)["rate"] == 0.0
        assert find(model, name, 32)["rate"] > 0.5
    assert find(model, "random", 32)["rate"] == 0.0
    rates = [step["rate"] for step in find(model, "nes", 32)["byRequests"]]
    assert rates == sorted(rates)
    assert {each["attack"] for each in model["attacks"]} >= {"moiré", "border", "re-compression", "replay"}
    page = (faces.parent / "out/attack.html").read_text()
    assert "How often attacks succeed" in page
    assert page.count("aria-labelledby") == len([each for each in model["attacks"] if len(each["byRequests"]) > 1]) > 2


def test_pictures_stand_in_the_report_only_when_asked(faces: Path, fragile: Model) -> None:
    fragile.answer = answer_by(compare_halves)
    words = ("--sizes", "32", "--requests", "80", "--cases", "3", "--candidate", fragile.url)
    page = faces.parent / "out/attack.html"
    assert attack(faces, *words) == DONE
    assert "data:image" not in page.read_text()
    assert attack(faces, *words, "--raw") == DONE
    assert "data:image/png;base64," in page.read_text()


def test_no_more_is_asked_than_the_bound_says(faces: Path, fragile: Model) -> None:
    fragile.answer = answer_by(compare_halves)
    assert attack(faces, *CHANGED, "--candidate", fragile.url, "--most-requests", "33") == DONE
    assert len(fragile.seen) == read(faces)["requests"] == 33
    assert read(faces)["ended"] == "the bound of 33 requests was reached"


def test_nothing_is_asked_after_the_bound_of_time(shop: Path, robust: Model) -> None:
    now = iter([0.0, 1.0, 11.0])
    driver = Driver(read_suite(shop), robust.url, Options(share_twice=0.0), 100, 10.0, lambda: next(now))
    request = Request(b'{"user": 1, "history": [1]}', {})
    assert driver.ask([("a", "u", request)]) != [None]
    assert driver.ask([("a", "u", request)]) == [None]
    assert driver.ended == "the bound of 10 s was reached"
    assert len(robust.seen) == 1


def test_a_server_that_answers_nothing_was_not_attacked(shop: Path, fragile: Model) -> None:
    fragile.answer = lambda seen: Reply(b"", "503 Service Unavailable")
    assert attack(shop, *FORGED, "--candidate", fragile.url) == PARTIAL
    assert read(shop)["ended"] == "no case was answered"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--history: is not given; give the JSON pointer to the list of events"),
        (("--history", "history"), "a JSON pointer begins with /: /history"),
        (("--history", "/history", "--field", "/user"), "--history: is given, and --field too"),
        (("--field", "user"), "--field: found 'user'; a JSON pointer begins with /: /user"),
        (("--field", "/country"), "--field: no two requests differ at /country; values are taken from other requests"),
        (("--history", "/user"), "--history: no request has a list at /user; nothing can be forged"),
        (("--history", "/history", "--item", "999"), "--item: the suite knows no item 999"),
        (("--history", "/history", "--events", "0"), "--events: is 0"),
        (("--history", "/history", "--most-requests", "0"), "--most-requests: is 0"),
        (("--history", "/history", "--most-seconds", "0"), "--most-seconds: is 0"),
        (("--history", "/history", "--most-success", "2"), "--most-success: is 2"),
        (("--history", "/history", "--sizes", "0"), "give sizes from 1 to 255"),
    ],
)
def test_what_cannot_be_used_is_refused_before_any_request(
    shop: Path, robust: Model, words: Sequence[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert attack(shop, "--candidate", robust.url, *words) == UNUSABLE
    assert said in capsys.readouterr().err
    assert robust.seen == []


def test_pictures_need_a_threshold(faces: Path, robust: Model, capsys: pytest.CaptureFixture[str]) -> None:
    suite = faces / "suite.yaml"
    suite.write_text("".join(line for line in suite.read_text().splitlines(True) if "threshold" not in line))
    assert attack(faces, "--candidate", robust.url) == UNUSABLE
    assert "--threshold: is not given, and the suite states none" in capsys.readouterr().err
    assert robust.seen == []
