"""Asks the models of an evaluation, in turns, so that none is slowed down by another."""

import argparse
from dataclasses import replace

from rich.console import Console

from interleaver.lab.asking.alike import find_same_place
from interleaver.lab.asking.answers import Answers
from interleaver.lab.asking.asking import Model, ask_in_turns
from interleaver.lab.asking.assembling import assemble
from interleaver.lab.asking.before import check_before, leave_out
from interleaver.lab.asking.options import Options
from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.suites.suite import Suite

from .plan import Plan
from .progress import draw_progress

CORNERS = "-corners"  # behind the name of the file with a model's answers to corner cases


class Asking:
    """What is asked in one evaluation. Once a person has ended it, no further model is asked."""

    def __init__(self, plan: Plan, options: argparse.Namespace) -> None:
        self.plan = plan
        self.options = options
        self.ended = ""  # in words

    def check(self) -> None:
        """Raises Unusable for any model or file that cannot be used, before the first is asked; makes the folder."""
        corners = [(self.plan.corners.suite, CORNERS)] if self.plan.corners is not None else []
        for suite, ending in [(self.plan.suite, ""), *corners]:
            for name, url in self.plan.models:
                if name not in self.plan.kept:
                    check_before(suite, url, self.make_options(name + ending))
        (self.options.output / "answers").mkdir(parents=True, exist_ok=True)

    def ask_suite(self) -> list[Answers]:
        """What every model answers to the suite. A file of answers may stand for a model."""
        asked = self.ask_models(self.plan.suite, "")
        return [self.plan.kept.get(name) or asked[name] for name, _ in self.plan.models]

    def ask_corners(self, corners: Suite) -> list[Answers]:
        """The same of the corner cases, which a model whose answers are a file cannot be asked."""
        asked = self.ask_models(corners, CORNERS)
        return [
            leave_file(corners, self.plan.kept[name].model) if name in self.plan.kept else asked[name]
            for name, _ in self.plan.models
        ]

    def ask_models(self, suite: Suite, ending: str) -> dict[str, Answers]:
        """What models answer, by name, with progress bars; the answers stand in files of these names."""
        urls = {name: url for name, url in self.plan.models if name not in self.plan.kept}
        options = {name: self.make_options(name + ending) for name in urls}
        if self.ended:
            return {name: leave_out(suite, url, options[name], self.ended) for name, url in urls.items()}
        with draw_progress(Console(stderr=True), [name + ending for name in urls]) as watches:
            models = [
                Model(url, options[name], watch) for (name, url), watch in zip(urls.items(), watches, strict=True)
            ]
            answers = ask_in_turns(suite, models)
        self.ended = next((each.stopped for each in answers if each.interrupted), "")
        return dict(zip(urls, answers, strict=True))

    def make_options(self, name: str) -> Options:
        """How a model is asked."""
        options = self.options
        return Options(
            concurrency=options.concurrency,
            timeout=options.timeout,
            retries=options.retries,
            seed=options.seed,
            headers=tuple(options.header),
            file=options.output / "answers" / f"{name}{options.shard.mark}.jsonl",
            shard=options.shard,
        )


def read_header(text: str) -> tuple[str, str]:
    """A header as `NAME: VALUE`, as an argparse type. What is wrong with it is not repeated: it may be a secret."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise argparse.ArgumentTypeError("a header is written as NAME: VALUE")
    return name.strip(), value.strip()


def leave_file(corners: Suite, model: str) -> Answers:
    """Corner cases of a model that cannot be asked, because a file of its answers stands for it."""
    words = "its answers are a file, without corner cases"
    return assemble(model, corners.task, [None] * len(corners.cases), {}, words)


def warn_same_place(evaluation: Evaluation) -> Evaluation:
    """The evaluation with a warning where two names lead to the champion's place."""
    if evaluation.champion is None:
        return evaluation
    champion = evaluation.champion.model
    trials = []
    for trial in evaluation.trials:
        words = find_same_place(champion, trial.candidate.model)
        trials.append(replace(trial, warnings=[*trial.warnings, words]) if words else trial)
    return replace(evaluation, trials=trials)
