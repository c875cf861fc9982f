"""`interleaver lab tojudge` as people call it: what is written, filled in, and taken back."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from interleaver.lab.asking.answer_lines import make_header, write_line
from interleaver.lab.asking.answers import State
from interleaver.lab.asking.outcome import Outcome
from interleaver.lab.asking.reading.content import Content
from interleaver.lab.commands.program import main
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.writing import Form, write_suite
from tests.unit.lab.bad_input import Told, list_told

CONTRACT = {"path": "/r", "unit": {"pointer": "/user"}, "items": "/items"}
COUNT = 12


def make_folder(folder: Path, form: Form = "jsonl", **more: Any) -> Path:
    """A suite of twelve users of whom item 1 is judged; the champion lists it second, behind what nobody judged."""
    queries = [{"query": f"u{n}", "request": {"user": n}, "source": "benchmark"} for n in range(COUNT)]
    judgments = [{"query": f"u{n}", "item": 1, "gain": 1} for n in range(COUNT)]
    items = [{"item": 1, "title": "Alien"}, {"item": 2, "title": "Heat, The"}]
    description = {"task": "ranking", "name": "films", "maximumGrade": 1, "contract": CONTRACT, **more}
    write_suite(folder / "suite", description, {"queries": queries, "judgments": judgments, "items": items}, form)
    suite = read_suite(folder / "suite")
    (folder / "answers").mkdir()
    for name, ranking in (("champion", ("2", "1")), ("candidate", ("1", "3"))):
        lines = [write_line(case, Outcome(State.ANSWERED, content=Content(ranking))) for case in suite.cases.ids]
        header = json.dumps({**{"answers": 1}, **header_of(suite, name)}, separators=(",", ":")).encode()
        (folder / "answers" / f"{name}.jsonl").write_bytes(header + b"\n" + b"".join(lines))
    (folder / "answers" / "verdict.jsonl").write_text("{}\n")
    return folder / "suite"


def header_of(suite: Any, name: str) -> dict[str, Any]:
    made = make_header(name, suite)
    return {"model": made.model, "suite": made.suite, "contract": made.contract, "task": made.task}


def tojudge(*words: object) -> int:
    return main(["tojudge", *map(str, words)])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill_in(path: Path, gains: dict[str, str]) -> None:
    """Write the gain of each item into the file, as a person does."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([{**row, "gain": gains.get(row["item"], "")} for row in rows])


def test_a_verdict_that_depends_on_unjudged_items_is_said_and_its_pairs_are_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(folder)
    assert tojudge("suite", "--answers", "answers", "--output", "pairs.csv", "--at", 2) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "pairs.csv: 24 of 24 pairs, with 100% of what they may move"
    assert said[1] == "the verdict on nDCG@2 depends on them in 1 slices: all"
    with Path("pairs.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {"query": "u0", "item": "2", "gain": "", "title": "Heat, The"}
    assert {row["item"] for row in rows[:12]} == {"2"}  # at the first place of one list, and in the other nowhere


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_what_people_fill_in_is_taken_into_the_suite_and_decides(
    folder: Path, form: Form, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = make_folder(folder, form)
    assert tojudge("suite", "--answers", "answers", "--output", "pairs.csv", "--at", 2) == 0
    fill_in(Path("pairs.csv"), {"2": "0", "3": "0.0"})
    assert tojudge("suite", "--merge", "pairs.csv") == 0
    assert "suite: 24 judgments more; 0 were there already" in capsys.readouterr().out
    judgments = read_suite(suite).judgments
    assert judgments is not None
    assert judgments.lists.lengths.tolist() == [3] * COUNT
    assert tojudge("suite", "--merge", "pairs.csv") == 0
    assert "suite: 0 judgments more; 24 were there already" in capsys.readouterr().out
    assert tojudge("suite", "--answers", "answers", "--output", "more.csv", "--at", 2) == 0
    assert "no verdict on nDCG@2 depends on how unjudged items are counted" in capsys.readouterr().out
    assert not Path("more.csv").exists()


def test_what_a_spreadsheet_saves_in_its_own_way_is_read_as_it_is_said_to_be(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(folder)
    Path("pairs.csv").write_bytes("query;item;gain;title\r\nu0;2;1;Café\r\nu1;2;;Café\r\n".encode("cp1252"))
    assert tojudge("suite", "--merge", "pairs.csv", "--separator", "semicolon", "--encoding", "cp1252") == 0
    assert "suite: 1 judgments more" in capsys.readouterr().out


def test_a_title_is_no_formula(folder: Path) -> None:
    suite = make_folder(folder)
    (suite / "items.jsonl").write_text('{"item": 2, "title": "=HYPERLINK(1)"}\n')
    assert tojudge("suite", "--answers", "answers", "--output", "pairs.csv", "--at", 2) == 0
    assert ",'=HYPERLINK(1)" in Path("pairs.csv").read_text()


def test_pairs_in_json_lines_come_back_too_and_those_left_empty_are_left_out(folder: Path) -> None:
    suite = make_folder(folder)
    assert tojudge("suite", "--answers", "answers", "--output", "pairs.jsonl", "--at", 2, "--most", 3) == 0
    rows = [json.loads(line) for line in Path("pairs.jsonl").read_text().splitlines()]
    assert [(row["item"], row["gain"]) for row in rows] == [(2, None)] * 3
    rows[1]["gain"] = 1
    Path("pairs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert tojudge("suite", "--merge", "pairs.jsonl") == 0
    judgments = read_suite(suite).judgments
    assert judgments is not None
    assert judgments.lists.lengths.tolist() == [1, 2] + [1] * (COUNT - 2)


def test_requests_which_may_be_of_people_are_written_where_they_are_asked_for_alone(folder: Path) -> None:
    make_folder(folder)
    assert tojudge("suite", "--answers", "answers", "--output", "pairs.csv", "--at", 2, "--raw") == 0
    with Path("pairs.csv").open(newline="", encoding="utf-8") as file:
        assert next(csv.DictReader(file))["request"] == '{"user":0}'


def test_with_all_pairs_are_written_whether_a_verdict_depends_on_them_or_not(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(folder)
    files = ["answers/champion.jsonl", "answers/champion.jsonl"]
    assert tojudge("suite", "--answers", *files, "--output", "pairs.csv", "--at", 2, "--all") == 0
    assert "pairs.csv: 0 of 0 pairs" in capsys.readouterr().out
    assert Path("pairs.csv").read_text().strip() == "query,item,gain"


def test_what_may_move_a_value_is_written_whether_the_champion_lists_it_or_not(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Item 2 is the champion's alone: it is in no value of the candidate's."""
    make_folder(folder)
    assert tojudge("suite", "--answers", "answers", "--output", "pairs.csv", "--at", 2, "--value") == 0
    assert "pairs.csv: 12 of 12 pairs, with 100% of what they may move" in capsys.readouterr().out
    with Path("pairs.csv").open(newline="", encoding="utf-8") as file:
        assert {row["item"] for row in csv.DictReader(file)} == {"3"}
    assert tojudge("suite", "--answers", "answers/champion.jsonl", "--output", "own.csv", "--at", 2, "--value") == 0
    with Path("own.csv").open(newline="", encoding="utf-8") as file:
        assert {row["item"] for row in csv.DictReader(file)} == {"2"}


def test_the_folder_of_an_evaluation_is_as_good_as_that_of_its_answers(folder: Path) -> None:
    make_folder(folder)
    assert tojudge("suite", "--answers", ".", "--output", "pairs.csv", "--at", 2) == 0
    with Path("pairs.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2 * COUNT


HEAD = "query,item,gain\n"
# What is wrong with the file, what is said, and the file.
BAD = [
    ("has a gain that is a word", "line 2, gain: 'much' is no finite number", HEAD + "u0,2,much\n"),
    ("has a gain below 0", "line 2, gain: found -1; a gain is a finite number of 0 or more", HEAD + "u0,2,-1\n"),
    ("has a gain above the maximum grade", "line 2, gain: found 2; the suite's maximumGrade is 1", HEAD + "u0,2,2\n"),
    (
        "judges a query that is none",
        "line 3, query: 'u99' is no query of the suite; did you mean",
        HEAD + "\nu99,2,1\n",
    ),
    (
        "judges otherwise than the suite",
        "line 2, gain: 1 is judged 1 for query 'u0' already, and here 0",
        HEAD + "u0,1,0\n",
    ),
    (
        "judges a pair in two ways",
        "line 3, gain: 2 is judged 0 for query 'u0' already, and here 1",
        HEAD + "u0,2,0\nu0,2,1\n",
    ),
    ("has an item without its quotes", "line 2, item: found x; as JSON spells it", HEAD + "u0,x,0\n"),
    ("has an item that is a list", "line 2, item: ", HEAD + "u0,[1],0\n"),
    ("has no column for the item", "pairs.csv: no column for item among query, gain", "query,gain\n"),
]


@pytest.mark.parametrize(("wrong", "said", "text"), BAD, ids=[wrong for wrong, _, _ in BAD])
def test_what_cannot_be_taken_in_is_refused_and_changes_nothing(
    folder: Path, wrong: str, said: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = make_folder(folder)
    before = (suite / "judgments.jsonl").read_bytes()
    Path("pairs.csv").write_text(text)
    assert tojudge("suite", "--merge", "pairs.csv") == 2
    assert said in capsys.readouterr().err
    assert (suite / "judgments.jsonl").read_bytes() == before


def test_the_page_of_bad_input_has_a_row_for_each_of_them() -> None:
    assert list_told("Judgments to add") == [Told("pairs.csv", wrong, said.strip(), "2") for wrong, said, _ in BAD]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["suite"], "tojudge: neither or both of --output and --merge; give one of them"),
        (["suite", "--output", "pairs.csv"], "--answers: 0 answer files; those of two models or more are compared"),
        (["suite", "--value", "--output", "pairs.csv"], "--answers: 0 answer files; one at least has the candidate's"),
        (
            ["suite", "--answers", "suite", "--output", "pairs.csv"],
            "suite: holds no file of answers; give what `interleaver lab evaluate --output` was given, or its folder",
        ),
        (["suite", "--answers", "answers", "--output", "pairs.parquet"], "pairs.parquet: .parquet is no table that"),
        (
            ["suite", "--answers", "answers", "--output", "answers"],
            "answers: no ending is no table that people fill in",
        ),
        (["suite", "--answers", "answers", "--output", "x.csv", "--at", "0"], "--at and --most: found 0 and 200"),
        (["suite", "--merge", "pairs.csv"], "pairs.csv: No such file or directory"),
    ],
)
def test_what_is_asked_for_in_vain_is_said(
    folder: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(folder)
    assert tojudge(*words) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_people_may_have_filled_in_is_not_written_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder(folder)
    Path("pairs.csv").write_text("hours of judging")
    assert tojudge("suite", "--answers", "answers", "--output", "pairs.csv", "--at", 2) == 2
    assert "pairs.csv: File exists; give a file that is not there yet" in capsys.readouterr().err
    assert Path("pairs.csv").read_text() == "hours of judging"
