"""Requests out of a template."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interleaver.lab.importing.template import read_template
from interleaver.lab.terms.unusable import Unusable

NAMES = ("user", "text")


def fill(template: str, **values: object) -> object:
    return json.loads(read_template(template, NAMES).fill(values))


def test_a_name_outside_of_a_text_becomes_json() -> None:
    assert fill('{"user": {user}, "count": 20}', user=7) == {"user": 7, "count": 20}
    assert fill('{"user": {user}}', user="7") == {"user": "7"}


def test_a_name_inside_a_text_becomes_a_part_of_it() -> None:
    assert fill('{"user": "u-{user}"}', user='7"\\') == {"user": 'u-7"\\'}
    assert fill('{"user": "u-{user}"}', user=7) == {"user": "u-7"}


def test_braces_in_a_text_around_something_else_are_its_own() -> None:
    assert fill('{"q": "{user} {nobody} \\"{user}\\""}', user="a") == {"q": 'a {nobody} "a"'}


def test_a_pointer_says_the_one_place_that_differs() -> None:
    assert fill("/instances/a~1b", user=7) == {"instances": {"a/b": 7}}


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ('{"count": 20}', "asks the same for every query; write {user} where they differ"),
        ('{"user": {usr}}', "{usr} is not known; did you mean {user}? known are {user}, {text}"),
        ('{"user": {user}', "makes no JSON: "),
        ("", "asks the same for every query"),
    ],
)
def test_a_template_that_cannot_be_meant_is_refused(template: str, words: str) -> None:
    with pytest.raises(Unusable) as caught:
        read_template(template, NAMES)
    assert str(caught.value).startswith("--request: ")
    assert words in str(caught.value)


@given(st.text(), st.one_of(st.integers(), st.text(), st.lists(st.floats(allow_nan=False, allow_infinity=False))))
def test_whatever_is_filled_in_comes_back(text: str, value: object) -> None:
    assert fill('[{user}, "a {text}"]', user=value, text=text) == [value, f"a {text}"]
