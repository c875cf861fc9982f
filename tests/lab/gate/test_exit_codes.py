"""A gate over running servers: what a pipeline sees is the exit code, and what it reads are the files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from interleaver.lab.commands.program import main
from tests.router.model_servers import Loop, Model, Reply, Seen
from tests.unit.lab.suites.folders import make_ranking

QUERIES = 60
RULES = """\
version: 1
rules:
  - {metric: nDCG@5, betterBy: 0.01}
  - {metric: nDCG@5, notWorseBy: 0.05, slices: [genre], minimum: 10}
"""


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """60 queries, every third for a drama; the one relevant film is 1."""
    queries = [
        {
            "query": f"q{row}",
            "request": {"row": row},
            "source": "production",
            "attributes": {"genre": "comedy" if row % 3 else "drama"},
        }
        for row in range(QUERIES)
    ]
    judgments = [
        {"query": f"q{row}", "item": item, "gain": int(item == 1)} for row in range(QUERIES) for item in (1, 2, 3)
    ]
    return make_ranking(tmp_path, queries=queries, judgments=judgments)


class Pair:
    """A champion and a candidate, and what they put first: a function of the query's number."""

    def __init__(self, loop: Loop) -> None:
        self.champion, self.candidate = Model(loop).start(), Model(loop).start()
        self.champion.answer = rank(lambda row: row % 2 == 0)
        self.candidate.answer = rank(lambda row: row % 2 == 0)

    @property
    def asked(self) -> int:
        return len(self.champion.seen) + len(self.candidate.seen)


def rank(right: Any) -> Any:
    """A model that puts the relevant film first where it is right, and else last."""

    def answer(seen: Seen) -> Reply:
        items = [1, 2, 3] if right(json.loads(seen.body)["row"]) else [2, 3, 1]
        return Reply(json.dumps({"items": [{"id": item} for item in items]}).encode())

    return answer


@pytest.fixture
def models(loop: Loop) -> Iterator[Pair]:
    pair = Pair(loop)
    yield pair
    pair.champion.stop()
    pair.candidate.stop()


class Run:
    """One run of `interleaver lab evaluate`."""

    def __init__(self, suite: Path, models: Pair, rules: str, *, first: bool = False) -> None:
        self.folder = suite.parent / "out"
        gate = suite.parent / "gate.yaml"
        gate.write_text(rules)
        champion = [] if first else ["--champion", models.champion.url]
        words = ["evaluate", str(suite), *champion, "--candidate", models.candidate.url, "--gate", str(gate)]
        self.code = main([*words, "--output", str(self.folder), "--resamples", "100", "--retries", "1", "--json"])

    def read(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text())


def test_better_overall_and_worse_for_one_genre_ends_with_1(suite: Path, models: Pair) -> None:
    models.champion.answer = rank(lambda row: row % 3 == 0)
    models.candidate.answer = rank(lambda row: row % 3 != 0)
    run = Run(suite, models, RULES)
    assert run.code == 1
    gate = run.read("evaluation.json")["gate"]
    assert (gate["passed"], [(failure["metric"], failure["slice"]) for failure in gate["failures"]]) == (
        False,
        [("nDCG@5", {"genre": "drama"})],
    )
    assert [(rule["slice"], rule["outcome"]) for rule in run.read("verdict.json")["rules"]] == [
        (None, "passed"),
        ({"genre": "comedy"}, "passed"),
        ({"genre": "drama"}, "failed"),
    ]
    (junit,) = ElementTree.parse(run.folder / "junit.xml").getroot()
    assert (junit.get("tests"), junit.get("failures"), junit.get("errors")) == ("3", "1", "0")


def test_better_for_everybody_ends_with_0(suite: Path, models: Pair) -> None:
    models.candidate.answer = rank(lambda row: True)
    run = Run(suite, models, RULES)
    assert (run.code, run.read("evaluation.json")["gate"]) == (0, {"passed": True, "failures": []})


def test_what_is_not_told_ends_with_1(suite: Path, models: Pair) -> None:
    models.candidate.answer = rank(lambda row: row % 2 == 0 and row != 4)
    run = Run(suite, models, "version: 1\nrules: [{metric: nDCG@5, notWorseBy: 0.001}]")
    assert (run.code, [rule["outcome"] for rule in run.read("verdict.json")["rules"]]) == (1, ["not told"])


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("version: 1\nrules: [{metric: nDCG@5, atleast: 1}]", "did you mean atLeast"),
        ("version: 1\nrules: [{metric: nDGC@5, atLeast: 1}]", "did you mean nDCG@5"),
        ("version: 1\nrules: [{metric: nDCG@5, atLeast: 1, slices: [gendre]}]", "did you mean genre"),
        ("version: 1\nrules: [{metric: nDCG@5, atLeast: 1, slices: [{genre: horror}]}]", "unknown value of genre"),
        ("version: 1\nrules: [{metric: nDCG@5, atLeast: 1, level: warn}]", "no rule with level: block"),
        ("version: 1\nsuite: {maxAge: 60d}\nrules: [{metric: nDCG@5, atLeast: 1}]", "add collectedAt"),
    ],
)
def test_what_cannot_be_used_ends_with_2_before_any_request(
    suite: Path, models: Pair, capsys: pytest.CaptureFixture[str], rules: str, said: str
) -> None:
    run = Run(suite, models, rules)
    assert (run.code, models.asked) == (2, 0)
    assert said in capsys.readouterr().err


def test_a_share_of_nothing_ends_with_2_and_leaves_its_verdict(suite: Path, models: Pair) -> None:
    models.champion.answer = lambda seen: Reply(b'{"items": [{"id": 2}]}')
    run = Run(suite, models, "version: 1\nrules: [{metric: nDCG@5, notWorseBy: 2%}]")
    (rule,) = run.read("verdict.json")["rules"]
    assert (run.code, rule["outcome"], rule["refused"]) == (2, "not told", True)


def test_a_server_that_dies_ends_with_3_and_passes_nothing(suite: Path, models: Pair) -> None:
    models.candidate.stop()
    run = Run(suite, models, "version: 1\nrules: [{metric: nDCG@5, atLeast: 0, notTold: pass}]")
    assert run.code == 3
    verdict = run.read("verdict.json")
    assert (verdict["passed"], verdict["partial"], [rule["outcome"] for rule in verdict["rules"]]) == (
        False,
        True,
        ["not told"],
    )


def test_a_first_model_is_said_to_be_one_and_passes_on_a_value(suite: Path, models: Pair) -> None:
    rules = "version: 1\nrules: [{metric: nDCG@5, atLeast: 0.5, notWorseBy: 0.01}, {metric: flips, atMost: 0}]"
    run = Run(suite, models, rules, first=True)
    verdict = run.read("verdict.json")
    assert (run.code, verdict["firstModel"], verdict["models"]["champion"]) == (0, True, None)
    without = Run(suite, models, "version: 1\nrules: [{metric: nDCG@5, notWorseBy: 0.01}]", first=True)
    assert without.code == 1


@pytest.mark.parametrize(("first", "code", "outcome"), [(1, 0, "passed"), (2, 1, "failed")])
def test_corner_cases_are_a_rule_that_is_decided_as_it_stands(
    suite: Path, models: Pair, first: int, code: int, outcome: str
) -> None:
    corner = f"{{name: a classic, request: {{row: 0}}, must: {{items: [{first}], within: 1}}}}"
    (suite / "corners.yaml").write_text(f"cases:\n  - {corner}\n")
    rules = "version: 1\nrules: [{metric: nDCG@5, atLeast: 0.1}, {metric: corner_failures, atMost: 0}]"
    run = Run(suite, models, rules)
    assert (run.code, run.read("verdict.json")["rules"][1]["outcome"]) == (code, outcome)
