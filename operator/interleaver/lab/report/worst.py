"""The queries on which the candidate loses most against the champion, with both lists side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from interleaver.lab.evaluation.evaluation import Evaluation, Loss, Trial

from .lists import Shown, show_list
from .numbers import show
from .requests import show_request

MOST_QUERIES = 12


@dataclass(frozen=True)
class WorstQuery:
    """One query: what the metric came to with both models, and their lists. Without a champion its list is None."""

    case: str
    metric: str
    judged: int
    champion: str
    candidate: str
    champion_list: Sequence[Shown] | None
    candidate_list: Sequence[Shown]
    request: str | None


def find_worst(evaluation: Evaluation, trial: Trial, *, raw: bool) -> Sequence[WorstQuery]:
    """The first of the queries that the evaluation kept for this."""
    wanted = trial.losses[:MOST_QUERIES]
    names = {loss.case for loss in wanted}
    places = {case: place for place, case in enumerate(evaluation.suite.cases.ids) if case in names}
    return [make_query(evaluation, trial, places[loss.case], loss, raw=raw) for loss in wanted]


def make_query(evaluation: Evaluation, trial: Trial, case: int, loss: Loss, *, raw: bool) -> WorstQuery:
    """One query by its place in the suite."""
    suite, judgments = evaluation.suite, evaluation.suite.judgments
    theirs = evaluation.champion.rankings[case] if evaluation.champion and evaluation.champion.rankings else None
    ours = trial.candidate.rankings[case] if trial.candidate.rankings else ()
    return WorstQuery(
        case=suite.cases.ids[case],
        metric=loss.metric,
        judged=0 if judgments is None else len(judgments.lists.row(case)),
        champion=show(loss.champion),
        candidate=show(loss.candidate),
        champion_list=None if theirs is None else show_list(suite, case, theirs, ours),
        candidate_list=show_list(suite, case, ours, theirs),
        request=show_request(suite, case) if raw else None,
    )
