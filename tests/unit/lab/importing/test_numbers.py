"""Numbers and grades as public files spell them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.importing.numbers import read_grade, read_number, read_whole
from interleaver.lab.terms.unusable import Place, Unusable

PLACE = Place("some.txt", line=3, field="grade")


def test_a_grade_may_be_spelt_as_a_decimal_number() -> None:
    assert read_grade("1.0", PLACE) == read_grade("1", PLACE) == 1


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999", "1_0", "١", "0x1", "", "one", "1,5", " 1"])
def test_what_is_no_finite_number_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(Unusable) as caught:
        read_grade(text, PLACE)
    assert str(caught.value) == (
        f"some.txt, line 3, grade: {text!r} is no finite number; a grade is a number such as 0, 2 or 1.0"
    )


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_as_python_spells_them(number: float) -> None:
    assert math.copysign(1, read_number(repr(number), PLACE, "")) == math.copysign(1, number)
    assert read_number(repr(number), PLACE, "") == number


@pytest.mark.parametrize("text", ["-1", "1.0", "+1", "", "¹"])
def test_a_whole_number_has_digits_alone(text: str) -> None:
    with pytest.raises(Unusable, match="is no whole number"):
        read_whole(text, PLACE, "")
