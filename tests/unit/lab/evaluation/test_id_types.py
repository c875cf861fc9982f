"""Ids of another type are other items, and a reader is told."""

import pytest

from interleaver.lab.evaluation.id_types import find_pairs


@pytest.mark.parametrize(
    ("judged", "answered", "pairs"),
    [
        (["1", "2"], ['"1"', '"3"'], [('"1"', "1")]),
        (['"1"', '"a"'], ["1", '"a"', "true"], [("1", '"1"')]),
        (['"true"'], ["true"], [("true", '"true"')]),
        (["1", '"1"'], ["1", '"1"'], []),
        (['"a"'], ['"b"', '""', "7"], []),
        ([], ["1"], []),
        (["1"], [], []),
    ],
)
def test_items_are_paired_with_the_judged_ones_of_the_other_type(
    judged: list[str], answered: list[str], pairs: list[tuple[str, str]]
) -> None:
    assert find_pairs(judged, answered) == pairs
