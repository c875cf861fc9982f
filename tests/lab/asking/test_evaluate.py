"""`interleaver lab evaluate` looks at every model before it asks one, and is gone on with when it was ended."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from interleaver.lab.commands.program import main
from tests.router.model_servers import Loop, Model, Reply, Seen
from tests.unit.lab.suites.folders import make_ranking

QUERIES = 60


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """60 queries, for each of which item 1 is right."""
    queries = [{"query": f"q{row}", "request": {"user": row}, "source": "production"} for row in range(QUERIES)]
    judgments = [
        {"query": f"q{row}", "item": item, "gain": int(item == 1)} for row in range(QUERIES) for item in (1, 2)
    ]
    return make_ranking(tmp_path, queries=queries, judgments=judgments)


@pytest.fixture
def models(loop: Loop) -> Iterator[tuple[Model, Model]]:
    """A champion and a candidate, which is better."""
    champion, candidate = Model(loop, answer([2, 1])).start(), Model(loop, answer([1, 2])).start()
    yield champion, candidate
    champion.stop()
    candidate.stop()


def answer(items: list[int]) -> Callable[[Seen], Reply]:
    """The same list to everybody."""
    body = json.dumps({"items": [{"id": item} for item in items]}).encode()
    return lambda seen: Reply(body)


def evaluate(suite: Path, champion: str, candidate: str, *more: str) -> int:
    """The command's exit code."""
    words = ["--champion", champion, "--candidate", candidate, "--output", str(suite.parent / "out")]
    try:
        return main(["evaluate", str(suite), *words, "--json", *more])
    except SystemExit as exit:  # argparse
        return int(exit.code or 0)


def read_document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.parametrize("candidate", ["models:9000", "http://", "http://h?x", "http://h:0"])
def test_the_champion_is_not_asked_when_the_candidate_cannot_be(
    suite: Path, models: tuple[Model, Model], candidate: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(suite, models[0].url, candidate) == 2
    assert models[0].seen == []
    assert "give a base URL" in capsys.readouterr().err


def test_no_model_is_asked_when_the_candidates_file_is_another_ones(
    suite: Path, models: tuple[Model, Model], capsys: pytest.CaptureFixture[str]
) -> None:
    champion, candidate = models
    assert evaluate(suite, champion.url, candidate.url) == 0
    seen = len(champion.seen)
    capsys.readouterr()
    assert evaluate(suite, champion.url, f"{candidate.url}/other") == 2
    assert "line 1, model: these are answers of" in capsys.readouterr().err
    assert len(champion.seen) == seen


@pytest.mark.parametrize(
    "option", [("--concurrency", "0"), ("--timeout", "-1"), ("--retries", "-1"), ("--header", "x")]
)
def test_nothing_is_asked_with_options_that_ask_nothing(
    suite: Path, models: tuple[Model, Model], option: tuple[str, str]
) -> None:
    assert evaluate(suite, models[0].url, models[1].url, *option) == 2
    assert models[0].seen == []


def test_a_header_goes_with_every_request_and_into_no_file(suite: Path, models: tuple[Model, Model]) -> None:
    champion, candidate = models
    assert evaluate(suite, champion.url, candidate.url, "--header", "Authorization: Bearer s3cret") == 0
    assert {seen.header("Authorization") for seen in champion.seen + candidate.seen} == {"Bearer s3cret"}
    files = [path for path in (suite.parent / "out").rglob("*") if path.is_file()]
    assert files
    assert not any(b"s3cret" in path.read_bytes() for path in files)


def test_control_c_asks_no_further_model_and_the_run_is_gone_on_with(
    suite: Path, models: tuple[Model, Model], capsys: pytest.CaptureFixture[str]
) -> None:
    champion, candidate = models

    def end(seen: Seen) -> Reply:
        if len(champion.seen) == 20:
            os.kill(os.getpid(), signal.SIGINT)
        return Reply(answer([2, 1])(seen).body, delay=0.0 if len(champion.seen) <= 20 else 0.05)

    champion.answer = end
    assert evaluate(suite, champion.url, candidate.url) == 3
    assert candidate.seen == []
    partial = read_document(capsys)
    assert all(figure["verdict"] != "better" for figure in partial["figures"])

    champion.answer = answer([2, 1])
    assert evaluate(suite, champion.url, candidate.url) == 0
    whole = read_document(capsys)
    bodies = [seen.body for seen in champion.seen]
    assert len(set(bodies)) == QUERIES
    assert len(bodies) < QUERIES + 20  # what was in flight, and the case that is asked twice
    found = [figure for figure in whole["figures"] if figure["metric"] == "P@1" or figure["metric"] == "RR@5"]
    assert found[0]["verdict"] == "better"


def test_a_server_that_dies_leaves_a_partial_evaluation_that_says_so_and_is_gone_on_with(
    suite: Path, models: tuple[Model, Model], capsys: pytest.CaptureFixture[str]
) -> None:
    champion, candidate = models
    champion.answer = lambda seen: Reply(answer([2, 1])(seen).body, "200 OK" if b"7" not in seen.body else "503 x")
    words = ["--champion", champion.url, "--candidate", candidate.url, "--output", str(suite.parent / "out")]
    assert main(["evaluate", str(suite), *words, "--retries", "0"]) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert f"partial {champion.url}: 6 of 60 cases failed, most of them: status 503 Service Unavailable" in said
    assert "partial this evaluation decides nothing; the same command again goes on with it" in said
    assert candidate.url + ": " not in said
    champion.answer = answer([2, 1])
    seen = len(champion.seen)
    assert main(["evaluate", str(suite), *words]) == 0
    assert len(champion.seen) == seen + 6
    assert "partial" not in capsys.readouterr().out


def test_a_server_that_dies_among_the_corner_cases_leaves_a_partial_evaluation_too(
    suite: Path, models: tuple[Model, Model], capsys: pytest.CaptureFixture[str]
) -> None:
    (suite / "corners.yaml").write_text("cases:\n  - {name: a stranger, request: {user: 999}, atLeast: 1}\n")
    champion, candidate = models
    candidate.answer = lambda seen: Reply(answer([1, 2])(seen).body, "200 OK" if b"999" not in seen.body else "503 x")
    words = ["--champion", champion.url, "--candidate", candidate.url, "--output", str(suite.parent / "out")]
    (suite.parent / "gate.yaml").write_text("version: 1\nrules: [{metric: nDCG@5, atLeast: 0.1}]\n")
    assert main(["evaluate", str(suite), *words, "--retries", "0", "--gate", str(suite.parent / "gate.yaml")]) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "partial not all corner cases were answered" in said
    assert json.loads((suite.parent / "out/evaluation.json").read_text())["gate"]["passed"] is False


def test_ids_of_another_type_than_the_judged_ones_are_told(
    suite: Path, models: tuple[Model, Model], capsys: pytest.CaptureFixture[str]
) -> None:
    models[1].answer = lambda seen: Reply(b'{"items": [{"id": "1"}, {"id": "2"}]}')
    words = ["--champion", models[0].url, "--candidate", models[1].url, "--output", str(suite.parent / "out")]
    assert main(["evaluate", str(suite), *words]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert 'candidate: 2 items or more are answered as "1" and the like, and judged as 1' in said
    assert "champion: 2 items" not in said


def test_a_candidate_at_the_champions_place_is_warned_of(
    suite: Path, models: tuple[Model, Model], capsys: pytest.CaptureFixture[str]
) -> None:
    port = models[0].port
    words = ["--champion", f"http://127.0.0.1:{port}", "--candidate", f"http://localhost:{port}"]
    assert main(["evaluate", str(suite), *words, "--output", str(suite.parent / "out")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "lead to one address, 127.0.0.1" in said
