"""`interleaver lab import` as people call it: what stands in the folder, what is said, and what is refused."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from interleaver.lab.asking.answer_file import read_answers
from interleaver.lab.asking.answers import State
from interleaver.lab.commands.program import main
from interleaver.lab.suites.reading import read_suite

CONTRACT = "path: /recommend\nunit: {pointer: /user}\nitems: /items\nitemId: /id\n"
EXPERIMENT = """kind: InterleavingExperiment
spec:
  contract:
    path: /feed
    unit: {pointer: /user}
    items: /items
"""
PNG = b"\x89PNG\r\n\x1a\n and more"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a little of everything."""
    monkeypatch.chdir(tmp_path)
    files = {
        "contract.yaml": CONTRACT,
        "experiment.yaml": EXPERIMENT,
        "scoring.yaml": "path: /score\ninput: /input\nscore: /score\n",
        "ratings.csv": "userId,movieId,rating,timestamp\n7,1,5.0,100\n7,2,2.0,300\n8,1,4.5,100\n8,3,1.0,50\n",
        "u.data": "7\t1\t5\t100\n7\t2\t2\t300\n",
        "movies.csv": "movieId,title,genres\n1,Toy Story (1995),Animation\n",
        "train.txt": "2 qid:10 1:0.5 #docid = GX1\n0 qid:10 2:1 #docid = GX2\n",
        "qrels.txt": "301 0 a 1\n301 0 b 0\n302 0 c 2\n",
        "run.txt": "301 Q0 b 1 9 x\n301 Q0 a 2 8 x\n301 Q0 b 3 7 x\n999 Q0 c 1 3 x\n",
        "table.csv": "path,label,gender\na.png,1,f\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "faces").mkdir()
    (tmp_path / "faces" / "a.png").write_bytes(PNG)
    return tmp_path


RATINGS = (
    "ratings ratings.csv --output suite --contract contract.yaml --request /user --held-out latest:1 --gain rating"
)
TREC = "trec qrels.txt --output suite --contract contract.yaml --request /query"


def imports(words: str) -> int:
    return main(["import", *words.split()])


def test_ratings_become_a_suite_and_a_file_to_train_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert imports(f"{RATINGS} --items movies.csv --item-ids number --scale 5 --rest rest.csv") == 0
    suite = read_suite(Path("suite"))
    assert suite.cases.ids == ["7", "8"]
    assert [request.body for request in suite.cases.requests] == [b'{"user":"7"}', b'{"user":"8"}']
    assert suite.judgments is not None
    assert suite.judgments.vocabulary == ("2", "1")
    assert suite.maximum_grade == 5
    assert set(suite.cases.attributes) == {"activity", "genre", "decade"}
    assert Path("rest.csv").read_text().splitlines()[0] == '"user","item","rating","timestamp"'
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "suite: 2 queries, 2 judgments"
    assert said[-1] == "rest.csv: 2 ratings to train on"


def test_the_rules_that_a_suite_was_made_by_stand_in_it() -> None:
    assert imports(RATINGS) == 0
    words = " ".join(Path("suite/suite.yaml").read_text().split())
    assert "Imported from ratings.csv: the latest 1 of each user''s ratings judge; gain is the rating" in words


def test_a_file_without_a_header_is_read_by_the_names_of_its_columns() -> None:
    words = RATINGS.replace("ratings.csv", "u.data")
    assert imports(f"{words} --separator tab --columns user,item,rating,timestamp") == 0
    assert read_suite(Path("suite")).cases.ids == ["7"]


def test_the_contract_of_an_experiment_is_taken_as_it_stands() -> None:
    assert imports(RATINGS.replace("contract.yaml", "experiment.yaml")) == 0
    assert read_suite(Path("suite")).contract.path == "/feed"


def test_what_nobody_can_read_off_the_data_is_said_and_stands_in_the_suite() -> None:
    assert imports(f"{TREC} --collected-at 2026-11-01 --unjudged unwanted --name robust") == 0
    suite = read_suite(Path("suite"))
    assert suite.collected_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert suite.name == "robust"
    assert "unjudged: unwanted" in Path("suite/suite.yaml").read_text()


def test_a_greatest_grade_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for grade in ("0", "-1", "nan", "high"):
        with pytest.raises(SystemExit) as caught:
            imports(f"{TREC} --maximum-grade {grade}")
        assert caught.value.code == 2
        assert "--maximum-grade" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_letor_files_become_the_same_suite_in_both_forms(form: str) -> None:
    words = "letor train.txt --output suite --contract contract.yaml --request /documents --maximum-grade 4"
    assert imports(f"{words} --form {form}") == 0
    suite = read_suite(Path("suite"))
    assert suite.cases.ids == ["10"]
    assert suite.cases.requests[0].body == (
        b'{"documents":[{"id":"GX1","features":[0.5,0.0]},{"id":"GX2","features":[0.0,1.0]}]}'
    )
    assert Path(f"suite/queries.{form}").is_file()


def test_a_run_is_evaluated_without_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert imports(TREC) == 0
    assert imports("trec-run run.txt --suite suite --output answers.jsonl --model bm25") == 0
    answers = read_answers(Path("answers.jsonl"), read_suite(Path("suite")))
    assert answers.model == "bm25"
    assert answers.rankings == [('"b"', '"a"'), ()]
    assert answers.states.tolist() == [State.ANSWERED, State.REFUSED]
    assert answers.duplicates == 1
    assert not answers.partial
    assert "1 queries of the run are none of the suite and left out" in capsys.readouterr().out


def test_pictures_become_samples_below_the_suite() -> None:
    assert imports("pictures table.csv --pictures faces --output suite --contract scoring.yaml") == 0
    suite = read_suite(Path("suite"))
    assert suite.cases.pictures == ["pictures/a.png"]
    assert suite.cases.attributes["gender"].names == ("f",)
    assert Path("suite/pictures/a.png").read_bytes() == PNG


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"{RATINGS} --items nothing.csv", "nothing.csv: No such file or directory; give a file that can be read"),
        (f"{RATINGS} --columns user=reader", "ratings.csv, reader: there is no such column; there are userId, movieId"),
        (
            f"{RATINGS} --columns user=userId,item",
            "--columns: 'user=userId,item'; either role=column for each, or names",
        ),
        (f"{RATINGS} --scale 4", "ratings.csv, line 2, rating: 5; the greatest rating was said to be 4"),
        (
            RATINGS.replace("contract.yaml", "ratings.csv"),
            "ratings.csv: no contract; keys such as path, unit and items",
        ),
        (RATINGS.replace("contract.yaml", "scoring.yaml"), "scoring.yaml, contract.unit: is not given; add it"),
        (f"{TREC} --maximum-grade 1", "qrels.txt, line 3, grade: found 2; the greatest grade was said to be 1"),
        (f"{TREC} --collected-at yesterday", "collectedAt: found"),
        (TREC.replace("suite", "qrels.txt/suite"), "qrels.txt/suite: cannot be written: Not a directory"),
        ("trec-run run.txt --suite suite --output answers.jsonl", "suite: is no folder"),
    ],
)
def test_what_cannot_be_used_is_refused_and_leaves_nothing(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imports(words) == 2
    assert said in capsys.readouterr().err
    assert not Path("suite").exists()
    assert not Path("answers.jsonl").exists()


def test_a_suite_that_is_there_is_not_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    assert imports(RATINGS) == 0
    before = Path("suite/suite.yaml").read_text()
    assert imports(RATINGS) == 2
    assert "is there already" in capsys.readouterr().err
    assert Path("suite/suite.yaml").read_text() == before


def test_an_answer_file_that_is_there_is_not_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    Path("answers.jsonl").write_text("hours of asking")
    assert imports(TREC) == 0
    assert imports("trec-run run.txt --suite suite --output answers.jsonl") == 2
    assert "answers.jsonl: File exists; give a file that is not there yet" in capsys.readouterr().err
    assert Path("answers.jsonl").read_text() == "hours of asking"


def test_a_run_about_other_queries_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert imports(RATINGS) == 0
    assert imports("trec-run run.txt --suite suite --output answers.jsonl") == 2
    assert "none of its 2 queries, 301 and others, is in the suite; queries of this suite are called 7" in (
        capsys.readouterr().err
    )
