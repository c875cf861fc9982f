"""The program that Streamlit runs again at every click: which pages there are, and what becomes of trouble in one."""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from interleaver.console.options import read_options
from interleaver.console.pages import compare, experiments, histogram, playground, robustness, slices
from interleaver.console.reading.missing import Missing
from interleaver.console.showing.markup import load_style
from interleaver.console.showing.parts import note
from interleaver.lab.terms.unusable import Unusable

PAGES: Final = {
    "Playground": playground.show,
    "Histogram": histogram.show,
    "Slices": slices.show,
    "Robustness and attacks": robustness.show,
    "Compare": compare.show,
    "Experiments": experiments.show,
}
Show = Callable[[argparse.Namespace], None]


def main() -> None:
    st.set_page_config(page_title="interleaver lab", layout="wide")
    st.html(f"<style>{load_style()}</style>")
    options = read_options(sys.argv[1:])
    pages = [
        st.Page(partial(draw, title, show, options), title=title, url_path=title.split()[0].lower(), default=not place)
        for place, (title, show) in enumerate(PAGES.items())
    ]
    st.navigation(pages).run()


def draw(title: str, show: Show, options: argparse.Namespace) -> None:
    """A page under its title. What is missing, and what cannot be used, stands there in words."""
    st.title(title)
    try:
        show(options)
    except Missing as missing:
        note("missing", missing.what, missing.wanted)
    except Unusable as problem:
        note("bad", str(problem))


main()
