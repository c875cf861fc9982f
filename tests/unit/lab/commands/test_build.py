"""`interleaver lab build` as people call it: a suite that others read, and what is said or refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from interleaver.lab.commands.program import main
from interleaver.lab.suites.reading import read_suite
from tests.unit.lab.bad_input import list_told
from tests.unit.lab.production.lines import save, write_conversion, write_impression

CONTRACT = "path: /recommend\nunit: {header: X-User-Id}\nitems: /items\nitemId: /id\n"
USUAL = "logs --output suite --contract contract.yaml"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with logs of two pods."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contract.yaml").write_text(CONTRACT)
    (tmp_path / "logs").mkdir()
    save(
        tmp_path / "logs" / "pod-a.jsonl",
        [write_impression("1", "q1", [('"a"', 1, 2), ('"b"', 2, 1)]), write_impression("2", "q2", [("7", 1, 1)], at=9)],
    )
    save(tmp_path / "logs" / "pod-b.jsonl", [write_conversion("1", '"b"'), write_conversion("2", "7")])
    return tmp_path


def test_logs_of_pods_become_a_suite_that_says_what_was_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", *USUAL.split(), "--curve", "1"]) == 0
    suite = read_suite(Path("suite"))
    assert suite.cases.ids == ["q1", "q2"]
    assert suite.cases.requests[0].body == b'{"query":"q1"}'
    assert suite.cases.sources.names == ("production",)
    assert suite.maximum_grade == 1.0
    assert suite.judgments is not None
    assert set(suite.judgments.vocabulary) == {'"b"', "7"}, "an item at which too few looked is not judged"
    assert suite.collected_at is not None
    assert suite.collected_at.timestamp() == 9
    said = capsys.readouterr().out
    assert "suite: 2 queries, 2 judgments" in said
    assert "1/rank^1 (given): looks at ranks 1, 2, … are 1.00, 0.50, 0.33" in said
    assert "4 lines: 2 impressions, 2 conversions" in said
    assert said.splitlines()[1] in Path("suite/suite.yaml").read_text().replace("\n ", ""), "they stand in the suite"


# What is wrong, as the page has it; how it comes about; and the words of the command.
BAD: Final[dict[str, tuple[Callable[[Path], Any], str]]] = {
    "is not there": (lambda here: None, USUAL.replace("logs", "nowhere.jsonl", 1)),
    "has no log in it": (lambda here: (here / "empty").mkdir(), USUAL.replace("logs", "empty", 1)),
    "holds lines of another kind": (
        lambda here: save(here / "app.log", ['{"event": "listening"}', "text"]),
        USUAL.replace("logs", "app.log", 1),
    ),
    "has no conversion": (
        lambda here: (here / "logs" / "pod-b.jsonl").unlink(),
        USUAL,
    ),
    "is another engine": (lambda here: None, f"{USUAL} --engine pandas"),
    "is no curve": (lambda here: None, f"{USUAL} --curve steep"),
    "is below 1": (lambda here: None, f"{USUAL} --cap 0"),
    "is below 0": (lambda here: None, f"{USUAL} --minimum-looks -1"),
    "is a suite already": (
        lambda here: save(here / "suite" / "suite.yaml", []),
        f"{USUAL} --curve 1",
    ),
    "is below a file": (lambda here: None, f"{USUAL.replace('suite', 'contract.yaml/suite')} --curve 1"),
}


@pytest.mark.parametrize("told", list_told("Logs of routers"), ids=lambda told: f"{told.file} {told.wrong}")
def test_what_the_page_says_of_bad_logs_is_what_people_get(
    told: Any, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arrange, words = BAD[told.wrong]
    (here / "suite").mkdir()
    arrange(here)
    assert main(["build", *words.split()]) == int(told.code)
    assert told.said in capsys.readouterr().err


def test_every_bad_log_that_is_tried_is_on_the_page() -> None:
    assert {told.wrong for told in list_told("Logs of routers")} == set(BAD)
