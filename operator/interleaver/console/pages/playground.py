"""Playground: one request, every model, and what comes of it."""

import argparse

import streamlit as st

from interleaver.console.pages import playing_lists, playing_scores
from interleaver.console.showing.opened import find_models, open_suite
from interleaver.lab.terms.metric import Task


def show(options: argparse.Namespace) -> None:
    st.caption("One request to every model. Nothing is asked until you press the button, and nothing is kept.")
    suite = open_suite(options)
    models = find_models(options)
    play = playing_lists.play if suite.task is Task.RANKING else playing_scores.play
    play(suite, models, options)
