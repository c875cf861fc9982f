"""The page of bad input has a row for each custom metric or plot that cannot be used, with the words it gets."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from interleaver.lab.measures.custom import Problem, call, draw
from interleaver.lab.measures.custom_files import Customs, read_customs
from interleaver.lab.terms.unusable import Unusable
from tests.unit.lab.bad_input import Told, list_told

HEAD = "from interleaver.lab.measures.custom import metric, plot\n"
GOOD = '''
@metric(name="ours", direction="lower")
def ours(ranked, ideal):
    """Ours."""
    return 1
'''
DRAWN = '''
@plot(name="ours")
def ours(evaluation):
    """Ours."""
    return "text"
'''
REFUSED = {
    "is no Python": HEAD + "x = (\n",
    "imports what is not installed": HEAD + "import missing_of_ours\n",
    "has no metric and no plot": HEAD,
    "has a metric without a docstring": HEAD + GOOD.replace('"""Ours."""', "pass"),
    "has a direction that is none": HEAD + GOOD.replace("lower", "down"),
    "has a metric with another number of arguments": HEAD + GOOD.replace("ranked, ideal", "ranked"),
    "has a name that cannot be written": HEAD + GOOD.replace('"ours"', '"ours@5"'),
    "has a name that the lab has": HEAD + GOOD.replace('"ours"', '"AUC"'),
    "has a name twice": HEAD + GOOD + GOOD,
}
LATER = {
    "has a metric that raises": GOOD.replace("return 1", "return ranked[7]"),
    "has a metric that returns NaN": GOOD.replace("return 1", "return float('nan')"),
    "has a metric that returns no number": GOOD.replace("return 1", "return None"),
}
ROWS = list_told("Custom metrics and plots")


def read(folder: Path, text: str) -> Customs:
    (folder / "ours.py").write_text(text)
    return read_customs([folder / "ours.py"], points=())


def test_the_page_has_a_row_for_each() -> None:
    beside = ["is not there", "cannot be loaded", "has a plot that returns no SVG"]
    assert sorted(row.wrong for row in ROWS) == sorted([*REFUSED, *LATER, *beside])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.wrong)
def test_each_gets_the_words_of_its_row(row: Told, tmp_path: Path) -> None:
    said, code = find_words(row.wrong, tmp_path)
    assert row.said in said
    assert row.code == code


def find_words(wrong: str, folder: Path) -> tuple[str, str]:
    """What is said, and the exit code of the command that it is said by."""
    if wrong in LATER:
        (metric,) = read(folder, HEAD + LATER[wrong]).metrics
        return words(call(metric, [1.0], [1.0])), "0"
    if wrong == "has a plot that returns no SVG":
        (plot,) = read(folder, HEAD + DRAWN).plots
        return words(draw(plot, None)), "0"
    if wrong in REFUSED:
        (folder / "ours.py").write_text(REFUSED[wrong])
    broken = EntryPoint("ours", "missing_of_ours", "interleaver.lab.metrics")
    files, points = ([], [broken]) if wrong == "cannot be loaded" else ([folder / "ours.py"], [])
    with pytest.raises(Unusable) as refused:
        read_customs(files, points=points)
    return str(refused.value), "2"


def words(outcome: float | str | Problem) -> str:
    assert isinstance(outcome, Problem)
    return outcome.words
