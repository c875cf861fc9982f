"""Quantiles under resampling are those of the values as often as their units are drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.measures.means import tabulate
from interleaver.lab.measures.quantiles import quantile, resample_quantile, weigh


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60), st.sampled_from([0.5, 0.99]), st.integers(1, 20))
def test_they_are_those_of_the_values_written_out(values: list[float], share: float, people: int) -> None:
    times = np.array(values)
    owners = np.arange(len(times)) % people
    table = tabulate(people, 30, 0)
    found = resample_quantile(times, owners, table, share, weigh(owners, table))
    for resample in range(30):
        written_out = np.repeat(times, table[owners, resample])
        assert found[resample] == pytest.approx(quantile(written_out, share), nan_ok=True)


def test_half_of_a_hundred_took_at_most_the_fiftieth() -> None:
    times = np.arange(1.0, 101.0)
    assert (quantile(times, 0.5), quantile(times, 0.99)) == (50, 99)
    assert quantile(times, 0.99) == np.percentile(times, 99, method="inverted_cdf")


def test_no_value_has_no_quantile() -> None:
    assert np.isnan(quantile(np.empty(0), 0.5))
