"""The model of the resource: scalars, defaults, and what only the operator can check."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from interleaver.api.fields import Duration, Fraction, instant, length, seconds, timestamp
from interleaver.api.v1alpha1 import Spec
from tests.builders import make_spec

DURATION = re.compile(r"([0-9]{1,9}(ms|s|m|h)){1,4}")
FRACTION = re.compile(r"(0|1|[01]?\.[0-9]{1,9})")


@pytest.mark.parametrize(
    ("text", "expected"), [("336h", 1_209_600), ("1h30m", 5400), ("90s", 90), ("80ms", 0.08), ("1s500ms", 1.5)]
)
def test_a_duration_has_its_seconds(text: str, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)
    assert length(text) == timedelta(seconds=expected)


@pytest.mark.parametrize("text", ["", "5", "h", "1d", "1.5h", "-1s", "1s ", "1h,30m"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        seconds(text)


@given(st.from_regex(DURATION, fullmatch=True).filter(lambda text: len(text) <= 40))
def test_every_duration_that_the_api_server_accepts_has_seconds(text: str) -> None:
    assert seconds(TypeAdapter(Duration).validate_python(text)) >= 0


@given(st.from_regex(FRACTION, fullmatch=True))
def test_every_fraction_that_the_api_server_accepts_is_a_number(text: str) -> None:
    assert 0 <= float(TypeAdapter(Fraction).validate_python(text)) < 2


def test_an_instant_is_written_in_utc_and_read_back() -> None:
    at = datetime(2026, 11, 22, 11, 15, tzinfo=timezone(timedelta(hours=1)))
    assert timestamp(at) == "2026-11-22T10:15:00Z"
    assert instant(timestamp(at)) == datetime(2026, 11, 22, 10, 15, tzinfo=UTC)


def test_a_spec_is_written_as_it_was_read() -> None:
    given = yaml.safe_load(yaml.safe_dump(make_spec()))
    stored = Spec.model_validate(given).to_dict()
    assert Spec.model_validate(stored).to_dict() == stored
    assert stored["contract"] == given["contract"] | {"depth": 50, "exclude": []}


def test_what_is_not_given_is_absent_and_not_null() -> None:
    stored = Spec.model_validate(make_spec(candidate=None)).to_dict()
    assert "candidate" not in stored
    assert "store" not in stored


def test_a_part_of_the_api_cannot_be_changed() -> None:
    spec = Spec.model_validate(make_spec())
    with pytest.raises(ValidationError, match="frozen"):
        spec.replicas = 2  # type: ignore[misc]


def test_a_field_of_a_later_version_is_passed_over() -> None:
    assert Spec.model_validate(make_spec() | {"fieldOfTomorrow": 1}) == Spec.model_validate(make_spec())


def exclude(pattern: str) -> dict[str, Any]:
    contract = make_spec()["contract"]
    return make_spec(contract=contract | {"exclude": [{"header": "User-Agent", "pattern": pattern}]})


def test_a_pattern_that_is_no_regular_expression_is_refused_with_its_field() -> None:
    with pytest.raises(ValidationError, match="is no regular expression") as caught:
        Spec.model_validate(exclude("(bot"))
    assert caught.value.errors()[0]["loc"] == ("contract", "exclude", 0, "pattern")


def test_a_pattern_may_be_any_regular_expression_of_python() -> None:
    spec = Spec.model_validate(exclude("(?i)bot|crawler"))
    assert spec.contract.exclude[0].pattern == "(?i)bot|crawler"
