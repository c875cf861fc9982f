"""Evaluates models on a suite of either task."""

from collections.abc import Sequence

from interleaver.lab.asking.answers import Answers
from interleaver.lab.measures.custom_files import Customs
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.metric import Task

from .evaluation import Evaluation, Settings
from .ranking import evaluate_ranking
from .scoring import evaluate_scoring


def evaluate(
    suite: Suite, champion: Answers | None, candidates: Sequence[Answers], settings: Settings, customs: Customs
) -> Evaluation:
    """Everything that can be found of the candidates, each against the champion where there is one."""
    if suite.task is Task.RANKING:
        return evaluate_ranking(suite, champion, candidates, settings, customs.metrics)
    return evaluate_scoring(suite, champion, candidates, settings, customs.metrics)
