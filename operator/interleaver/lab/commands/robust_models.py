"""The models that are stressed or attacked: at addresses that the user names, all of which must be running servers."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rich.console import Console

from interleaver.lab.asking.address import read_address
from interleaver.lab.asking.alike import find_same_place
from interleaver.lab.asking.answers import Answers
from interleaver.lab.asking.asking import Model, ask_in_turns
from interleaver.lab.asking.before import check_before
from interleaver.lab.asking.options import Options
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.unusable import Unusable

from .plan import ANSWERS, name_models
from .progress import draw_progress

Models = Mapping[str, str]
"""Base URLs by `champion`, `candidate`, `candidate-2` …"""


def take_models(options: argparse.Namespace) -> Models:
    """The named models. Raises Unusable for none, and for what is no address."""
    models = dict(name_models(options.champion, options.candidate))
    for name, url in models.items():
        if url.endswith(ANSWERS):
            raise Unusable(f"--{name.partition('-')[0]}", f"{url} is a file", "give the base URL of a running server")
        read_address(url)
    return models


def judged_of(models: Models) -> Sequence[str]:
    """The models that decide the exit code: the candidates, or a champion that is alone."""
    return [name for name in models if name != "champion"] or list(models)


def warn_same(models: Models) -> list[str]:
    """Warnings where a candidate's address leads to the champion."""
    champion = models.get("champion")
    others = [url for name, url in models.items() if name != "champion"]
    return [words for url in others if champion and (words := find_same_place(champion, url))]


def make_options(options: argparse.Namespace) -> Options:
    """How models are asked. An error is what is looked for, so that nothing is asked again unless it is wished."""
    return Options(
        concurrency=options.concurrency,
        timeout=options.timeout,
        retries=options.retries,
        seed=options.seed,
        share_twice=0.0,
        headers=tuple(options.header),
    )


def ask_models(suite: Suite, models: Models, options: Options, what: str = "") -> dict[str, Answers]:
    """What each model answers, with progress bars on standard error."""
    for url in models.values():
        check_before(suite, url, options)
    with draw_progress(Console(stderr=True), [f"{name}{what}" for name in models]) as watches:
        asked = [Model(url, options, watch) for url, watch in zip(models.values(), watches, strict=True)]
        return dict(zip(models, ask_in_turns(suite, asked), strict=True))


def quicken(options: Options, concurrency: int) -> Options:
    """The same with so many requests in flight."""
    return replace(options, concurrency=concurrency)
