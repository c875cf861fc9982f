"""YAML that people write keeps its words, says its lines, and is never guessed at."""

import sys
from math import inf, isnan

import pytest

from interleaver.lab.terms.nearest import nearest
from interleaver.lab.terms.unusable import Place, Unusable
from interleaver.lab.terms.written import read_written


def read(text: str, *as_text: str) -> object:
    return read_written("gate.yaml", text, as_text).content


def test_numbers_are_those_of_yaml_1_2() -> None:
    assert read("[1, -2, 0.5, .5, 1e-3, 1E3]") == [1, -2, 0.5, 0.5, 0.001, 1000.0]


def test_words_dates_and_times_stay_text() -> None:
    assert read("[no, on, yes, 2027-01-31, 1:30, 1_000, 0x1f]") == [
        "no", "on", "yes", "2027-01-31", "1:30", "1_000", "0x1f",
    ]  # fmt: skip


def test_what_is_quoted_or_tagged_as_text_is_text() -> None:
    assert read("""['1', "true", !!str 5, 'null']""") == ["1", "true", "5", "null"]


def test_non_finite_numbers_are_read_as_such_and_not_as_words() -> None:
    values = read("[.inf, -.Inf, .nan]")
    assert isinstance(values, list)
    assert values[:2] == [inf, -inf]
    assert isnan(values[2])


def test_below_a_key_of_texts_values_stay_as_they_were_written() -> None:
    assert read("{slices: [{code: 007, adult: true, note: ~}], n: 007}", "slices") == {
        "slices": [{"code": "007", "adult": "true", "note": None}],
        "n": 7,
    }


def test_every_value_knows_its_line() -> None:
    written = read_written("gate.yaml", "a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
    assert written.place(("b", 1, "d")).line == 5
    assert str(written.place(("b", 0))) == "gate.yaml, line 3, b[1]"


def test_a_missing_value_has_the_line_of_what_should_hold_it() -> None:
    written = read_written("gate.yaml", "rules:\n  - {atLeast: 1}\n")
    assert str(written.place(("rules", 0, "metric"))) == "gate.yaml, line 2, rules[1].metric"


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "a key twice": ("a: 1\nb: 2\na: 3", "line 3, a: stands twice, first in line 1"),
        "a key twice, further down": ("r:\n - {m: 1, m: 2}", "line 2, r[1].m: stands twice"),
        "an open list": ("a: [1,\n", "is no YAML"),
        "a tab": ("a:\n\t- 1", "line 2: is no YAML"),
        "two documents": ("a: 1\n---\nb: 2", "is no YAML"),
        "nothing": ("# only a comment", "is empty"),
        "a tag of some program": ("a: !python/name:os.system x", "has the tag"),
        "a number by its tag alone": ("a: !!float x", "line 1, a: has the tag !!float, and is 'x'"),
        "a truth by its tag alone": ("a: !!bool maybe", "has the tag !!bool, and is 'maybe'"),
        "nothing by its tag alone": ("a: !!null something", "has the tag !!null, and is 'something'"),
        "a value that holds itself": ("a: &a [*a]", "nested too deeply"),
        "a list as a key": ("{[1]: 2}", "has a key that is no text"),
        "deep nesting": ("[" * 5000, "nested too deeply"),
        "aliases of aliases": (
            "".join(f"k{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 12 if i else ['x'] * 12)}]\n" for i in range(9)),
            "too many values",
        ),
    }.values(),
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Unusable) as refusal:
        read(text)
    assert said in str(refusal.value)


def test_deep_nesting_is_refused_however_deep_calls_may_go_in_this_process() -> None:
    before = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(20_000)  # as libraries do that never set it back
        with pytest.raises(Unusable, match="nested too deeply"):
            read("[" * 1100)
    finally:
        sys.setrecursionlimit(before)


def test_bytes_that_are_no_utf_8_are_refused() -> None:
    with pytest.raises(Unusable, match="is no YAML"):
        read_written("gate.yaml", b"a: caf\xe9")


def test_names_that_are_spelt_alike_are_named() -> None:
    assert nearest("nDGC@10", ["nDCG@10", "P@5", "AP"]) == "did you mean nDCG@10?"
    assert nearest("NDCG_10", ["ndcg_10", "P"]) == "did you mean ndcg_10?"


def test_where_nothing_is_alike_a_short_list_is_named() -> None:
    assert nearest("zzzz", ["a", "b"]) == "known: a, b"
    assert nearest("zzzz", []) == "there are none"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1,\n", 1),
        ("a: [1,\r\n", 1),
        ("a: [1,\n\n\n", 3),
        ("a: [1", 1),
        ('a: 1\nb: "x\n', 2),
        ("a: 1\n\tb: 2\n", 2),
    ],
)
def test_the_line_of_an_error_is_one_that_the_file_has(text: str, line: int) -> None:
    for form in (text, text.encode()):
        with pytest.raises(Unusable) as refused:
            read_written("gate.yaml", form)
        assert isinstance(refused.value.place, Place)
        assert refused.value.place.line == line
