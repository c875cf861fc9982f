"""What one bound finds in one figure: an outcome, and words that say what was found and what would tell more. Pure."""

from dataclasses import dataclass

from interleaver.lab.evaluation.evaluation import Evaluation
from interleaver.lab.gate.bounds import Limit, decide, ends_of, is_share_of_nothing, limit_of, units_to_tell
from interleaver.lab.gate.charges import Charge
from interleaver.lab.gate.outcome import Outcome
from interleaver.lab.gate.rules import Bound
from interleaver.lab.gate.shares import holds_as_share
from interleaver.lab.terms.figure import Estimate, Figure, Verdict
from interleaver.lab.terms.metric import Metric

_DEPENDS = "depends on how unjudged items are counted"


@dataclass(frozen=True)
class Finding:
    """How it went, in words too."""

    outcome: Outcome
    words: str
    refused: bool = False


def find(charge: Charge, evaluation: Evaluation, untold: str) -> Finding:
    """Decide one bound of a rule on the figure of one slice. `untold` says why nothing can be compared; or is empty."""
    metric, figure = evaluation.metrics.get(charge.rule.metric), charge.figure
    if evaluation.champion is None and (charge.bound.kind.comparing or (metric is not None and metric.paired)):
        return Finding(Outcome.NOT_APPLICABLE, "there is no champion to compare with")
    if evaluation.partial:
        return _not_told("the evaluation is partial: a server or the run ended before all was asked")
    if untold and charge.bound.kind.comparing:
        return _not_told(untold)
    if metric is None or figure is None:
        return _not_told("it was not measured")
    return _say_missing(charge, figure) or _decide(charge, figure, metric)


def _not_told(words: str) -> Finding:
    return Finding(Outcome.NOT_TOLD, words)


def _say_missing(charge: Charge, figure: Figure) -> Finding | None:
    """Why nothing can be told, before any number is looked at."""
    bound, least = charge.bound, charge.rule.minimum
    if figure.n == 0:
        return _not_told(figure.why or "nothing in it is judged")
    if figure.units < least:
        return _not_told(f"{_units(figure.units)} of at least {least:,}: {_units(least - figure.units)} more needed")
    if _estimate(charge, figure) is None or (bound.number.relative and figure.champion is None):
        return _not_told(figure.why or "it could not be measured")
    if bound.kind.comparing and figure.verdict is Verdict.NOT_TOLD and not figure.other_ways:
        return _not_told(figure.why or "the comparison cannot be told")
    return None


def _estimate(charge: Charge, figure: Figure) -> Estimate | None:
    return figure.difference if charge.bound.kind.comparing else figure.candidate


def _decide(charge: Charge, figure: Figure, metric: Metric) -> Finding:
    estimate, bound, champion = _estimate(charge, figure), charge.bound, figure.champion
    assert estimate is not None
    if champion is not None and is_share_of_nothing(bound, champion):
        words = f"{bound.number} of the champion's {_show(champion)} is no margin, for that may be 0 or less"
        return Finding(Outcome.NOT_TOLD, f"{words}; give the margin as a number", refused=True)
    ends = ends_of(estimate, metric.sampled)
    unsure = bound.number.relative and metric.sampled and (champion is None or champion.low is None)
    if ends is None or unsure or (metric.sampled and figure.units < 2):
        return _not_told(figure.why or f"there is no interval to decide on, over {_units(figure.units)}")
    limit = limit_of(bound, champion.value if champion else 0.0)
    outcome = decide(ends, limit)
    if others := _find_others(outcome, figure, bound, metric):
        return _not_told(f"{_DEPENDS}: {outcome} with them as 0, {others}; {_say_judging(bound)}")
    if outcome is Outcome.PASSED and bound.number.relative and not _holds_as_share(bound, figure, metric):
        return _not_told(f"holds for {_show(estimate)}, but {bound.number} of {_say_uncertain(champion)}")
    shown = _show(estimate if metric.sampled else Estimate(estimate.value))
    words = f"{'difference' if bound.kind.comparing else 'value'} {shown}, {_say_side(outcome, limit, metric)}"
    if outcome is Outcome.NOT_TOLD:
        words += f"; {_say_units(estimate.value, ends, limit, figure.units)}"
    return Finding(outcome, words)


def _holds_as_share(bound: Bound, figure: Figure, metric: Metric) -> bool:
    assert figure.champion is not None
    assert figure.difference is not None
    share, sign = bound.number.value / 100, metric.direction.sign
    return holds_as_share(bound.kind, share, figure.champion, figure.candidate, figure.difference, sign)


def _say_uncertain(champion: Estimate | None) -> str:
    assert champion is not None
    return f"the champion's {_show(champion)} is not known well enough; more units would tell, or a margin in numbers"


def _find_others(outcome: Outcome, figure: Figure, bound: Bound, metric: Metric) -> str:
    """The ways of counting unjudged items by which the rule comes to something else, in words; none where all agree.

    It is the rule's own outcome that must not depend on the way: whether the candidate is called better may, and a
    margin may be held in one way of three although the word is the same in all.
    """
    ways = figure.other_ways if bound.kind.comparing else figure.other_values
    found = {
        way: decide(ends, limit_of(bound, _find_champion(figure, way, metric)))
        for way, estimate in ways.items()
        if (ends := ends_of(estimate, sampled=True)) is not None
    }
    return ", ".join(f"{other} with them {way}" for way, other in found.items() if other is not outcome)


def _find_champion(figure: Figure, way: str, metric: Metric) -> float:
    """The champion's value in a way of counting, of which a margin may be a share: candidate less difference."""
    value = figure.other_values.get(way, figure.candidate)
    difference = figure.other_ways.get(way, figure.difference)
    if figure.champion is None or value is None or difference is None:
        return 0.0
    return value.value - metric.direction.sign * difference.value


def _say_judging(bound: Bound) -> str:
    own = "" if bound.kind.comparing else " --value"
    return f"judging what `interleaver lab tojudge{own}` writes would tell"


def _say_side(outcome: Outcome, limit: Limit, metric: Metric) -> str:
    at = f"{limit.at:.4g}{f' {metric.unit}' if metric.unit else ''}"
    where = "all of it " if metric.sampled else ""
    if outcome is Outcome.NOT_TOLD:
        return f"which spans {at}"
    if outcome is Outcome.PASSED:
        return f"{where}{at} or {'more' if limit.floor else 'less'}"
    return f"{where}{'below' if limit.floor else 'above'} {at}"


def _say_units(value: float, ends: tuple[float, float], limit: Limit, units: int) -> str:
    more = units_to_tell(value, ends, limit, units)
    if more is None:
        return "no number of units would tell, for it lies at the bound"
    side = "hold" if limit.holds(value) else "fail"
    return f"about {_units(more)} more would tell, if the value stays as it is: it would then {side}"


def _show(estimate: Estimate) -> str:
    ends = "" if estimate.low is None or estimate.high is None else f" [{estimate.low:.4g}, {estimate.high:.4g}]"
    return f"{estimate.value:.4g}{ends}"


def _units(count: int) -> str:
    return f"{count:,} unit{'' if count == 1 else 's'}"
