"""Cases are cut by every attribute and pair; what is missing is a group, and nothing is dropped."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.evaluation.slices import Cut, cut_all
from interleaver.lab.suites.suite import Cases
from interleaver.lab.terms.labels import label
from interleaver.lab.terms.unusable import Unusable

values = st.lists(st.tuples(*[st.sampled_from(["a", "b", "c", None])] * 3), min_size=1, max_size=30)


def make_cases(columns: dict[str, list[str | None]], sources: list[str] | None = None) -> Cases:
    rows = len(next(iter(columns.values())))
    names = [str(row) for row in range(rows)]
    return Cases(
        ids=names,
        units=np.arange(rows),
        unit_names=names,
        sources=label(sources or ["production"] * rows),
        attributes={name: label(column) for name, column in columns.items()},
        requests=[],
    )


def cuts_of(columns: dict[str, list[str | None]], *wanted: tuple[str, ...]) -> dict[tuple[str, ...], Cut]:
    return {cut.attributes: cut for cut in cut_all(make_cases(columns), wanted)}


def test_the_whole_every_attribute_and_every_pair_are_cut_by() -> None:
    assert list(cuts_of({"b": ["1"], "a": ["1"], "c": ["1"]})) == [
        (), ("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"),
    ]  # fmt: skip


def test_a_missing_value_is_a_group_of_its_own_and_comes_last() -> None:
    cut = cuts_of({"a": [None, "x", None, "y"]})[("a",)]
    assert cut.slices == ((("a", "x"),), (("a", "y"),), (("a", None),))
    assert cut.codes.tolist() == [2, 0, 2, 1]


def test_only_combinations_that_occur_are_slices() -> None:
    cut = cuts_of({"a": ["x", "y", "y"], "b": ["1", "2", None]})[("a", "b")]
    assert cut.slices == ((("a", "x"), ("b", "1")), (("a", "y"), ("b", "2")), (("a", "y"), ("b", None)))


def test_a_combination_that_is_asked_for_comes_once_whatever_its_order() -> None:
    columns: dict[str, list[str | None]] = {"a": ["1"], "b": ["1"], "c": ["1"]}
    assert list(cuts_of(columns, ("c", "a", "b"), ("b", "a")))[-2:] == [("b", "c"), ("a", "b", "c")]


def test_an_unknown_attribute_is_refused_with_those_there_are() -> None:
    with pytest.raises(Unusable, match=r"no attribute is called 'age'; the suite has a, b"):
        cuts_of({"a": ["1"], "b": ["1"]}, ("a", "age"))


def test_several_sources_are_told_apart_as_an_attribute_is() -> None:
    cases = make_cases({"a": ["1", "1"]}, ["production", "corner"])
    assert [cut.attributes for cut in cut_all(cases)] == [(), ("a",), ("source",), ("a", "source")]


@given(values)
def test_every_case_is_in_the_slice_of_its_own_values(rows: list[tuple[str | None, ...]]) -> None:
    columns = {name: [row[place] for row in rows] for place, name in enumerate("abc")}
    for attributes, cut in cuts_of(columns, ("a", "b", "c")).items():
        for row, code in enumerate(cut.codes):
            assert dict(cut.slices[code]) == {name: columns[name][row] for name in attributes}
