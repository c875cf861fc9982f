"""The way of a guardrail's metric through all that has to know it: each station asserts what the table promises of it.

What a station is told of a metric is its entry. So the stations say the same of a metric that nobody has thought of.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, Final

import numpy as np
from hack.reference import render_api

from interleaver.api.crd import build_crd
from interleaver.api.guardrail_metrics import ALWAYS, GuardrailMetric, Limit
from interleaver.api.measured import COLUMNS, OLDEST, Column
from interleaver.api.plan import freeze
from interleaver.api.record import seal
from interleaver.api.v1alpha1 import Guardrail, Spec
from interleaver.experiment.guardrails.detectors import list_guards, measure
from interleaver.experiment.records.verify import thaw, verify
from interleaver.simulate.arguments import make_guardrail
from interleaver.simulate.guards import SIMULATED
from interleaver.simulate.many_runs import run_many
from interleaver.simulate.moments import COUNTS, Integers, Moments
from interleaver.simulate.one_run import run_one
from interleaver.simulate.requests import Requests
from interleaver.simulate.scenario import Scenario
from tests.builders import World, make_running_world, make_spec
from tests.unit.experiment.verdicts import climb, read_record

EXAMPLES: Final = {Limit.RATIO: "0.02", Limit.DURATION: "250ms", Limit.DROP: "0.05"}
COSTLY: Final = {"overall.interleaved.10": 100, "overall.champion.10": 1800}
HOUR: Final = 3600


def guard(metric: GuardrailMetric) -> dict[str, str]:
    """A guardrail of a spec."""
    return {"name": "watched", "metric": metric.name, "max": EXAMPLES[metric.limit]}


read_reference = cache(render_api)


read_crd = cache(build_crd)


def read_schema(part: str) -> dict[str, Any]:
    """The fields of the spec or of the status, as the API server gets them."""
    version = read_crd()["spec"]["versions"][0]
    fields: dict[str, Any] = version["schema"]["openAPIV3Schema"]["properties"][part]["properties"]
    return fields


def read_rules() -> list[dict[str, str]]:
    """The rules on the spec as a whole."""
    version = read_crd()["spec"]["versions"][0]
    found: list[dict[str, str]] = version["schema"]["openAPIV3Schema"]["properties"]["spec"]["x-kubernetes-validations"]
    return found


@cache
def breach(metric: GuardrailMetric) -> World:
    """A run that was rolled back, for nearly all that could go wrong by this metric did."""
    world = make_running_world(guardrails=[guard(metric)])
    for _ in range(1 if metric.limit is Limit.DROP else 3):
        world.vote(win=2, loss=1)
        world.count(**(dict.fromkeys(metric.events, 50) or COSTLY))
        world.step()
    return world


def a_spec_takes_it_and_freezes_it(metric: GuardrailMetric) -> None:
    spec = Spec.model_validate(make_spec(guardrails=[guard(metric)]))
    assert spec.guardrails[0].limit is metric.limit
    plan = make_running_world(guardrails=[guard(metric)]).run.plan
    assert freeze(thaw(plan, False), plan.champion, plan.candidate) == plan


def the_api_server_knows_its_name_and_what_its_limit_must_be(metric: GuardrailMetric) -> None:
    guardrail = read_schema("spec")["guardrails"]["items"]
    assert metric.name in guardrail["properties"]["metric"]["enum"]
    assert (f"max of {metric.name} must be" in str(guardrail)) == (metric.limit is not Limit.RATIO)
    assert (f"a {metric.name} guardrail's max" in str(read_crd())) == (metric.limit is Limit.DURATION)
    alike = next(each for each in read_rules() if "max is a duration must have the same" in each["message"])
    assert (f"'{metric.name}'" in alike["rule"]) == (metric.limit is Limit.DURATION)


def the_reference_names_and_explains_it(metric: GuardrailMetric) -> None:
    page = read_reference()
    own_column = Column(metric.name, 0) in COLUMNS  # two metrics with the same events share one, in the former's words
    for words in (f"`{metric.name}`", metric.note, metric.limit_words, *([metric.words] if own_column else [])):
        assert words in page, f"the reference does not say {words!r} of {metric.name}"
    if metric.always:
        assert f"{metric.name} at most {metric.always.limit:g} is always among them" in page


def its_events_are_measured_among_its_trials(metric: GuardrailMetric) -> None:
    if metric.events:
        well = next(name for name in metric.trials.counts if name not in metric.events)
        counts = dict.fromkeys(metric.events, 1) | {well: 90}
        assert measure(metric.name, counts)[0] == len(metric.events)
        assert 90 <= measure(metric.name, counts)[1] <= 90 + len(metric.events)


def it_is_there_without_being_asked_for_only_if_it_says_so(metric: GuardrailMetric) -> None:
    guards = {guard.metric: guard.limit for guard in list_guards(make_running_world().run.plan)}
    assert guards.get(metric.name) == (metric.always.limit if metric.always else None)


def the_status_has_room_for_all_that_are_always_there(metric: GuardrailMetric) -> None:
    given, shown = read_schema("spec")["guardrails"], read_schema("status")["run"]["properties"]["guardrails"]
    assert shown["maxItems"] == given["maxItems"] + len(ALWAYS)
    assert (metric.name in dict(ALWAYS)) == (metric.always is not None)


def a_breach_rolls_back_and_names_the_guardrail(metric: GuardrailMetric) -> None:
    decision = breach(metric).status.decision
    assert decision is not None
    assert (decision.verdict, decision.reason) == ("Rollback", "Guardrail")
    assert "guardrail watched is breached" in decision.message


def a_promotion_waits_on_it_only_if_it_says_so(metric: GuardrailMetric) -> None:
    """One look in an hour is no streak: nothing is breached, and too much has happened all the same. What other
    guardrails say of the same events is nobody's question here."""
    lax = [{"name": name.lower(), "metric": name, "max": "0.999999"} for name, _ in ALWAYS if name != metric.name]
    world = make_running_world(guardrails=[guard(metric), *lax])
    world.vote(win=400, tie=100, loss=250)
    world.count(**dict.fromkeys(metric.events, 50))
    climb(world)
    world.step(HOUR + 1)
    ready = next(each.message for each in world.status.conditions if each.type == "Concluded")
    assert (world.status.decision is None) == bool(metric.hold)
    assert metric.hold in ready


def its_record_keeps_what_it_went_by(metric: GuardrailMetric) -> None:
    point = read_record(breach(metric))["run"]["measured"][-1].split()[1:]
    assert len(point) == len(COLUMNS)
    if metric.events:
        kept = next(column for column in COLUMNS if column.counts == (metric.events, ()))
        assert int(point[COLUMNS.index(kept)]) == 150 * len(metric.events)
        assert any(column.counts == Column(metric.name, 1).counts for column in COLUMNS)


def its_record_comes_to_the_same_verdict_again(metric: GuardrailMetric) -> None:
    assert verify(read_record(breach(metric))) == []


def a_forged_reading_of_it_is_found_out(metric: GuardrailMetric) -> None:
    document = read_record(breach(metric))
    reading = next(each for each in document["run"]["guardrails"] if each["name"] == "watched")
    reading.update({"events": 10**6} if metric.events else {"ratio": "0.1"})
    assert any(words.startswith("run.guardrails") for words in verify(seal(document)))


def a_forged_count_of_it_is_found_out(metric: GuardrailMetric) -> None:
    if metric.events:
        document = read_record(breach(metric))
        first, last = document["run"]["measured"][0], document["run"]["measured"][-1]
        position = 1 + next(number for number, column in enumerate(COLUMNS) if column.counts == (metric.events, ()))
        higher = [str(10**6) if number == position else text for number, text in enumerate(last.split())]
        document["run"]["measured"] = [first, " ".join(higher)]
        assert any(words.startswith("run.measured") for words in verify(seal(document)))


def a_record_from_before_it_is_still_verified(metric: GuardrailMetric) -> None:
    document = read_record(breach(metric))
    document["run"]["measured"] = [" ".join(point.split()[: 1 + len(OLDEST)]) for point in document["run"]["measured"]]
    assert verify(seal(document)) == []


class Trouble:
    """A source that says at every look that all which is drawn of the metric's events has happened 50 times."""

    def __init__(self, metric: GuardrailMetric) -> None:
        self.counts = np.array([50 if name in metric.events else 0 for name in COUNTS])

    def next(self, runs: Integers, steps: Integers) -> Moments:
        nothing = np.zeros((len(runs), len(COUNTS)), dtype=np.int64)
        return Moments(nothing + self.counts, nothing, np.zeros(len(runs)), np.zeros(len(runs), dtype=np.bool_))


def it_is_simulated_as_the_operator_decides_or_refused(metric: GuardrailMetric) -> None:
    if metric.name not in SIMULATED:
        assert not set(metric.events) & set(COUNTS)
        assert "is none of them" in complain(lambda: make_guardrail(metric.name, EXAMPLES[metric.limit]))
        return
    watched = make_guardrail(metric.name, EXAMPLES[metric.limit])
    scenario = Scenario(requests=Requests(candidate_errors=0.5), guardrails=(watched,))
    outcomes = run_many(scenario, 2, Trouble(metric))
    assert outcomes == [run_one(scenario, Trouble(metric))] * 2
    assert (outcomes[0].reason, outcomes[0].look) == ("Guardrail", 3)


def a_name_that_is_nearly_its_own_is_refused_in_words(metric: GuardrailMetric) -> None:
    for name in (metric.name.lower(), f"{metric.name} ", ""):
        document = {"name": "watched", "metric": name, "max": "0.1"}
        words = complain(partial(Guardrail.model_validate, document))
        assert f"'{metric.name}'" in words


def complain(work: Callable[[], object]) -> str:
    """The words of the error that work ends in; empty when it does not."""
    try:
        work()
    except ValueError as error:
        return str(error)
    return ""


STATIONS: Final[tuple[Callable[[GuardrailMetric], None], ...]] = (
    a_spec_takes_it_and_freezes_it,
    the_api_server_knows_its_name_and_what_its_limit_must_be,
    the_reference_names_and_explains_it,
    its_events_are_measured_among_its_trials,
    it_is_there_without_being_asked_for_only_if_it_says_so,
    the_status_has_room_for_all_that_are_always_there,
    a_breach_rolls_back_and_names_the_guardrail,
    a_promotion_waits_on_it_only_if_it_says_so,
    its_record_keeps_what_it_went_by,
    its_record_comes_to_the_same_verdict_again,
    a_forged_reading_of_it_is_found_out,
    a_forged_count_of_it_is_found_out,
    a_record_from_before_it_is_still_verified,
    it_is_simulated_as_the_operator_decides_or_refused,
    a_name_that_is_nearly_its_own_is_refused_in_words,
)
