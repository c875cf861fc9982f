"""Retries wait longer each time, by chance, and as the server asks; never longer than their bound."""

from datetime import UTC, datetime
from random import Random

import pytest

from interleaver.lab.asking.options import Options
from interleaver.lab.asking.waiting import find_wait, read_retry_after

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def test_each_wait_is_twice_as_long_and_by_chance_up_to_half_as_long() -> None:
    options = Options(first_wait=1.0, longest_wait=100.0)
    for attempt in range(6):
        waits = [find_wait(options, attempt, None, Random(seed)) for seed in range(200)]
        assert 0.5 * 2**attempt <= min(waits) < 0.55 * 2**attempt
        assert 0.95 * 2**attempt < max(waits) <= 2**attempt


def test_what_the_server_asks_for_counts_where_it_is_more_and_within_the_bound() -> None:
    options = Options(first_wait=1.0, longest_wait=5.0)
    assert find_wait(options, 0, 3.0, Random(0)) == 3.0
    assert find_wait(options, 0, 0.0, Random(0)) >= 0.5
    assert find_wait(options, 0, 3600.0, Random(0)) == 5.0
    assert find_wait(options, 60, None, Random(0)) == 5.0


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        (None, None),
        (b"7", 7.0),
        (b" 0 ", 0.0),
        (b"Mon, 30 Nov 2026 12:00:09 GMT", 9.0),
        (b"Mon, 30 Nov 2026 12:00:09 -0000", 9.0),
        (b"Mon, 30 Nov 2026 11:00:00 GMT", 0.0),
        (b"soon", None),
        (b"-1", None),
        (b"\xb2", None),
        (b"", None),
    ],
)
def test_a_retry_after_is_read_as_seconds_or_as_a_date(field: bytes | None, seconds: float | None) -> None:
    assert read_retry_after(field, NOW) == seconds
