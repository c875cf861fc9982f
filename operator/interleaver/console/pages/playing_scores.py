"""Playing with scoring models: a sample, a picture of one's own, or a request; the scores, and what they decide."""

import argparse
import base64
import io
from collections.abc import Mapping
from typing import Final

import streamlit as st
from PIL import Image, UnidentifiedImageError

from interleaver.console.pages.playing_lists import LONGEST, ask_all, spell
from interleaver.console.reading.sending import Reply
from interleaver.console.showing.markup import render_table
from interleaver.console.showing.parts import choose_case, note, say, show_html
from interleaver.lab.report.pictures import embed
from interleaver.lab.suites.requests import make_envelope
from interleaver.lab.suites.suite import Request, ScoringContract, Suite

WAYS: Final = ("a sample of the suite", "a picture of your own", "a request")
FORMATS: Final = ("png", "jpg", "jpeg", "webp", "bmp")


def play(suite: Suite, models: Mapping[str, str], options: argparse.Namespace) -> None:
    """Choose, ask, look."""
    way = st.radio("Ask about", WAYS, horizontal=True)
    found = {WAYS[0]: take_sample, WAYS[1]: take_picture, WAYS[2]: take_text}[way](suite)
    pressed = st.button("Ask", type="primary", disabled=found is None)
    if pressed and found is not None:
        st.session_state["scores"] = ask_all(suite, models, *found, options)
    show_scores(suite, st.session_state.get("scores", []))


def take_sample(suite: Suite) -> tuple[Request, str]:
    """A sample of the suite, as it is."""
    row, cases = choose_case(suite), suite.cases
    picture = None if cases.pictures is None else embed(suite.folder, cases.pictures[row])
    label = "" if cases.labels is None else f", label {cases.labels[row]}"
    if picture is None:
        st.code(spell(cases.requests[row].body)[:LONGEST], language="json")
        say(f"{cases.ids[row]}{label}")
    else:
        figure = {"picture": picture, "case": cases.ids[row], "label": label[-1:], "attack": "", "scores": []}
        show_html("samples.html", samples=[figure])
    return cases.requests[row], cases.unit_names[cases.units[row]]


def take_picture(suite: Suite) -> tuple[Request, str] | None:
    """A picture that is uploaded or dropped. It goes to the models, and nowhere else."""
    assert isinstance(suite.contract, ScoringContract)
    uploaded = st.file_uploader("Picture: choose a file, or drop it here", type=FORMATS)
    if uploaded is None:
        return None
    data = uploaded.getvalue()
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        note("bad", "That is no picture that can be read.")
        return None
    st.image(data, width=256)
    text = b'"' + base64.b64encode(data) + b'"'
    return Request(make_envelope(suite.contract.input).wrap(text), {}), "playground"


def take_text(suite: Suite) -> tuple[Request, str]:
    """A request as a person writes it."""
    row = choose_case(suite)
    body = spell(suite.cases.requests[row].body)[:LONGEST]
    text = st.text_area("Request", body, 200, LONGEST, key=f"request-{row}")
    return Request(text.encode(), suite.cases.requests[row].headers), suite.cases.unit_names[suite.cases.units[row]]


def show_scores(suite: Suite, replies: list[Reply]) -> None:
    """What the models said last, and what that decides."""
    if not replies:
        return
    start = 0.5 if suite.threshold is None else suite.threshold
    threshold = st.number_input("Threshold: scores from here on count as 1", value=start, step=0.01, format="%.4f")
    rows = [
        (
            reply.model,
            reply.words if reply.score is None else f"{reply.score:.4f}",
            "" if reply.score is None else int(reply.score >= threshold),
            f"{reply.milliseconds:.1f} ms",
        )
        for reply in replies
    ]
    st.html(render_table("scores", ("model", "score", "counts as", "took"), rows, (1, 2, 3), narrow=True))
