"""One model on a scoring suite: its thresholds, and the sheet of what is measured of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from interleaver.lab.asking.answers import Answers
from interleaver.lab.evaluation.score_plan import CALIBRATION, EQUAL_ERRORS, Plan, read_model
from interleaver.lab.measures.calibration import can_be_probabilities
from interleaver.lab.measures.score_drawn import Own, Sheet
from interleaver.lab.measures.score_names import AT_THRESHOLD, ATTACKS, COST, KIND, read_aimed
from interleaver.lab.measures.score_sheet import (
    Part,
    Scored,
    find_attacks,
    find_calibration,
    find_cost,
    find_rates,
)
from interleaver.lab.measures.thresholds import Aim, NoThreshold, choose

NOT_PROBABILITIES = "not all scores lie in [0, 1], so that they are no probabilities"


@dataclass(frozen=True)
class Model:
    """A model with what is measured of it."""

    answers: Answers
    scored: Scored
    chosen: Mapping[Aim, float | NoThreshold]
    threshold: float | NoThreshold
    """Of the rates without an @: the suite's, or the one at which errors were equal on half of the units."""
    sheet: Sheet
    problems: Mapping[str, str]
    """Metrics that cannot be measured of this model on any slice, and why."""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """What was chosen, by what for: outputs to ship."""
        return {str(aim): found for aim, found in self.chosen.items() if isinstance(found, float)}


def lay_out(answers: Answers, plan: Plan) -> Model:
    """Choose the model's thresholds and lay out its sheet."""
    scored = read_model(answers, plan)
    on = plan.chosen_on
    chosen = {aim: choose(aim, scored.labels[on], scored.scores[on], scored.weights[on]) for aim in plan.aims}
    threshold = chosen[EQUAL_ERRORS] if plan.threshold is None else plan.threshold
    parts: list[Part] = []
    problems: dict[str, str] = {}
    for found in find_parts(plan, scored, chosen, threshold):
        if isinstance(found, Part):
            parts.append(found)
        else:
            problems.update(found)
    own: list[Own] = []
    if isinstance(threshold, NoThreshold):
        problems.update((custom.metric.name, threshold.words) for custom in plan.customs)
    else:
        own = [Own(custom, threshold, plan.measured, plan.attributes) for custom in plan.customs]
    return Model(answers, scored, chosen, threshold, Sheet(scored, parts, own), problems)


def find_parts(
    plan: Plan, scored: Scored, chosen: Mapping[Aim, float | NoThreshold], threshold: float | NoThreshold
) -> Iterator[Part | Mapping[str, str]]:
    """The parts of all metrics that add up; for those that cannot be measured, names and why."""
    names = [metric.name for metric in plan.metrics]
    yield from find_plain([name for name in names if name in AT_THRESHOLD], plan, scored, threshold)
    yield from find_aimed(names, plan, scored, chosen)
    calibration = [name for name in names if name in CALIBRATION]
    if can_be_probabilities(scored.scores):
        yield from (part for part in find_calibration(scored) if part.name in calibration)
    else:
        yield dict.fromkeys(calibration, NOT_PROBABILITIES)
    attacks = [name for name in names if name in ATTACKS or name.startswith(KIND)]
    yield from (part for part in find_presented(attacks, plan, scored, threshold))


def find_plain(
    names: list[str], plan: Plan, scored: Scored, threshold: float | NoThreshold
) -> Iterator[Part | Mapping[str, str]]:
    """Rates without an @."""
    if isinstance(threshold, NoThreshold):
        yield dict.fromkeys(names, threshold.words)
    else:
        yield from find_rates(names, scored, threshold, plan.measured)


def find_aimed(
    names: list[str], plan: Plan, scored: Scored, chosen: Mapping[Aim, float | NoThreshold]
) -> Iterator[Part | Mapping[str, str]]:
    """Rates and costs at a threshold that was chosen for them, on the half that it was not chosen on."""
    for aim, threshold in chosen.items():
        aimed = [name for name in names if read_aimed(name)[1] == aim]
        if isinstance(threshold, NoThreshold):
            yield dict.fromkeys(aimed, threshold.words)
            continue
        costs = [name for name in aimed if name.startswith(f"{COST}@")]
        yield from find_rates([name for name in aimed if name not in costs], scored, threshold, ~plan.chosen_on)
        for name in costs:
            yield find_cost(name, scored, threshold, aim, ~plan.chosen_on)


def find_presented(
    names: list[str], plan: Plan, scored: Scored, threshold: float | NoThreshold
) -> Iterator[Part | Mapping[str, str]]:
    """Errors of presentation attacks."""
    if not names:
        return
    if plan.presentations is None or isinstance(plan.presentations, str):
        yield dict.fromkeys(names, plan.presentations or "the suite has no attacks")
    elif isinstance(threshold, NoThreshold):
        yield dict.fromkeys(names, threshold.words)
    else:
        found = find_attacks(scored, plan.presentations, threshold, plan.measured)
        yield from (part for part in found if part.name in names)
