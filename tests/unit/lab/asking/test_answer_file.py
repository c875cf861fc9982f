"""What a file holds is what was asked: it is read back whole and gone on with, and refused where it is another's."""

import math
from pathlib import Path

import numpy as np
import pytest

from interleaver.lab.asking.answer_file import read_answers, read_kept, write_answers
from interleaver.lab.asking.answer_lines import LINE, LineReader, write_line
from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.asking.assembling import assemble
from interleaver.lab.asking.journal import open_journal
from interleaver.lab.asking.outcome import Outcome
from interleaver.lab.asking.reading.content import Content
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable

from .scene import FAILED, REFUSED, UNREADABLE, make_ranked, make_scored, make_suite

URL = "http://m:1"
OUTCOMES = [make_ranked('"a"', "1", '"1"', "true", "0.5", '"ä"'), REFUSED, UNREADABLE, FAILED, make_ranked()]


def write(path: Path, suite: Suite, outcomes: list[Outcome]) -> None:
    """A file that a run wrote."""
    journal, _ = open_journal(path, URL, suite)
    for case, outcome in zip(suite.cases.ids, outcomes, strict=False):
        journal.note(case, outcome, again=False)
    journal.close()


def show(answers: Answers) -> tuple[object, ...]:
    """All of a model's answers, as values that can be compared."""
    scores = None if answers.scores is None else [None if math.isnan(each) else each for each in answers.scores]
    times = [None if math.isnan(each) else each for each in answers.milliseconds]
    rankings = None if answers.rankings is None else [tuple(each) for each in answers.rankings]
    return (
        answers.model,
        list(answers.states),
        times,
        list(answers.sizes),
        list(answers.words),
        rankings,
        scores,
        answers.digest,
    )


def test_a_file_gives_back_what_was_asked(tmp_path: Path) -> None:
    suite = make_suite(5)
    write(tmp_path / "a.jsonl", suite, OUTCOMES)
    answers = read_answers(tmp_path / "a.jsonl", suite)
    assert show(answers) == show(assemble(URL, Task.RANKING, OUTCOMES, {}))
    assert answers.retries == 3
    assert answers.partial  # one failed


def test_scores_come_back_to_the_last_bit(tmp_path: Path) -> None:
    suite, values = make_suite(4, Task.SCORING), [0.1, -1e-300, 1 / 3, 12345678901.25]
    write(tmp_path / "a.jsonl", suite, [make_scored(value) for value in values])
    answers = read_answers(tmp_path / "a.jsonl", suite)
    assert answers.scores is not None
    assert answers.scores.tolist() == values
    assert answers.rankings is None


@pytest.mark.parametrize("task", list(Task))
def test_answers_that_somebody_made_are_written_and_read_without_a_server(tmp_path: Path, task: Task) -> None:
    suite, path = make_suite(3, task), tmp_path / "run.jsonl"
    first = make_ranked('"a"', "2") if task is Task.RANKING else make_scored(0.25)
    made = assemble("run:bm25", task, [first, REFUSED, None], {})
    write_answers(path, suite, made)
    read = read_answers(path, suite)
    assert show(read)[:4] == show(made)[:4]
    assert read.digest == made.digest
    assert read.states[2] == State.NOT_ASKED
    assert read.words[2] == read.stopped == f"{path} has no answer for 1 cases"


def test_a_score_that_is_no_number_is_not_written(tmp_path: Path) -> None:
    suite = make_suite(1, Task.SCORING)
    with pytest.raises(Unusable, match="nan"):
        write_answers(tmp_path / "a", suite, assemble("m", Task.SCORING, [make_scored(math.nan)], {}))


def test_a_torn_last_line_is_dropped_and_its_case_asked_again(tmp_path: Path) -> None:
    suite, path = make_suite(5), tmp_path / "a.jsonl"
    write(path, suite, OUTCOMES)
    whole = path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for cut in range(ends[3], len(whole)):
        path.write_bytes(whole[:cut])
        journal, kept = open_journal(path, URL, suite)
        journal.note("q0", REFUSED, again=False)
        journal.close()
        assert len([outcome for outcome in kept.outcomes if outcome is not None]) == sum(end <= cut for end in ends) - 1
        assert read_kept(path, suite).outcomes[0] == REFUSED  # what was appended stands on a line of its own


def test_a_run_that_ended_before_its_first_line_was_whole_begins_anew(tmp_path: Path) -> None:
    suite, path = make_suite(1), tmp_path / "a.jsonl"
    for begun in (b"", b'{"answers":1,"mod'):
        path.write_bytes(begun)
        journal, kept = open_journal(path, URL, suite)
        journal.note("q0", REFUSED, again=False)
        journal.close()
        assert kept.outcomes == [None]
        assert read_kept(path, suite).outcomes == [REFUSED]


def test_the_last_line_of_a_case_counts_and_second_answers_stand_apart(tmp_path: Path) -> None:
    suite, path = make_suite(1), tmp_path / "a.jsonl"
    journal, _ = open_journal(path, URL, suite)
    for outcome, again in ((FAILED, False), (make_ranked('"a"'), False), (make_ranked('"b"'), True)):
        journal.note("q0", outcome, again)
    journal.close()
    answers = read_answers(path, suite)
    assert answers.rankings is not None
    assert [tuple(each) for each in answers.rankings] == [('"a"',)]
    assert (answers.asked_twice, answers.answered_differently) == (1, 1)
    assert not answers.partial


def test_ids_are_one_item_however_the_file_spells_them_and_none_stands_twice(tmp_path: Path) -> None:
    suite, path = make_suite(1), tmp_path / "a.jsonl"
    write(path, suite, [])
    with path.open("a") as file:
        file.write('{"case":"q0","state":"answered","ranking":[1.0, "\\u0061", 1, "a"]}\n')
    answers = read_answers(path, suite)
    assert answers.rankings is not None
    assert tuple(answers.rankings[0]) == ("1", '"a"')
    assert answers.duplicates == 2


@pytest.mark.parametrize(
    ("suite", "words"),
    [
        (make_suite(1, digest="e" * 64), "line 1, suite: these are answers to another suite"),
        (make_suite(1, items="/list"), "line 1, contract: these answers were read by another contract"),
        (make_suite(1, Task.SCORING), "line 1, contract: these answers were read by another contract"),
    ],
)
def test_answers_to_something_else_are_refused_with_what_to_do(tmp_path: Path, suite: Suite, words: str) -> None:
    path = tmp_path / "a.jsonl"
    write(path, make_suite(1), [make_ranked()])
    before = path.read_bytes()
    for refuse in (lambda: read_answers(path, suite), lambda: open_journal(path, URL, suite)):
        with pytest.raises(Unusable, match=words) as refusal:
            refuse()
        assert "give another file, or move this one away" in str(refusal.value)
    assert path.read_bytes() == before


def test_another_models_answers_are_not_gone_on_with(tmp_path: Path) -> None:
    path, suite = tmp_path / "a.jsonl", make_suite(1)
    write(path, suite, [make_ranked()])
    with pytest.raises(Unusable, match="line 1, model: these are answers of http://m:1, not of http://other"):
        open_journal(path, "http://other", suite)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{}", "line 2: Object missing required field"),
        ("null", "line 2: Expected `object`"),
        ("{", "line 2: Input data was truncated"),
        ("", "line 2: Input data was truncated"),
        ('{"case":"q9","state":"refused"}', "line 2: the suite has no case 'q9'"),
        ('{"case":"q0","state":"great"}', "line 2: Invalid enum value 'great'"),
        ('{"case":"q0","state":"answered"}', "line 2: an answer to a query has a ranking"),
        ('{"case":"q0","state":"answered","ranking":{}}', "line 2: no list of items"),
        ('{"case":"q0","state":"answered","ranking":[null]}', "line 2: no list of items"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_by_its_number(tmp_path: Path, line: str, words: str) -> None:
    path, suite = tmp_path / "a.jsonl", make_suite(1)
    write(path, suite, [])
    with path.open("a") as file:
        file.write(line + "\n" + '{"case":"q0","state":"refused"}\n')
    with pytest.raises(Unusable, match=words):
        read_answers(path, suite)


@pytest.mark.parametrize(
    "content", ["{}\n", "query,item\n", '{"answers":2,"model":"m","suite":"","contract":"","task":"ranking"}\n']
)
def test_a_file_of_another_kind_is_not_written_over(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    with pytest.raises(Unusable, match=r"no answer file|its format is 2, not 1"):
        open_journal(path, URL, make_suite(1))
    assert path.read_text() == content


def test_two_runs_do_not_write_to_one_file(tmp_path: Path) -> None:
    journal, _ = open_journal(tmp_path / "a", URL, make_suite(1))
    with pytest.raises(Unusable, match="another run is writing to it"):
        open_journal(tmp_path / "a", URL, make_suite(1))
    journal.close()
    open_journal(tmp_path / "a", URL, make_suite(1))[0].close()


def test_a_place_that_cannot_be_written_or_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="Is a directory"):
        open_journal(tmp_path, URL, make_suite(1))
    with pytest.raises(Unusable, match="No such file"):
        read_answers(tmp_path / "none", make_suite(1))


def test_a_digest_is_of_what_was_said_and_not_of_how_long_it_took() -> None:
    def digest(*outcomes: Outcome) -> str:
        return assemble("m", Task.RANKING, outcomes, {}).digest

    slow = Outcome(State.ANSWERED, "", 99.0, 12, Content(('"a"', '"b"')))
    assert digest(make_ranked('"a"', '"b"')) == digest(slow)
    different = [
        digest(),
        digest(make_ranked('"a"', '"b"')),
        digest(make_ranked('"b"', '"a"')),
        digest(make_ranked('"a"'), make_ranked('"b"')),
        digest(make_ranked('"a,"', '"b"')),
        digest(make_ranked()),
        digest(REFUSED),
        digest(FAILED),
    ]
    assert len(set(different)) == len(different)


def test_answers_are_arrays_in_the_suites_order() -> None:
    answers = assemble("m", Task.SCORING, [make_scored(0.5), None, REFUSED], {}, "ended", interrupted=True)
    assert answers.states.tolist() == [State.ANSWERED, State.NOT_ASKED, State.REFUSED]
    assert answers.scores is not None
    np.testing.assert_array_equal(answers.scores, [0.5, np.nan, np.nan])
    np.testing.assert_array_equal(answers.milliseconds, [1.5, np.nan, 2.0])
    assert answers.words == ["", "ended", "status 422 Unprocessable Entity"]
    assert answers.partial
    assert answers.interrupted


@pytest.mark.parametrize("case", ["q1", 'a "quoted"\\ name', "ä\n\u2028"])
@pytest.mark.parametrize("milliseconds", [0.0004, 1.25, 12345.6789, math.nan])
@pytest.mark.parametrize("ranking", [(), ('"a"', "1", "true")])
def test_the_usual_line_is_read_as_any_other(case: str, milliseconds: float, ranking: tuple[str, ...]) -> None:
    usual = Outcome(State.ANSWERED, "", milliseconds, 7, Content(ranking))
    line = LINE.decode(write_line(case, usual))
    other = LINE.decode(write_line(case, usual, again=True))
    assert (line.case, line.state, line.size, line.milliseconds) == (case, "answered", 7, other.milliseconds)
    assert (
        LineReader(Task.RANKING).read(line).content == LineReader(Task.RANKING).read(other).content == Content(ranking)
    )
    assert write_line(case, usual).endswith(b"\n")
    assert write_line(case, usual).count(b"\n") == 1
