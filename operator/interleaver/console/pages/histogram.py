"""Histogram: scores by label, the very samples of a bin, and what a threshold gets wrong."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import streamlit as st

from interleaver.console.reading.missing import Missing
from interleaver.console.reading.scores import Bins, Floats, count_errors, list_errors, list_rates, put_into_bins
from interleaver.console.showing.markup import render_table
from interleaver.console.showing.opened import open_answers, open_suite
from interleaver.console.showing.parts import choose_page, show_html, show_plots
from interleaver.lab.asking.answers import Answers
from interleaver.lab.report.curves import keep_answered
from interleaver.lab.report.histogram import BINS, draw_histograms
from interleaver.lab.report.mistakes import find_attack
from interleaver.lab.report.numbers import show as show_number
from interleaver.lab.report.pictures import embed
from interleaver.lab.report.plot import HEIGHT, TOP, Block, Line, Plot, x_of
from interleaver.lab.report.requests import show_request
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.metric import Task

SAMPLES: Final = 12
"""Pictures at once: each is read and made small."""
SHOWN: Final = ("the bin", "label 1 below the threshold, the lowest first", "label 0 above it, the highest first")


def show(options: argparse.Namespace) -> None:
    suite = open_suite(options)
    if suite.task is not Task.SCORING:
        wanted = "Lists have none: Slices shows their figures, Playground the lists themselves."
        raise Missing("Scores in bins are of scoring suites.", wanted)
    answers = open_answers(options, suite)
    names = list(answers)
    model = st.selectbox("Model", names, index=names.index("candidate") if "candidate" in names else 0)
    scores, labels = answers[model].scores, suite.cases.labels
    assert scores is not None, "answers to a scoring suite have scores"
    assert labels is not None, "samples of a scoring suite have labels"
    if not np.isfinite(scores).any():
        raise Missing(f"The {model} answered no sample.", "Evaluate it again.")
    bins = put_into_bins(scores, labels, np.concatenate([each.scores for each in answers.values()]))
    threshold = choose_threshold(suite, bins)
    chosen = choose_bin(bins)
    show_plots(draw(suite, answers, model, threshold, chosen))
    show_errors(suite, scores, threshold)
    show_samples(suite, answers, choose_rows(bins, chosen, scores, labels, threshold))


def choose_threshold(suite: Suite, bins: Bins) -> float:
    low, high = float(bins.edges[0]), float(bins.edges[-1])
    start = suite.threshold if suite.threshold is not None and low <= suite.threshold <= high else (low + high) / 2
    words = "Threshold: scores from here on count as 1"
    return float(st.slider(words, low, high, start, step=(high - low) / 200, format="%.4g"))


def choose_bin(bins: Bins) -> int:
    found = st.selectbox("Bin", range(BINS), index=bins.fullest, format_func=bins.describe)
    return int(found or 0)


def draw(suite: Suite, answers: Mapping[str, Answers], model: str, threshold: float, chosen: int) -> Sequence[Plot]:
    """Both histograms, with the threshold, and the bin marked in the model that is looked at."""
    plots = draw_histograms([keep_answered(name, suite.cases, each) for name, each in answers.items()])
    return [mark(plot, threshold, chosen if name == model else None) for name, plot in zip(answers, plots, strict=True)]


def mark(plot: Plot, threshold: float, chosen: int | None) -> Plot:
    """The plot with the threshold as a line, and the bin as a frame."""
    low, high = (float(mark.text) for mark in (plot.x_marks[0], plot.x_marks[-1]))
    at = x_of(min(1.0, max(0.0, (threshold - low) / (high - low)))) if high > low else x_of(0)
    line = Line("threshold", f"M{at} {TOP}V{TOP + HEIGHT}")
    width = (x_of(1) - x_of(0)) / BINS
    frames = [] if chosen is None else [Block("chosen", x_of(0) + chosen * width, TOP, width, HEIGHT, "the bin")]
    return replace(plot, lines=[*plot.lines, line], blocks=[*plot.blocks, *frames])


def show_errors(suite: Suite, scores: Floats, threshold: float) -> None:
    """What the threshold gets right and wrong."""
    cases = suite.cases
    assert cases.labels is not None
    counts = count_errors(scores, cases.labels, cases.counting, threshold)
    right = [("hits: label 1, taken as 1", counts.hits), ("passes: label 0, taken as 0", counts.passes)]
    wrong = [("misses: label 1, taken as 0", counts.misses), ("alarms: label 0, taken as 1", counts.alarms)]
    rows = [(words, f"{float(found[0]):,.6g}") for words, found in (*wrong, *right)]
    rows += [(name, show_number(value)) for name, value in list_rates(counts).items()]
    st.subheader("At the threshold")
    st.html(render_table("errors at the threshold", ("what", "value"), rows, (1,), narrow=True))


def choose_rows(bins: Bins, chosen: int, scores: Floats, labels: Any, threshold: float) -> Sequence[int]:
    """Which samples are looked at: rows of the suite."""
    st.subheader("Samples")
    which = st.radio("Show", SHOWN)
    if which == SHOWN[0]:
        return np.flatnonzero(bins.places == chosen)  # type: ignore[return-value]
    return list_errors(scores, labels, threshold, 1 if which == SHOWN[1] else 0)  # type: ignore[return-value]


def show_samples(suite: Suite, answers: Mapping[str, Answers], rows: Sequence[int]) -> None:
    """A page of samples, with their pictures or requests."""
    if not len(rows):
        st.caption("There is none.")
        return
    page = choose_page(rows, "samples", SAMPLES)
    show_html("samples.html", samples=[describe(suite, answers, int(row)) for row in page])


def describe(suite: Suite, answers: Mapping[str, Answers], row: int) -> dict[str, Any]:
    """A sample as the page has it."""
    cases = suite.cases
    assert cases.labels is not None
    picture = None if cases.pictures is None else embed(suite.folder, cases.pictures[row])
    scores = {name: each.scores[row] for name, each in answers.items() if each.scores is not None}
    return {
        "case": cases.ids[row],
        "label": int(cases.labels[row]),
        "attack": find_attack(suite, row),
        "picture": picture,
        "request": "" if picture else show_request(suite, row),
        "scores": [(name, show_number(float(score) if np.isfinite(score) else None)) for name, score in scores.items()],
    }
