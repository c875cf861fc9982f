"""Where the candidate is worse, as a terminal of any width has it."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from interleaver.lab.commands.words import print_evaluation
from interleaver.lab.commands.worse import print_worse
from tests.unit.lab.builders import SLICES, make_evaluation

LONG = (("favourite_genre", "documentaries-and-reports"), ("region_of_birth", "lower-saxony-and-bremen"))


def read(width: int, *, whole: bool = False) -> str:
    """What is printed to a place of this width, of an evaluation with a slice of long names."""
    evaluation = make_evaluation(slices=(LONG, *SLICES))
    (trial,) = evaluation.trials
    worst = max((f for f in trial.figures if dict(f.slice).get("age_group") == "60+"), key=lambda f: len(f.slice))
    trial = replace(trial, figures=[*trial.figures, replace(worst, slice=LONG)])
    written = io.StringIO()
    console = Console(file=written, width=width, highlight=False)
    if whole:
        print_evaluation(console, replace(evaluation, trials=[trial]), [None])
    else:
        print_worse(console, evaluation, trial)
    return written.getvalue()


@pytest.mark.parametrize("width", [40, 80, 110, 200])
def test_names_are_whole_however_narrow_the_place_is(width: int) -> None:
    text = read(width)
    assert "favourite_genre=documentaries-and-reports, region_of_birth=lower-saxony-and-bremen" in text
    assert "latency_p99_ms" in text
    assert "\N{HORIZONTAL ELLIPSIS}" not in text


def test_a_wide_place_has_a_table_and_a_narrow_one_two_lines_for_each() -> None:
    wide, narrow = read(200).splitlines(), read(80).splitlines()
    assert wide[1].split() == ["slice", "metric", "units", "champion", "candidate", "difference", "interval"]
    assert narrow[0] == "Where the candidate is worse"
    assert narrow[1].endswith("units")
    assert narrow[2].startswith("    ")
    assert len(narrow) == 2 * (len(wide) - 2) + 1


@pytest.mark.parametrize("width", [80, 110])
def test_metrics_of_the_whole_suite_have_their_names_too(width: int) -> None:
    text = read(width, whole=True)
    for name in ("nDCG@10", "latency_p99_ms"):
        assert name in text
