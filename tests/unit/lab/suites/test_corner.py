"""corners.yaml: what is read of it, and what is refused with line and key."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from interleaver.lab.asking.answer_lines import make_header
from interleaver.lab.suites.corner import Corner, Corners, Shown, read_corners
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.bad_input import Told, list_told
from tests.unit.lab.builders import make_suite

from .bad_corners import BAD, Bad

RANKING = """\
cases:
  - name: a child sees no horror
    request: {user: 9, count: 20}
    headers: {X-Age: "9"}
    unit: child
    mustNot: {items: [31, "31"], within: 20}
  - name: a classic comes early
    request: {user: 8}
    must: {items: [318], within: 5}
    atLeast: 5
    atMost: 20
  - name: no user
    request: {}
    mustBe: refused
  - name: the same again
    request: {user: 8, noise: no}
    sameAs: a classic comes early
"""


def read(text: str, folder: Path, *, scoring: bool = False) -> Corners:
    (folder / "corners.yaml").write_text(text)
    corners = read_corners(make_suite(folder=folder, scoring=scoring))
    assert corners is not None
    return corners


def test_a_suite_without_the_file_has_no_corner_cases(tmp_path: Path) -> None:
    assert read_corners(make_suite(folder=tmp_path)) is None


def test_what_is_demanded_is_read_with_ids_as_models_answer_them(tmp_path: Path) -> None:
    assert read(RANKING, tmp_path).cases == (
        Corner("a child sees no horror", must_not=Shown(("31", '"31"'), 20)),
        Corner("a classic comes early", must=Shown(("318",), 5), at_least=5, at_most=20),
        Corner("no user", must_be="refused"),
        Corner("the same again", same_as="a classic comes early"),
    )


def test_the_cases_are_a_suite_that_can_be_asked(tmp_path: Path) -> None:
    suite = read(RANKING, tmp_path).suite
    assert suite.cases.ids[0] == "a child sees no horror"
    assert suite.cases.requests[0].body == b'{"user":9,"count":20}'
    assert suite.cases.requests[0].headers == {"X-Age": "9"}
    assert suite.cases.requests[3].body == b'{"user":8,"noise":"no"}'  # as it is written, not as YAML 1.1 has it
    assert [suite.cases.unit_names[unit] for unit in suite.cases.units][:2] == ["child", "a classic comes early"]
    assert suite.cases.sources.names == ("corner",)
    assert (suite.task, suite.judgments) == (Task.RANKING, None)


def test_pictures_of_corner_cases_are_sent_as_those_of_samples(tmp_path: Path) -> None:
    (tmp_path / "blank.png").write_bytes(b"abc")
    text = "cases:\n  - {name: blank, picture: blank.png, atMost: 0.1}\n  - {name: text, input: [1, 2], atLeast: 0}\n"
    corners = read(text, tmp_path, scoring=True)
    assert [request.body for request in corners.suite.cases.requests] == [b'{"picture":"YWJj"}', b'{"picture":[1,2]}']
    assert corners.cases == (Corner("blank", at_most=0.1), Corner("text", at_least=0))


def test_what_is_demanded_may_change_without_asking_anew_and_what_is_asked_may_not(tmp_path: Path) -> None:
    first = read(RANKING, tmp_path)
    stricter = read(RANKING.replace("within: 5", "within: 3"), tmp_path)
    other = read(RANKING.replace("count: 20", "count: 21"), tmp_path)
    assert first.suite.digest == stricter.suite.digest != other.suite.digest
    assert len({first.digest, stricter.digest, other.digest}) == 3
    assert first.digest == hashlib.sha256(RANKING.encode()).hexdigest()


def test_answers_to_corner_cases_are_none_to_the_suite_and_outlive_its_changes(tmp_path: Path) -> None:
    first = read(RANKING, tmp_path).suite
    other = read_corners(replace(make_suite(folder=tmp_path), digest="changed", asked="changed"))
    assert other is not None
    assert make_header("m", other.suite) == make_header("m", first) != make_header("m", make_suite(folder=tmp_path))


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.wrong)
def test_an_entry_that_cannot_be_meant_is_refused_with_line_and_key(bad: Bad, tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        read(bad.text, tmp_path, scoring=bad.scoring)
    assert str(caught.value).startswith(f"{tmp_path}/corners.yaml")
    assert bad.said in str(caught.value)


def test_the_page_of_bad_input_has_a_row_for_each_of_them() -> None:
    assert list_told("Corner cases") == [Told("corners.yaml", bad.wrong, bad.said, "2") for bad in BAD]
