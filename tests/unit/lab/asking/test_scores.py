"""A score is one finite number, and what is none is told with its reason."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.asking.reading.content import Content, Unreadable
from interleaver.lab.asking.reading.scores import ScoreReader


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("0.5", 0.5),
        ("0", 0.0),
        ("-3", -3.0),
        ("1e-3", 0.001),
        ("1E+2", 100.0),
        ("123456789012345678901234", 1.2345678901234568e23),
    ],
)
def test_a_number_is_a_score_however_it_is_spelled(text: str, score: float) -> None:
    assert ScoreReader("/score").read(f'{{"score": {text} }}'.encode()) == Content(score=score)
    assert ScoreReader("").read(f" {text}\n".encode()) == Content(score=score)
    assert ScoreReader("/a/1").read(f'{{"a": [null, {text}], "b": [NaN, Infinity]}}'.encode()) == Content(score=score)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_score_is_the_number_that_python_reads(value: float) -> None:
    text = json.dumps(value)
    assert ScoreReader("/s").read(f'{{"s": {text}}}'.encode()).score == json.loads(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("NaN", "is NaN"),
        ("Infinity", "is Infinity"),
        ("-Infinity", "is -Infinity"),
        ("1e999", "beyond what a number of 64 bits holds"),
        ("-" + "9" * 400, "beyond"),
        ("true", "is true, and a score is a number"),
        ("false", "is false"),
        ("null", "is null"),
        ('"0.5"', "is a text, and a score is a number"),
        ("[0.5]", "is a list; point at the number in it"),
        ('{"value": 1}', "is an object"),
    ],
)
def test_what_is_no_finite_number_is_told_as_what_it_is(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        ScoreReader("/score").read(f'{{"score": {text}}}'.encode())
    with pytest.raises(Unreadable, match=words):
        ScoreReader("").read(text.encode())


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"0x10", b"01", b"1_000", b"+1", b".5", b"nan", b'{"score": 1, "score": 2}', b'{"score": 1',
     b'{"score": 0.5} x',
     b'{"score": 01}', b'{"score": 1_0}', b"[1]", b'{"other": 1}', b'{"score": \xff}'],
)  # fmt: skip
def test_a_body_without_a_score_is_unreadable(body: bytes) -> None:
    for pointer in ("/score", ""):
        with pytest.raises(Unreadable, match="score at"):
            ScoreReader(pointer).read(body)


def test_a_score_is_never_infinite_nor_nan() -> None:
    for power in (307, 308, 309, 4000):
        try:
            score = ScoreReader("").read(f"1e{power}".encode()).score
        except Unreadable:
            continue
        assert score is not None
        assert math.isfinite(score)
