"""Numbers as they are read."""

import pytest

from interleaver.lab.report.numbers import show, show_interval, show_share, show_signed
from interleaver.lab.terms.figure import Estimate


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.81818, "", "0.8182"),
        (-0.00004, "", "−0.0000"),
        (12.3456, "ms", "12.35 ms"),
        (1204.0, "bytes", "1,204 bytes"),
        (250.0, "", "250"),
        (None, "ms", "—"),
    ],
)
def test_a_value_has_as_many_digits_as_can_be_used(value: float | None, unit: str, text: str) -> None:
    assert show(value, unit) == text


def test_a_difference_has_its_sign_and_zero_has_none() -> None:
    assert [show_signed(value) for value in (0.01, -0.01, 0.0)] == ["+0.0100", "−0.0100", "0.0000"]


def test_an_estimate_without_ends_has_no_interval() -> None:
    assert show_interval(Estimate(1.0)) == ""
    assert show_interval(Estimate(0.0, -0.1, 0.1), signed=True) == "−0.1000 to +0.1000"


def test_an_interval_has_its_unit_once() -> None:
    assert show_interval(Estimate(12.0, 11.5, 12.5), "ms") == "11.5 to 12.5 ms"


def test_of_nothing_there_is_no_share() -> None:
    assert show_share(0, 0) == "—"
