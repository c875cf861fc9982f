"""A balanced suite has the mix that was stated, and says what that cost."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interleaver.lab.suites.balancing.balancing import Balance, draw, weigh
from interleaver.lab.suites.balancing.cells import Cells, find_cells
from interleaver.lab.suites.balancing.mix import Mix, state_mix, take_mix
from interleaver.lab.suites.balancing.raking import fit
from interleaver.lab.suites.balancing.telling import describe_balance
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite
from interleaver.lab.suites.writing import Form
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.bad_input import Told, list_told

from .folders import make_ranking

Group = tuple[str | None, str | None]
GROUPS: dict[Group, int] = {("f", "old"): 10, ("f", "young"): 30, ("m", "old"): 60}


def make(folder: Path, groups: dict[Group, int], form: Form = "jsonl", source: str = "benchmark") -> Path:
    """A ranking suite with so many queries of each gender and age, two judgments each."""
    people = [group for group, count in groups.items() for _ in range(count)]
    queries = [
        {"query": f"q{row}", "request": row, "source": source, "attributes": {"gender": gender, "age": age}}
        for row, (gender, age) in enumerate(people)
    ]
    judgments = [{"query": f"q{row}", "item": item, "gain": 1} for row in range(len(people)) for item in ("a", "b")]
    return make_ranking(folder, form, queries=queries, judgments=judgments)


def balance(suite: Suite, by: str, to: tuple[str, ...] = (), seed: int | None = None) -> tuple[Cells, Mix, Balance]:
    """The suite by weights, or with a seed by leaving cases out."""
    cells = find_cells(suite.cases, by.split(","))
    mix = state_mix(to, cells)
    assert suite.cases.weights is not None
    fitted = fit(cells, mix, cells.sum(suite.cases.weights))
    weights = suite.cases.weights
    return cells, mix, weigh(cells, fitted, weights) if seed is None else draw(cells, fitted, weights, seed)


def test_uniform_gives_each_combination_that_occurs_the_same_share(tmp_path: Path) -> None:
    cells, mix, made = balance(read_suite(make(tmp_path, GROUPS)), "gender,age")
    assert cells.sum(made.after) == pytest.approx([100 / 3] * 3)
    assert made.after[0] == pytest.approx(100 / 3 / 10)
    assert describe_balance(cells, mix, made)["absent"] == ["gender=m, age=young"]


def test_stated_shares_of_several_attributes_hold_for_each_of_them(tmp_path: Path) -> None:
    to = ("gender:f=0.5,m=0.5", "age:old=0.8,young=0.2")
    cells, _, made = balance(read_suite(make(tmp_path, GROUPS)), "gender,age", to)
    amounts = cells.sum(made.after)
    assert cells.margin(0, amounts) == pytest.approx([50, 50])
    assert cells.margin(1, amounts) == pytest.approx([80, 20])
    assert made.fit.reached


def test_a_mix_that_no_weights_can_reach_is_said(tmp_path: Path) -> None:
    to = ("gender:f=0.1,m=0.9", "age:old=0.2,young=0.8")
    cells, mix, made = balance(read_suite(make(tmp_path, GROUPS)), "gender,age", to)
    assert not made.fit.reached
    assert any("the mix cannot be reached" in word for word in describe_balance(cells, mix, made)["words"])


def test_weights_are_worth_fewer_cases_by_kish(tmp_path: Path) -> None:
    suite = read_suite(make(tmp_path, {("f", "old"): 10, ("m", "old"): 90}))
    cells, mix, made = balance(suite, "gender")
    # By hand: 10 weights of 5 and 90 of 5/9, (10 * 5 + 90 * 5/9)^2 / (10 * 25 + 90 * 25/81) = 36.
    assert made.worth == pytest.approx(36)
    assert describe_balance(cells, mix, made)["words"] == [
        "the 100 cases are worth 36 of equal weight: intervals become wide"
    ]


def test_extreme_weights_are_said(tmp_path: Path) -> None:
    cells, mix, made = balance(read_suite(make(tmp_path, {("f", "old"): 2, ("m", "old"): 98})), "gender")
    assert (
        "the greatest weight is 49 times the least: a few cases decide figures"
        in describe_balance(cells, mix, made)["words"]
    )


def test_cases_in_which_an_attribute_is_missing_count_as_much_as_before(tmp_path: Path) -> None:
    cells, mix, made = balance(read_suite(make(tmp_path, {**GROUPS, (None, "old"): 25})), "gender,age")
    assert made.after[-25:] == pytest.approx([1] * 25)
    assert cells.sum(made.after) == pytest.approx([100 / 3] * 3)
    assert (
        "25 cases miss an attribute, and count as much together as before"
        in describe_balance(cells, mix, made)["words"]
    )


def test_subsampling_keeps_the_greatest_part_that_has_the_mix(tmp_path: Path) -> None:
    suite = read_suite(make(tmp_path, GROUPS))
    cells, _, made = balance(suite, "gender,age", seed=0)
    assert cells.sum(made.after).tolist() == [10, 10, 10]
    again, other = balance(suite, "gender,age", seed=0)[2], balance(suite, "gender,age", seed=1)[2]
    assert np.array_equal(made.after, again.after)
    assert not np.array_equal(made.after, other.after)


def test_the_mix_of_a_source_can_be_taken(tmp_path: Path) -> None:
    rows = [("production", "f")] * 30 + [("production", "m")] * 10 + [("benchmark", "m")] * 60
    queries = [
        {"query": f"q{row}", "request": row, "source": source, "attributes": {"gender": gender}}
        for row, (source, gender) in enumerate(rows)
    ]
    cases = read_suite(make_ranking(tmp_path, queries=queries, judgments=[])).cases
    cells = find_cells(cases, ["gender"])
    mix = take_mix(cases, cells, "production")
    made = weigh(cells, fit(cells, mix, cells.sum(np.ones(100))), np.ones(100))
    assert cells.sum(made.after) == pytest.approx([75, 25])
    with pytest.raises(Unusable, match="prod is no source of the suite; known: benchmark, production"):
        take_mix(cases, cells, "prod")


def test_weights_that_are_there_already_are_gone_on_from(tmp_path: Path) -> None:
    queries = [
        {"query": f"q{row}", "request": row, "source": "a", "weight": row + 1, "attributes": {"gender": "fm"[row // 2]}}
        for row in range(4)
    ]
    _, _, made = balance(read_suite(make_ranking(tmp_path, queries=queries, judgments=[])), "gender")
    assert made.after[1] / made.after[0] == pytest.approx(2)
    assert made.after[3] / made.after[2] == pytest.approx(4 / 3)
    assert made.after.mean() == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("fmx"), st.sampled_from("yo")), min_size=1, max_size=40), st.integers(0, 9))
def test_weights_and_parts_have_a_mix_that_can_be_reached(people: list[tuple[str, str]], seed: int) -> None:
    codes, of_case = np.unique(np.asarray(people), axis=0, return_inverse=True)
    values = (("f", "m", "x"), ("o", "y"))
    cells = Cells(
        ("gender", "age"),
        values,
        tuple((values[0].index(gender), values[1].index(age)) for gender, age in codes.tolist()),
        of_case.ravel().astype(np.int64),
    )
    ones = np.ones(len(people))
    fitted = fit(cells, Mix({}, np.full(len(codes), 1 / len(codes))), cells.sum(ones))
    assert cells.sum(weigh(cells, fitted, ones).after) == pytest.approx(np.full(len(codes), len(people) / len(codes)))
    assert len(set(cells.sum(draw(cells, fitted, ones, seed).after).tolist())) == 1


Refused = tuple[str, str, tuple[str, ...], str]
BAD: list[Refused] = [
    ("--by", "gendre", (), "--by: gendre is no attribute of the suite; did you mean gender"),
    ("--by", "gender,gender", (), "--by: gender is named twice"),
    ("--to", "gender", ("age:old=1",), "--to: age is none of --by"),
    ("--to", "gender", ("nowhere",), "--to: 'nowhere' is no mix and no file"),
    ("--to", "gender", ("gender:f=half,m=0.5",), "--to gender: found 'f=half'; write VALUE=SHARE"),
    ("--to", "gender", ("gender:f=0.5,m=0.6",), "--to gender: the shares come to 1.1; they must come to 1"),
    ("--to", "gender", ("gender:f=-1,m=2",), "--to gender: f has the share -1; shares are from 0 to 1"),
    ("--to", "gender", ("gender:f=nan,m=1",), "--to gender: f has the share nan"),
    ("--to", "gender", ("gender:f=1",), "--to gender: m occurs in the suite and has no share; add m=0, or its share"),
    ("--to", "gender", ("gender:f=0.5,m=0.4,x=0.1",), "--to gender: x does not occur in the suite"),
    ("--to", "gender", ("gender:f=1,m=0", "gender:f=0,m=1"), "--to: gender is stated twice"),
    ("--to", "gender,age", ("gender:f=0,m=1", "age:old=0,young=1"), "--to: no case is left"),
]
FILES: list[tuple[str, str]] = [
    ("- a", "holds a list; attributes, values and shares are wanted"),
    ("gender: 1", "line 1, gender: found a number; write f: 0.5 below it"),
    ("gender: {f: half, m: 0.5}", "line 1, gender.f: found a text; a share is wanted"),
]


@pytest.mark.parametrize(("option", "by", "to", "said"), BAD, ids=[said for *_, said in BAD])
def test_a_mix_that_cannot_be_meant_is_refused(
    option: str, by: str, to: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    suite = read_suite(make(tmp_path, GROUPS))
    with pytest.raises(Unusable) as refused:
        balance(suite, by, to)
    assert str(refused.value).startswith(said)
    assert said.startswith(option)


@pytest.mark.parametrize(("text", "said"), FILES)
def test_a_file_of_shares_says_where_it_is_wrong(text: str, said: str, tmp_path: Path) -> None:
    suite = read_suite(make(tmp_path, GROUPS))
    (tmp_path / "shares").write_text(text)
    with pytest.raises(Unusable) as refused:
        balance(suite, "gender", (str(tmp_path / "shares"),))
    assert said in str(refused.value)


def test_the_page_of_bad_input_has_a_row_for_each_of_them() -> None:
    options = [Told(option, f"`{' '.join([by, *to])}`", said, "2") for option, by, to, said in BAD]
    files = [Told("file of `--to", f"`{text}`", said, "2") for text, said in FILES]
    assert list_told("Balancing") == options + files


def test_a_file_of_shares_is_a_mix(tmp_path: Path) -> None:
    (tmp_path / "mix.yaml").write_text("gender: {f: 0.25, m: 0.75}\nage: {old: 0.9, young: 0.1}\n")
    cells, _, made = balance(read_suite(make(tmp_path, GROUPS)), "gender,age", (str(tmp_path / "mix.yaml"),))
    assert cells.margin(0, cells.sum(made.after)) == pytest.approx([25, 75])
