"""What was opened: read once, kept for all pages and people, and read anew when its files change."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import streamlit as st

from interleaver.console.reading.documents import Document, read_document, stamp
from interleaver.console.reading.missing import Missing
from interleaver.lab.asking.address import read_address
from interleaver.lab.asking.answer_file import read_answers
from interleaver.lab.asking.answers import Answers
from interleaver.lab.asking.options import Options
from interleaver.lab.commands.plan import name_models
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite

KEPT: Final = 3
"""Suites, answers and documents of each kind: those that a person goes to and fro between."""
State = tuple[tuple[str, int, int], ...]


def open_suite(options: argparse.Namespace) -> Suite:
    """The suite of the command line. Raises Missing and Unusable."""
    folder: Path | None = options.suite
    if folder is None:
        raise Missing("No suite is open.", "Start the console with one: interleaver lab console SUITE")
    return load_suite(folder, stamp(folder) if folder.is_dir() else ())


@st.cache_resource(max_entries=KEPT, show_spinner="Reading the suite")
def load_suite(folder: Path, state: State) -> Suite:
    return read_suite(folder)


def open_answers(options: argparse.Namespace, suite: Suite) -> Mapping[str, Answers]:
    """What each model of the evaluation answered, by its name. Raises Missing and Unusable."""
    folder = options.evaluation / "answers"
    files = {file.stem: file for file in sorted(folder.glob("*.jsonl")) if not file.stem.endswith("-corners")}
    if not files:
        wanted = f"Run: interleaver lab evaluate {suite.folder} --candidate URL --output {options.evaluation}"
        raise Missing(f"There are no answers in {folder}.", wanted)
    order = sorted(files, key=lambda name: (name != "champion", name))
    return {name: load_answers(files[name], stamp(files[name]), suite.digest, suite) for name in order}


@st.cache_resource(max_entries=2 * KEPT, show_spinner="Reading the answers")
def load_answers(file: Path, state: State, digest: str, _suite: Suite) -> Answers:
    return read_answers(file, _suite)


def open_document(folder: Path, name: str, command: str) -> Document:
    """What a command wrote into its folder. Raises Missing and Unusable."""
    file = folder / name
    return load_document(folder, name, command, stamp(file) if file.is_file() else ())


@st.cache_resource(max_entries=2 * KEPT, show_spinner="Reading")
def load_document(folder: Path, name: str, command: str, state: State) -> Document:
    return read_document(folder, name, command)


def find_models(options: argparse.Namespace) -> Mapping[str, str]:
    """URLs of running models by name. Raises Missing where none is named, and Unusable for what is no address."""
    if options.champion is None and not options.candidate:
        wanted = "Start the console with --champion URL, --candidate URL, or both."
        raise Missing("No model is named that could be asked.", wanted)
    models = dict(name_models(options.champion, options.candidate))
    for url in models.values():
        read_address(url)
    return models


def make_asking(options: argparse.Namespace) -> Options:
    """How a model is asked: once, for a person looks on."""
    return Options(
        concurrency=1, timeout=options.timeout, retries=0, share_twice=0.0, headers=tuple(options.header), file=None
    )
