"""Several models are looked at before the first of them is asked, and left out when the run is interrupted."""

from pathlib import Path

import pytest

from interleaver.lab.asking.answers import State
from interleaver.lab.asking.before import check_before, leave_out
from interleaver.lab.asking.journal import open_journal
from interleaver.lab.asking.options import Options
from interleaver.lab.terms.unusable import Unusable

from .scene import REFUSED, make_ranked, make_suite

URL = "http://model:9000"


def write(path: Path, *outcomes: object) -> None:
    journal, _ = open_journal(path, URL, make_suite(2))
    for case, outcome in zip(("q0", "q1"), outcomes, strict=False):
        journal.note(case, outcome, again=False)  # type: ignore[arg-type]
    journal.close()


def test_what_can_be_asked_passes_and_leaves_no_trace(tmp_path: Path) -> None:
    check_before(make_suite(2), URL, Options(file=tmp_path / "a"))
    assert list(tmp_path.iterdir()) == []
    write(tmp_path / "a", REFUSED)
    before = (tmp_path / "a").read_bytes()
    check_before(make_suite(2), URL, Options(file=tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == before


@pytest.mark.parametrize("begun", [b"", b'{"answers":1,"mod'])
def test_a_file_whose_first_line_was_torn_may_be_gone_on_with(tmp_path: Path, begun: bytes) -> None:
    (tmp_path / "a").write_bytes(begun)
    check_before(make_suite(2), URL, Options(file=tmp_path / "a"))
    assert leave_out(make_suite(2), URL, Options(file=tmp_path / "a"), "ended").words == ["ended", "ended"]


def test_what_asking_would_refuse_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a", REFUSED)
    for suite, url, options, words in (
        (make_suite(2), "model:9000", Options(), "no URL of http"),
        (make_suite(2), URL, Options(concurrency=0), "concurrency: is 0"),
        (make_suite(2), URL, Options(headers=(("Host", "x"),)), "none that a suite may send"),
        (
            make_suite(2),
            "http://other",
            Options(file=tmp_path / "a"),
            "answers of http://model:9000, not of http://other",
        ),
        (make_suite(2, digest="e" * 64), URL, Options(file=tmp_path / "a"), "another suite"),
        (make_suite(2), URL, Options(file=tmp_path), "Is a directory"),
    ):
        with pytest.raises(Unusable, match=words):
            check_before(suite, url, options)


def test_a_model_that_is_left_out_has_what_its_file_holds(tmp_path: Path) -> None:
    write(tmp_path / "a", make_ranked('"a"'))
    answers = leave_out(make_suite(2), URL, Options(file=tmp_path / "a"), "ended by Ctrl-C")
    assert answers.states.tolist() == [State.ANSWERED, State.NOT_ASKED]
    assert answers.words == ["", "ended by Ctrl-C"]
    assert answers.partial
    assert answers.interrupted


def test_a_model_whose_file_is_whole_is_not_partial(tmp_path: Path) -> None:
    write(tmp_path / "a", make_ranked('"a"'), REFUSED)
    answers = leave_out(make_suite(2), URL, Options(file=tmp_path / "a"), "ended by Ctrl-C")
    assert not answers.partial
    assert not answers.interrupted
    assert leave_out(make_suite(2), URL, Options(), "ended").states.tolist() == [State.NOT_ASKED] * 2
