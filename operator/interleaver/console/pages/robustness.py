"""Robustness and attacks: what broke under stress, how figures fall, and how often the model was cheated."""

import argparse
from collections.abc import Callable
from typing import Any

import streamlit as st

from interleaver.console.reading.missing import Missing
from interleaver.console.showing.markup import render_table
from interleaver.console.showing.opened import open_document
from interleaver.console.showing.parts import choose_page, note, say, show_plots
from interleaver.lab.report.numbers import show_share
from interleaver.lab.report.robustness import draw_curves, draw_rates, list_slices
from interleaver.lab.terms.unusable import Unusable

Document = dict[str, Any]


def show(options: argparse.Namespace) -> None:
    """Each half says by itself what it lacks."""
    for title, folder, name, command, draw in (
        ("Under stress", options.stress, "stress.json", "stress", show_stress),
        ("Under attack", options.attack, "attack.json", "attack", show_attack),
    ):
        st.header(title)
        show_part(lambda: open_document(folder, name, command), draw)  # noqa: B023


def show_part(read: Callable[[], Document], draw: Callable[[Document], None]) -> None:
    try:
        document = read()
    except Missing as missing:
        note("missing", missing.what, missing.wanted)
        return
    except Unusable as problem:
        note("bad", str(problem))
        return
    draw(document)
    for words in document["warnings"]:
        note("open", words)


def show_stress(document: Document) -> None:
    for model in document["models"]:
        st.subheader(model["name"].capitalize())
        say(model["model"])
        if model["partial"]:
            note("open", "Partial: the server failed where nothing was disturbed.")
        show_kinds(model)
    plots = draw_curves(document)
    if plots:
        show_plots(plots, legend=True)
    for model in document["models"]:
        if model.get("curves"):
            show_curves_by_slice(model)


def show_kinds(model: Document) -> None:
    """A row for each kind of disturbance."""
    rows = [
        (
            kind["kind"],
            kind["n"],
            kind["held"],
            kind["broken"],
            kind["notTold"],
            kind["refused"],
            f"{kind['overlap']['least']:.3f}" if kind["overlap"] else "—",
            "; ".join(f"{each['case']}, {each['detail']}: {each['words']}" for each in kind["examples"][:1]),
        )
        for kind in model["kinds"]
    ]
    heads = ("kind", "cases", "held", "broken", "not told", "refused", "least overlap", "what broke first")
    name = f"kinds {model['name']}"
    st.html(render_table(name, heads, choose_page(rows, name), range(1, 7)))


def show_curves_by_slice(model: Document) -> None:
    st.subheader(f"{model['name'].capitalize()}: AUC by slice at strength 3, and its change")
    heads = ("slice", *(curve["corruption"] for curve in model["curves"]))
    rows = [(name, *(f"{value} {change}" for value, change in cells)) for name, cells in list_slices(model)]
    name = f"curves {model['name']}"
    st.html(render_table(name, heads, choose_page(rows, name), range(1, len(heads))))


def show_attack(document: Document) -> None:
    for model in document["models"]:
        st.subheader(model["name"].capitalize())
        say(model["model"])
        st.caption(
            f"{model['attacked']:,} cases attacked, {model['skipped']:,} left out. "
            f"{model['requests']:,} requests were sent. Every success was confirmed by a fresh call."
        )
        if model["ended"]:
            note("open", f"Ended early: {model['ended']}.")
        rows = [
            (
                attack["attack"],
                attack["size"] or "—",
                attack["n"],
                show_share(attack["rate"], 1),
                attack["unverified"],
                "—" if attack["medianRequests"] is None else attack["medianRequests"],
            )
            for attack in model["attacks"]
        ]
        heads = ("attack", "size", "attempts", "success", "not confirmed", "median requests")
        st.html(render_table(f"attacks {model['name']}", heads, rows, range(1, 6)))
    plots = draw_rates(document)
    if plots:
        show_plots(plots, legend=True)
