"""Compare: two runs of MLflow side by side."""

import argparse
from collections.abc import Sequence

import streamlit as st

from interleaver.console.reading.runs import Run, find_tracking, list_experiments, list_runs
from interleaver.console.showing.markup import render_table
from interleaver.console.showing.parts import choose_page, note, say
from interleaver.lab.commands.compare import show as show_value
from interleaver.lab.commands.compare import subtract
from interleaver.lab.tracking.place import hide_password

SHORT = 60
"""Seconds for which what MLflow said is kept: changing a choice asks it nothing."""
load_experiments = st.cache_data(ttl=SHORT, max_entries=8, show_spinner="Asking MLflow")(list_experiments)
load_runs = st.cache_resource(ttl=SHORT, max_entries=32, show_spinner="Asking MLflow")(list_runs)


def show(options: argparse.Namespace) -> None:
    uri = find_tracking(options.tracking, options.evaluation)
    say(hide_password(uri, uri))
    names = load_experiments(uri)
    chosen = st.selectbox("Experiment", list(names), format_func=lambda key: names[key])
    if chosen is None:
        st.caption("There is no experiment yet.")
        return
    runs = read_pages(uri, chosen)
    if len(runs) < 2:
        st.caption("There are not two runs in it to compare.")
        return
    left, right = (choose_run(runs, side, place) for side, place in (("Left", 1), ("Right", 0)))
    show_sides(left, right)


def read_pages(uri: str, experiment: str) -> Sequence[Run]:
    """The newest runs, and as many pages more as a person asks for."""
    key = f"pages-{uri}-{experiment}"
    page = load_runs(uri, experiment)
    runs = list(page.runs)
    for _ in range(st.session_state.get(key, 0)):
        if page.following:
            page = load_runs(uri, experiment, page.following)
            runs += page.runs
    if page.following and st.button("Older runs"):
        st.session_state[key] = st.session_state.get(key, 0) + 1
        st.rerun()
    return runs


def choose_run(runs: Sequence[Run], side: str, place: int) -> Run:
    found = st.selectbox(side, range(len(runs)), index=place, format_func=lambda at: runs[at].describe())
    return runs[found or 0]


def show_sides(left: Run, right: Run) -> None:
    """All metrics that one of them has, in the order of the left one."""
    if left.suite != right.suite:
        note("open", "They were not measured on the same suite: the numbers say little of the models.")
    names = list(dict.fromkeys([*left.metrics, *right.metrics]))
    rows = []
    for name in choose_page(names, "metrics"):
        pair = left.metrics.get(name), right.metrics.get(name)
        rows.append((name, *(show_value(value) for value in pair), show_value(subtract(*pair), "+")))
    st.html(render_table("metrics of two runs", ("metric", left.name, right.name, "right − left"), rows, (1, 2, 3)))
    say(f"left: {left.url}; right: {right.url}")
