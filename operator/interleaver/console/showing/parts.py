"""Widgets that several pages have. Each can be worked with the keyboard alone."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

import streamlit as st

from interleaver.console.showing.drawing import draw
from interleaver.console.showing.markup import render, render_note, render_words
from interleaver.lab.report.plot import Plot
from interleaver.lab.suites.suite import Suite

Row = TypeVar("Row")
PAGE: Final = 25
"""Rows of a table at once: what fits on a screen or two."""


def choose_page(rows: Sequence[Row], key: str, size: int = PAGE) -> Sequence[Row]:
    """The rows of the chosen page; a widget only where there is more than one."""
    pages = max(1, -(-len(rows) // size))
    if pages == 1:
        return rows
    page = int(st.number_input(f"Page, 1 to {pages:,}", 1, pages, 1, key=key))
    st.caption(f"{(page - 1) * size + 1:,} to {min(page * size, len(rows)):,} of {len(rows):,}")
    return rows[(page - 1) * size : page * size]


def choose_case(suite: Suite) -> int:
    """A case by its number or by its id; all of them in one list would be too many."""
    count = len(suite.cases)
    left, right = st.columns(2)
    number = int(left.number_input(f"Case, 1 to {count:,}", 1, count, 1, key="case"))
    wanted = right.text_input("or its id", key="case-id").strip()
    if not wanted:
        return number - 1
    if wanted in suite.cases.ids:
        return suite.cases.ids.index(wanted)
    note("open", f"The suite has no case {wanted}: case {number:,} is shown.")
    return number - 1


def show_plots(plots: Sequence[Plot], *, legend: bool = False) -> None:
    """Plots beside each other, as many as fit."""
    drawn = [{"title": plot.title, "words": plot.words, "picture": draw("plane.svg", plot=plot)} for plot in plots]
    show_html("pictures.html", plots=drawn, legend=legend, kind="plot")


def note(kind: str, words: str, more: str = "") -> None:
    """A note in a frame: `bad`, `open` or `missing`."""
    st.html(render_note(kind, words, more))


def say(words: str) -> None:
    """A line in small letters, of whatever origin."""
    st.html(render_words(words))


def show_html(template: str, **told: Any) -> None:
    st.html(render(template, **told))
