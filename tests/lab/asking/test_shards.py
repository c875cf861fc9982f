"""A suite shared out among several runs, and merged: the figures are those of one run, to the last digit."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from interleaver.lab.commands.program import main
from tests.router.model_servers import Loop, Model, Reply, Seen
from tests.unit.lab.suites.folders import SCORING, make_ranking, make_scoring

QUERIES = 61  # no multiple of the parts
CORNERS = "cases:\n" + "".join(
    f"  - {{name: c{row}, request: {{user: {900 + row}}}, atLeast: 1}}\n" for row in range(4)
)
GATE = "version: 1\nrules: [{metric: nDCG@5, atLeast: 0.1, notWorseBy: 0.9, slices: [taste], notTold: pass}]\n"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """61 queries of 20 people in three tastes, with grades, and four corner cases."""
    chance = Random(7)
    queries = [
        {
            "query": f"q{row}",
            "unit": f"u{row % 20}",
            "request": {"user": row},
            "source": "production",
            "attributes": {"taste": "abc"[row % 3]},
        }
        for row in range(QUERIES)
    ]
    judgments = [
        {"query": f"q{row}", "item": item, "gain": chance.randrange(4)} for row in range(QUERIES) for item in range(8)
    ]
    folder = make_ranking(tmp_path, queries=queries, judgments=judgments)
    (folder / "corners.yaml").write_text(CORNERS)
    (tmp_path / "gate.yaml").write_text(GATE)
    return folder


@pytest.fixture
def models(loop: Loop) -> Iterator[tuple[Model, Model]]:
    """Two models whose lists depend on the user, and on nothing else."""
    champion, candidate = Model(loop, rank_by(1)).start(), Model(loop, rank_by(2)).start()
    yield champion, candidate
    champion.stop()
    candidate.stop()


def rank_by(seed: int) -> Callable[[Seen], Reply]:
    def answer(seen: Seen) -> Reply:
        items = list(range(8))
        Random(seed * 1000 + json.loads(seen.body)["user"]).shuffle(items)
        return Reply(json.dumps({"items": [{"id": item} for item in items]}).encode())

    return answer


def run(*words: object) -> int:
    return main([str(word) for word in words])


def ask(suite: Path, models: tuple[Model, Model], folder: str, *more: object) -> int:
    """`evaluate`, of all or of a part; its exit code."""
    champion, candidate = (model.url for model in models)
    words = ("--champion", champion, "--candidate", candidate, "--output", suite.parent / folder)
    return run("evaluate", suite, *words, "--gate", suite.parent / "gate.yaml", *more)


def merge(suite: Path, folders: list[str], *more: object) -> int:
    places = [suite.parent / folder for folder in folders]
    return run(
        "merge", suite, *places, "--output", suite.parent / "merged", "--gate", suite.parent / "gate.yaml", *more
    )


def read_evaluation(folder: Path) -> Any:
    """What an evaluation came to, without what is about time."""
    return leave_times_out(json.loads((folder / "evaluation.json").read_text()))


def leave_times_out(value: Any) -> Any:
    """A document without the figures of latency, wherever they stand."""
    if isinstance(value, dict):
        return {key: leave_times_out(each) for key, each in value.items()}
    if isinstance(value, list):
        return [leave_times_out(each) for each in value if not (isinstance(each, dict) and is_about_time(each))]
    return value


def is_about_time(figure: dict[str, Any]) -> bool:
    return str(figure.get("metric", "")).startswith("latency")


@pytest.mark.parametrize("shared", [True, False])
def test_three_parts_come_to_the_figures_of_one_run(
    suite: Path, models: tuple[Model, Model], shared: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """On one volume, or on one each; with slices, intervals, a gate, corner cases and cases that are asked twice."""
    assert ask(suite, models, "whole") == 0
    asked = [len(model.seen) for model in models]
    folders = ["parts"] * 3 if shared else ["part0", "part1", "part2"]
    for index, folder in enumerate(folders):
        assert ask(suite, models, folder, "--shard", f"{index}/3") == 0
        assert not (suite.parent / folder / "evaluation.json").exists()
    assert [len(model.seen) for model in models] == [2 * number for number in asked]  # each case once more, no more
    assert merge(suite, sorted(set(folders))) == 0
    assert [len(model.seen) for model in models] == [2 * number for number in asked]
    whole, merged = (read_evaluation(suite.parent / folder) for folder in ("whole", "merged"))
    assert len(whole["figures"]) > 20
    assert merged == whole
    assert json.loads((suite.parent / "merged/verdict.json").read_text())["passed"] is True
    assert "part 1/3" in capsys.readouterr().out


def test_what_is_said_of_time_comes_from_the_same_records(suite: Path, models: tuple[Model, Model]) -> None:
    """A run's own answers, cut into parts: nothing at all is different, latencies included."""
    assert ask(suite, models, "whole") == 0
    target = suite.parent / "cut" / "answers"
    target.mkdir(parents=True)
    for file in (suite.parent / "whole" / "answers").glob("*.jsonl"):
        head, *lines = file.read_text().splitlines(keepends=True)
        for index in range(4):
            (target / f"{file.stem}.{index}-of-4.jsonl").write_text("".join([head, *lines[index::4]]))
    assert merge(suite, ["cut"]) == 0
    whole, merged = (
        json.loads((suite.parent / folder / "evaluation.json").read_text()) for folder in ("whole", "merged")
    )
    assert merged == whole


def test_a_scoring_suite_is_shared_out_as_well(tmp_path: Path, loop: Loop) -> None:
    chance = Random(3)
    samples = [
        {"sample": f"s{row}", "unit": f"p{row % 11}", "input": row, "label": row % 2, "source": "production"}
        for row in range(50)
    ]
    scores = [chance.random() for _ in samples]
    folder = make_scoring(tmp_path, description=SCORING, samples=samples)
    model = Model(
        loop, lambda seen: Reply(json.dumps({"score": scores[json.loads(seen.body)["input"]]}).encode())
    ).start()
    try:
        assert run("evaluate", folder, "--candidate", model.url, "--output", tmp_path / "whole") == 0
        for index in range(3):
            words = ("--output", tmp_path / "parts", "--shard", f"{index}/3")
            assert run("evaluate", folder, "--candidate", model.url, *words) == 0
        assert run("merge", folder, tmp_path / "parts", "--output", tmp_path / "merged") == 0
    finally:
        model.stop()
    assert read_evaluation(tmp_path / "merged") == read_evaluation(tmp_path / "whole")


def test_a_part_that_died_is_asked_again_alone_and_goes_on_where_it_ended(
    suite: Path, models: tuple[Model, Model], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(suite, models, "whole") == 0
    for index in (0, 2):
        assert ask(suite, models, "parts", "--shard", f"{index}/3") == 0
    assert merge(suite, ["parts"]) == 3
    assert "part 1/3 of candidate is missing" in capsys.readouterr().err
    assert ask(suite, models, "parts", "--shard", "1/3") == 0
    file = suite.parent / "parts/answers/candidate.1-of-3.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])  # as a pod leaves it that is killed
    assert merge(suite, ["parts"]) == 3
    assert "part 1/3 of http" in capsys.readouterr().err
    assert not (suite.parent / "merged/evaluation.json").exists()
    seen = [len(model.seen) for model in models]
    assert ask(suite, models, "parts", "--shard", "1/3") == 0
    again = [len(model.seen) - before for model, before in zip(models, seen, strict=True)]
    assert again[0] == 0
    assert 0 < again[1] < QUERIES // 3
    assert merge(suite, ["parts"]) == 0
    assert read_evaluation(suite.parent / "merged") == read_evaluation(suite.parent / "whole")


def test_a_part_whose_server_fails_says_so_by_its_exit_code(suite: Path, models: tuple[Model, Model]) -> None:
    sound = models[1].answer
    models[1].answer = lambda seen: Reply(b"", "503 x") if json.loads(seen.body)["user"] == 4 else sound(seen)
    assert [ask(suite, models, "parts", "--shard", f"{index}/3", "--retries", "0") for index in range(3)] == [0, 3, 0]
    models[1].answer = sound
    assert ask(suite, models, "parts", "--shard", "1/3") == 0
    assert merge(suite, ["parts"]) == 0


def test_parts_that_do_not_go_together_are_refused(
    suite: Path, models: tuple[Model, Model], capsys: pytest.CaptureFixture[str]
) -> None:
    assert merge(suite, ["nothing"]) == 2
    assert "there are no answers of parts" in capsys.readouterr().err
    assert ask(suite, models, "a", "--shard", "0/2") == 0
    assert ask(suite, (models[0], models[0]), "b", "--shard", "1/2") == 0
    assert merge(suite, ["a", "b"]) == 2
    assert "its model, suite or contract is another one" in capsys.readouterr().err
    assert ask(suite, models, "b3", "--shard", "1/3") == 0
    assert merge(suite, ["a", "b3"]) == 2
    assert "parts of 2 and of 3 do not go together" in capsys.readouterr().err
    assert ask(suite, models, "a2", "--shard", "0/2") == 0
    assert merge(suite, ["a", "a2"]) == 2
    assert "is the same part" in capsys.readouterr().err


@pytest.mark.parametrize("part", ["3/3", "-1/3", "1", "1/", "x/3", "0/0", "0/1001"])
def test_a_part_that_cannot_be_is_refused(suite: Path, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        run("evaluate", suite, "--candidate", "http://h", f"--shard={part}")
    assert exit.value.code == 2
    assert "give I/N with I from 0 to N-1" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--json", "--tracking"])
def test_a_part_has_no_figures_to_show(
    suite: Path, models: tuple[Model, Model], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(suite, models, "parts", "--shard", "0/2", option) == 2
    assert f"a part has no figures for {option}" in capsys.readouterr().err
    assert models[0].seen == []
