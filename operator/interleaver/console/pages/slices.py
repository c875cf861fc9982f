"""Slices: every figure of an evaluation, by group, with its interval."""

import argparse
from typing import Any

import streamlit as st

from interleaver.console.reading.figures import (
    ORDERS,
    choose,
    find_reach,
    list_attributes,
    list_metrics,
    name_slice,
    write_rows,
)
from interleaver.console.showing.drawing import draw
from interleaver.console.showing.markup import render_table
from interleaver.console.showing.opened import open_document
from interleaver.console.showing.parts import choose_page, note, say, show_html
from interleaver.lab.report.numbers import show as show_number
from interleaver.lab.report.numbers import show_signed

ALL = "all"


def show(options: argparse.Namespace) -> None:
    document = open_document(options.evaluation, "evaluation.json", "evaluate")
    trials = document["candidates"]
    place = 0
    if len(trials) > 1:
        place = st.selectbox("Candidate", range(len(trials)), format_func=lambda at: trials[at]["model"])
    trial = trials[place]
    compared = document["champion"] is not None
    say(describe(document, trial))
    if document["partial"]:
        note("open", "The evaluation is partial: a model failed on some cases.")
    show_figures(trial, compared)
    show_warnings(trial)


def describe(document: dict[str, Any], trial: dict[str, Any]) -> str:
    """What was evaluated."""
    champion = f" beside {document['champion']}" if document["champion"] else ""
    suite = document["suite"]
    return f"{trial['model']}{champion}, on {suite['name']} ({suite['digest'][:12]})"


def show_figures(trial: dict[str, Any], compared: bool) -> None:
    figures = trial["figures"]
    metrics, attributes = list_metrics(figures), list_attributes(figures)
    left, right = st.columns(2)
    metric = left.selectbox("Metric", metrics)
    attribute = right.selectbox("By", [ALL, *attributes])
    words = left.text_input("Only slices with", help="all of these words, such as gender=f")
    order = right.selectbox("Order", ORDERS)
    if metric is None:
        st.caption("The evaluation has no figures.")
        return
    found = choose(figures, metric, None if attribute == ALL else attribute, words, order)
    st.caption(f"{len(found):,} of {len({name_slice(each['slice']) for each in figures}):,} slices")
    rows = write_rows(choose_page(found, "slices"), find_reach(found))
    for row in rows:
        row["picture"] = draw("bar.svg", bar=row["bar"]) if row["bar"] else ""
    show_html("figures.html", rows=rows, compared=compared)
    show_gaps([gap for gap in trial["gaps"] if gap["metric"] == metric])


def show_gaps(gaps: list[dict[str, Any]]) -> None:
    """How far apart the groups of an attribute are."""
    if not gaps:
        return
    st.subheader("How far groups are apart")
    rows = [
        (
            " and ".join(gap["attributes"]),
            name_slice(gap["lowest"]),
            name_slice(gap["highest"]),
            show_number(gap["difference"]),
            " to ".join(show_signed(end) for end in gap["interval"] or ()),
            ", ".join(map(name_slice, gap["unmeasured"])),
        )
        for gap in choose_page(gaps, "gaps")
    ]
    heads = ("by", "lowest", "highest", "difference", "interval", "not measured")
    st.html(render_table("gaps between groups", heads, rows, (3, 4)))


def show_warnings(trial: dict[str, Any]) -> None:
    for words in trial["warnings"]:
        note("open", words)
