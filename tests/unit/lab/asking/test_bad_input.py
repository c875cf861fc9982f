"""What cannot be asked is refused before anything is, and what servers answer becomes what the page says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from interleaver.lab.asking.outcome import Again, find_outcome
from interleaver.lab.asking.reading.contract import make_reader
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.bad_input import PAGE, Told, list_told

from .bad import ANSWERS, BAD, Answer, Bad
from .scene import make_suite


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.file} {bad.wrong}")
def test_a_model_or_file_that_cannot_be_used_is_refused(bad: Bad, tmp_path: Path) -> None:
    with pytest.raises(Unusable) as refused:
        bad.meet(tmp_path)
    assert bad.said in str(refused.value)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: str(answer.what))
def test_what_a_server_answers_becomes_what_the_page_says(answer: Answer) -> None:
    reader = make_reader(make_suite(task=answer.task).contract)
    found = find_outcome(answer.exchange, reader, 1_000_000, lambda: datetime(2026, 11, 30, tzinfo=UTC))
    assert ("again" if isinstance(found, Again) else found.state.name.lower()) == answer.state
    assert answer.words in found.words
    assert bool(found.words) is bool(answer.words)


def test_the_page_of_bad_input_has_a_row_for_each_of_them() -> None:
    assert list_told("Models and answer files") == [Told(bad.file, bad.wrong, bad.said, "2") for bad in BAD]


def test_the_page_of_bad_input_has_a_row_for_each_answer() -> None:
    (section,) = [part for part in PAGE.read_text().split("\n## ")[1:] if part.startswith("What servers answer\n")]
    rows = [line for line in section.splitlines() if line.startswith("| ")][2:]
    assert rows == [write_row(answer) for answer in ANSWERS]


def write_row(answer: Answer) -> str:
    """The row of an answer."""
    return f"| {answer.what} | {answer.state} | {f'`{answer.words}`' if answer.words else ''} |"
