"""A team's own cases: what they make of requests, and what is refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from interleaver.lab.robustness.demands import SAME, Demand
from interleaver.lab.robustness.own_cases import Applying, read_own
from interleaver.lab.robustness.own_rows import OwnRow
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable
from tests.unit.documents.blocks import ROOT, find_section, list_blocks
from tests.unit.lab.bad_input import Told, list_told

from .bad_cases import BAD

REQUEST: dict[str, Any] = {"user": 7, "history": [1, 2], "gender": "f", "income": 10}


def apply(folder: Path, text: str, task: Task = Task.RANKING) -> list[tuple[str, Any, Demand]]:
    """What the cases of stress.yaml make of a request."""
    (folder / "stress.yaml").write_text(text)
    applying = Applying(read_own(folder, (), task))
    made = applying.make(REQUEST)
    applying.check()
    return [(each.detail, json.loads(each.body), each.demand) for each in made]


@pytest.mark.parametrize("wrong", BAD)
def test_what_cannot_be_meant_is_refused(wrong: str, tmp_path: Path) -> None:
    said, text = BAD[wrong]
    with pytest.raises(Unusable) as refused:
        apply(tmp_path, text)
    assert said in str(refused.value)


def test_the_page_has_a_row_for_each_of_them() -> None:
    assert list_told("Cases of stress") == [Told("stress.yaml", wrong, said, "2") for wrong, (said, _) in BAD.items()]


def test_a_swapped_attribute_asks_for_the_same_answer(tmp_path: Path) -> None:
    found = apply(tmp_path, "cases:\n  - {name: gender, swap: /gender, values: [f, m, null]}")
    assert [(body["gender"], demand) for _, body, demand in found] == [
        ("m", Demand(overlap=SAME)),
        (None, Demand(overlap=SAME)),
    ]


def test_more_of_something_never_lowers_what_is_watched(tmp_path: Path) -> None:
    text = "cases:\n  - {name: more, add: /history, value: 3, item: 3}\n"
    text += "  - {name: rich, increase: /income, by: [1, 5], item: 9, direction: never rises}"
    one, two, three = apply(tmp_path, text)
    assert one[1:] == ({**REQUEST, "history": [1, 2, 3]}, Demand(never_falls="3"))
    assert [each[1]["income"] for each in (two, three)] == [11, 15]
    assert two[2] == Demand(never_rises="9")


def test_of_scores_the_score_is_watched(tmp_path: Path) -> None:
    ((_, _, demand),) = apply(tmp_path, "cases:\n  - {name: rich, increase: /income, by: [1]}", Task.SCORING)
    assert demand == Demand(never_falls="")


def test_what_is_left_out_or_set_has_its_own_bound(tmp_path: Path) -> None:
    text = "cases:\n  - {name: a, remove: /gender, overlap: 0.8}\n"
    text += "  - {name: b, set: {/user: 0, /new: [1]}, mayBeRefused: true}"
    one, two = apply(tmp_path, text)
    assert "gender" not in one[1]
    assert one[2] == Demand(overlap=0.8)
    assert two[1:] == ({**REQUEST, "user": 0, "new": [1]}, Demand(refusable=True))


FUNCTIONS = '''
from interleaver.lab.robustness.own_cases import case

@case(overlap=0.9)
def without_the_latest(request):
    """What was watched last may not decide everything."""
    history = request["history"]
    return {**request, "history": history[:-1]} if len(history) > 1 else None
'''


def test_a_function_is_a_case(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(FUNCTIONS)
    applying = Applying(read_own(tmp_path, [tmp_path / "own.py"], Task.RANKING))
    (made,) = applying.make(REQUEST)
    assert json.loads(made.body)["history"] == [1]
    assert (made.kind, made.demand) == ("without_the_latest", Demand(overlap=0.9))
    assert applying.make({**REQUEST, "history": []}) == []
    assert REQUEST["history"] == [1, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(request): pass", "own.py: defines no case; decorate a function with @case()"),
        ("1/0", "own.py, line 1: ZeroDivisionError"),
        ("def f(", "own.py, line 1: SyntaxError"),
        (FUNCTIONS.replace('"history"]\n', '"nothing"]\n'), "line 7: without_the_latest: KeyError: 'nothing'"),
        (FUNCTIONS.replace("return {**", "return set() or {1: {2}, **"), "without_the_latest: TypeError"),
    ],
)
def test_a_function_that_fails_is_refused_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(text)
    with pytest.raises(Unusable) as refused:
        Applying(read_own(tmp_path, [tmp_path / "own.py"], Task.RANKING)).make(REQUEST)
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for name in ("own.py", "own.yaml"):
        with pytest.raises(Unusable):
            read_own(tmp_path, [tmp_path / name], Task.RANKING)


def test_the_pages_examples_can_be_used(tmp_path: Path) -> None:
    page = find_section(ROOT / "docs/how-to/stress-a-model.md", "Cases of your own")
    (table,), (function,) = list_blocks(page, "yaml"), list_blocks(page, "python")
    (tmp_path / "own.py").write_text(function)
    (tmp_path / "stress.yaml").write_text(table)
    applying = Applying(read_own(tmp_path, [tmp_path / "own.py"], Task.SCORING))
    applying.make({**REQUEST, "country": "de", "client": "web", "count": 3})
    applying.check()


def test_the_page_has_a_row_for_every_key() -> None:
    page = find_section(ROOT / "docs/how-to/stress-a-model.md", "Cases of your own")
    assert {field.alias or name for name, field in OwnRow.model_fields.items()} <= set(re.findall(r"`(\w+)`", page))
