"""One number is an answer; whatever else Prometheus, or somebody in its place, may say is no data, and is no crash."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.experiment.guardrails.answer import read_answer


def encode(kind: str, result: Any, **more: Any) -> bytes:
    return json.dumps({"status": "success", "data": {"resultType": kind, "result": result}} | more).encode()


def series(value: Any) -> dict[str, Any]:
    return {"metric": {"shop": "a"}, "value": [1763806500.123, value]}


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (encode("vector", [series("0.97")]), 0.97),
        (encode("vector", [series("-3e-05")]), -3e-05),
        (encode("vector", [series("0")], infos=["metric might not be a counter"]), 0.0),
        (encode("scalar", [1763806500.123, "12"]), 12.0),
    ],
)
def test_one_number_is_data(body: bytes, value: float) -> None:
    answer = read_answer(body)
    assert (answer.value, answer.why) == (value, "")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (encode("vector", []), "no series"),
        (encode("vector", [series("1"), series("2")]), "2 series instead of one"),
        (encode("vector", [series("NaN")]), "the value is nan"),
        (encode("vector", [series("+Inf")]), "the value is inf"),
        (encode("scalar", [1, "-Inf"]), "the value is -inf"),
        (encode("vector", [{"metric": {}, "histogram": [1, {}]}]), "a histogram"),
        (encode("matrix", [{"metric": {}, "values": [[1, "1"]]}]), "a matrix"),
        (encode("string", [1, "5"]), "a string"),
        (encode("vector", [series("1")], warnings=["one store did not answer"]), "one store did not answer"),
        (b'{"status":"error","errorType":"bad_data","error":"parse error"}', "parse error"),
        (encode("vector", [series("many")]), "not one of Prometheus"),
        (encode("vector", [series(None)]), "not one of Prometheus"),
        (encode("vector", {"0": 1}), "not one of Prometheus"),
        (encode("scalar", []), "not one of Prometheus"),
        (b"", "not one of Prometheus"),
        (b"<html>log in first</html>", "not one of Prometheus"),
        (b"[]", "not one of Prometheus"),
        (b'"success"', "not one of Prometheus"),
        (b"\xff\xfe", "not one of Prometheus"),
        (b"[" * 60_000, "not one of Prometheus"),
        (b"9" * 60_000, "not one of Prometheus"),
    ],
)
def test_all_else_is_no_data_and_says_why(body: bytes, why: str) -> None:
    answer = read_answer(body)
    assert answer.value is None
    assert why in answer.why


def test_words_of_somebody_else_are_cut_before_they_reach_the_status() -> None:
    answer = read_answer(json.dumps({"status": "error", "error": "x" * 9000}).encode())
    assert len(answer.why) <= 253


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.sampled_from(["vector", "scalar", "success"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=3),
    max_leaves=8,
)


@given(kind=JSON, result=JSON, warnings=JSON)
def test_no_answer_whatever_its_form_raises(kind: Any, result: Any, warnings: Any) -> None:
    document = {"status": "success", "data": {"resultType": kind, "result": result}, "warnings": warnings}
    answer = read_answer(json.dumps(document).encode())
    assert (answer.value is None) == bool(answer.why)
