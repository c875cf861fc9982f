"""Rank-biased overlap is what its authors wrote."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from interleaver.lab.measures.overlapping import overlap

ranking = st.lists(st.integers(0, 11), unique=True, max_size=8)


def lay(*lists: list[int], depth: int = 8) -> NDArray[np.int32]:
    return np.array([[*items, *[-1] * (depth - len(items))] for items in lists], dtype=np.int32)


def by_hand(one: list[int], other: list[int], p: float) -> float:
    """Webber et al. 2010, equation 32, term by term."""
    short, long = sorted((one, other), key=len)
    s, length = len(short), len(long)

    def common(depth: int) -> int:
        return len(set(short[:depth]) & set(long[:depth]))

    total = sum(common(d) / d * p**d for d in range(1, length + 1))
    total += sum(common(s) * (d - s) / (s * d) * p**d for d in range(s + 1, length + 1))
    return (1 - p) / p * total + ((common(length) - common(s)) / length + common(s) / s) * p**length


@given(st.lists(st.tuples(ranking, ranking), min_size=1, max_size=5), st.integers(1, 8))
def test_it_is_equation_32_of_webber_moffat_and_zobel(pairs: list[tuple[list[int], list[int]]], depth: int) -> None:
    found = overlap(lay(*[one for one, _ in pairs]), lay(*[other for _, other in pairs]), depth)
    for value, (one, other) in zip(found, pairs, strict=True):
        if one and other:
            assert value == pytest.approx(by_hand(one[:depth], other[:depth], 0.9), abs=1e-12)
        elif one or other:
            assert value == 0
        else:
            assert np.isnan(value)


@given(ranking.filter(bool), st.integers(1, 8))
def test_a_list_overlaps_itself_wholly(items: list[int], depth: int) -> None:
    assert overlap(lay(items), lay(items), depth)[0] == pytest.approx(1)


def test_what_stands_above_weighs_more() -> None:
    base, above, below = [0, 1, 2, 3], [9, 1, 2, 3], [0, 1, 2, 9]
    found = overlap(lay(base, base), lay(above, below), 4)
    assert found[0] < found[1] < 1
