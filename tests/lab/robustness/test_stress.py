"""`interleaver lab stress` at real servers: a robust one holds everything, and a fragile one breaks at every kind."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from interleaver.lab.commands.exits import DONE, GATE_FAILED, PARTIAL, UNUSABLE
from interleaver.lab.commands.program import main
from tests.router.model_servers import Model, Reply

QUICK = ("--within", "20", "--requests", "3", "--burst", "4")


def stress(suite: Path, *words: str) -> int:
    """The command's exit code."""
    return main(["stress", str(suite), *QUICK, *words, "--output", str(suite.parent / "out")])


def read(suite: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((suite.parent / "out/stress.json").read_text())
    return document


def list_broken(document: dict[str, Any], name: str) -> Sequence[str]:
    (model,) = (model for model in document["models"] if model["name"] == name)
    return [kind["kind"] for kind in model["kinds"] if kind["broken"]]


def test_a_robust_model_holds_everything(shop: Path, robust: Model) -> None:
    assert stress(shop, "--candidate", robust.url) == DONE
    document = read(shop)
    assert list_broken(document, "candidate") == []
    (model,) = document["models"]
    kinds = {kind["kind"]: kind for kind in model["kinds"]}
    assert kinds["burst"]["n"] >= 16
    assert kinds["wrong type"]["refused"] == kinds["wrong type"]["n"]


def test_a_fragile_model_breaks_and_the_champion_stands_beside_it(
    shop: Path, robust: Model, fragile: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stress(shop, "--champion", robust.url, "--candidate", fragile.url) == GATE_FAILED
    document = read(shop)
    assert list_broken(document, "champion") == []
    broken = set(list_broken(document, "candidate"))
    assert broken >= {"again", "other order", "missing field", "wrong type", "empty history", "odd number", "burst"}
    said = " ".join(capsys.readouterr().out.split())
    assert "broken candidate, missing field" in said
    assert "status 500 Internal Server Error" in said
    assert "<svg" in (shop.parent / "out/stress.html").read_text()


def test_a_fragile_champion_does_not_fail_a_robust_candidate(shop: Path, robust: Model, fragile: Model) -> None:
    assert stress(shop, "--champion", fragile.url, "--candidate", robust.url) == DONE


def test_a_server_that_fails_undisturbed_is_partial_and_nothing_is_told_of_it(shop: Path, robust: Model) -> None:
    robust.answer = lambda seen: Reply(b"{}", "503 Service Unavailable")
    assert stress(shop, "--candidate", robust.url) == PARTIAL
    assert list_broken(read(shop), "candidate") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--requests", "0"), "--requests: is 0"),
        (("--burst", "0"), "--burst: is 0"),
        (("--overlap", "1.5"), "--overlap: is 1.5"),
        (("--within", "0"), "--within: is 0"),
        (("--candidate", "answers.jsonl"), "is a file; give the base URL of a running server"),
        (("--candidate", "nowhere:9000"), "give a base URL"),
        (("--retries", "-1"), "retries: is -1"),
        (("--header", "Host: x"), "'host' is none that a suite may send"),
    ],
)
def test_what_cannot_be_used_is_refused_before_any_request(
    shop: Path, robust: Model, words: Sequence[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stress(shop, "--champion", robust.url, *words) == UNUSABLE
    assert said in capsys.readouterr().err
    assert robust.seen == []


def test_own_cases_hold_at_a_robust_model_and_break_at_a_fragile_one(shop: Path, robust: Model, fragile: Model) -> None:
    (shop / "stress.yaml").write_text(
        "cases:\n"
        "  - {name: one more of its kind, add: /history, value: 4, item: 5}\n"
        "  - {name: who asks, swap: /user, values: [11, 12]}\n"
    )
    assert stress(shop, "--champion", robust.url, "--candidate", fragile.url) == GATE_FAILED
    assert list_broken(read(shop), "champion") == []
    assert set(list_broken(read(shop), "candidate")) >= {"who asks", "one more of its kind"}


def test_own_cases_that_cannot_be_used_send_no_request(
    shop: Path, robust: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "stress.yaml").write_text("cases:\n  - {name: a, remove: /nowhere}\n")
    assert stress(shop, "--candidate", robust.url) == UNUSABLE
    assert "the case 'a' applies to no drawn request" in capsys.readouterr().err
    assert robust.seen == []
