"""Samples by their scores."""

from dataclasses import replace

import numpy as np

from interleaver.lab.report.bins import list_bins
from tests.unit.lab.builders import make_evaluation

from .pages import read_page


def test_every_sample_is_in_one_bin_also_at_its_ends() -> None:
    evaluation = make_evaluation(scoring=True, count=60)
    scores = np.linspace(0, 1, 60)
    trial = replace(evaluation.trials[0], candidate=replace(evaluation.trials[0].candidate, scores=scores))
    bins = list(list_bins(evaluation, trial))
    assert [part.ends for part in bins][:: len(bins) - 1] == ["0 to 0.1", "0.9 to 1"]
    assert sum(part.ones + part.zeros for part in bins) == 60
    for part in bins:
        low, high = (float(end) for end in part.ends.split(" to "))
        assert all(low - 1e-4 <= float(sample.candidate) <= high + 1e-4 for sample in part.samples)
        assert [sample.label for sample in part.samples] == [1] * min(4, part.ones) + [0] * min(4, part.zeros)


def test_samples_without_an_answer_are_in_none() -> None:
    evaluation = make_evaluation(scoring=True, count=60, failed=60)
    assert list(list_bins(evaluation, evaluation.trials[0])) == []


def test_they_are_shown_only_when_people_were_asked_for() -> None:
    assert "Samples by the candidate's score" not in read_page(make_evaluation(scoring=True)).text
    assert "Samples by the candidate's score" in read_page(make_evaluation(scoring=True), raw=True).text


def test_scores_as_far_apart_as_numbers_go_are_in_bins_of_finite_ends() -> None:
    evaluation = make_evaluation(scoring=True, count=60)
    scores = np.where(np.arange(60) % 3, 1e308, -1e308)
    trial = replace(evaluation.trials[0], candidate=replace(evaluation.trials[0].candidate, scores=scores))
    bins = list(list_bins(evaluation, trial))
    assert [(part.ends, part.ones + part.zeros) for part in bins] == [
        ("-1e+308 to -8e+307", 20), ("8e+307 to 1e+308", 40)
    ]  # fmt: skip
