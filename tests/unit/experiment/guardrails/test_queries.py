"""Guardrails on queries: three readings in a row roll back; no data hold the run and never end it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from interleaver.api import conditions
from interleaver.api.observed import Answer, Inquiry, Observed
from interleaver.api.plan import Plan
from interleaver.api.status import GuardrailReading
from interleaver.api.v1alpha1 import Guardrail, Metrics
from interleaver.experiment.guardrails.detectors import is_breached
from interleaver.experiment.guardrails.queries import is_wrong, list_questions, read_query
from tests.builders import START, World, make_experiment, make_running_world

A_WHILE = 150  # seconds between two looks: hours go by in few of them, and nothing gets stale
ASKING: dict[str, Any] = {
    "prometheus": {"address": "http://prometheus:9090"},
    "guardrails": [{"name": "checkout", "query": "shop:checkout", "min": "0.97"}],
}
CHECKOUT = Guardrail(name="checkout", query="shop:checkout", min="0.97")
METRICS = Metrics(interval="30s", stale_after="10m")
GOOD, BAD, NOTHING = Answer(0.99), Answer(0.5), Answer(None, "HTTP status 503")


def read_in_turn(*answers: tuple[int, Answer]) -> GuardrailReading:
    """The guardrail after answers, each given so many seconds after the one before."""
    reading, now = None, START
    for seconds, answer in answers:
        now += timedelta(seconds=seconds)
        read = read_query(CHECKOUT, reading, answer, METRICS, now)
        # As the status keeps it.
        reading = GuardrailReading.model_validate(read.to_dict())
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    ("answers", "streak"),
    [
        ([BAD], 1),
        ([BAD, BAD], 2),
        ([BAD, BAD, BAD], 3),
        ([BAD, BAD, BAD, BAD], 3),
        ([BAD, BAD, GOOD], 0),
        ([BAD, BAD, GOOD, BAD], 1),
        ([BAD, NOTHING, BAD, NOTHING, NOTHING, BAD], 3),
        ([BAD, BAD, NOTHING], 2),
        ([NOTHING] * 50, 0),
    ],
)
def test_a_breach_is_three_readings_in_a_row_and_no_data_are_none_of_them(answers: list[Answer], streak: int) -> None:
    reading = read_in_turn(*((30, answer) for answer in answers))
    assert (reading.streak, is_breached(reading)) == (streak, streak == 3)
    assert float(reading.bar) == pytest.approx(streak / 3, abs=1e-6)


def test_a_streak_without_data_for_stale_after_begins_anew() -> None:
    assert read_in_turn((30, BAD), (30, BAD), (300, NOTHING), (301, BAD)).streak == 1
    assert read_in_turn((30, BAD), (30, BAD), (300, NOTHING), (299, BAD)).streak == 3


def test_looks_close_together_count_once() -> None:
    assert read_in_turn((30, BAD), (1, BAD), (1, BAD), (1, BAD)).streak == 1
    assert read_in_turn((30, BAD), (16, BAD), (16, BAD)).streak == 3


def test_a_clock_that_was_wrong_disarms_nothing() -> None:
    assert read_in_turn((10**6, GOOD), (-(10**6), BAD), (30, BAD), (30, BAD)).streak == 3


@pytest.mark.parametrize(
    ("limits", "value", "wrong"),
    [
        ({"min": "0.97"}, 0.97, False),
        ({"min": "0.97"}, 0.9699, True),
        ({"max": "10"}, 10.0, False),
        ({"max": "10"}, 10.1, True),
        ({"min": "-1", "max": "1"}, 0.0, False),
        ({"min": "-1", "max": "1"}, -1.5, True),
        ({"min": "-1", "max": "1"}, 1.5, True),
    ],
)
def test_a_value_is_wrong_beyond_either_limit(limits: dict[str, str], value: float, wrong: bool) -> None:
    assert is_wrong(Guardrail.model_validate({"name": "n", "query": "q"} | limits), value) is wrong


class Asked(World):
    """A world with a Prometheus in it."""

    answer: Answer = GOOD
    reason: str = ""

    def observe(self, looking: bool = True) -> Observed:
        answers = {"checkout": self.answer} if looking else {}
        return replace(super().observe(looking), inquiry=Inquiry(answers, self.reason, self.reason and "add it"))


def make_asked(**spec: Any) -> Asked:
    world = Asked(make_experiment(**(ASKING | spec)))
    world.settle(8)
    assert world.run.stage == "Running"
    return world


def test_a_query_on_the_wrong_side_rolls_back_at_the_third_look_and_names_the_guardrail() -> None:
    world = make_asked()
    world.answer = BAD
    verdicts = []
    for _ in range(3):
        world.step()
        verdicts.append(world.status.decision.verdict if world.status.decision else None)
    assert verdicts == [None, None, "Rollback"]
    assert world.status.decision is not None
    assert world.status.decision.reason == "Guardrail"
    assert "guardrail checkout is breached (value 0.5 at the last look)" in world.status.decision.message


def test_no_data_hold_the_ramp_and_a_promotion_until_they_are_back_and_never_roll_back() -> None:
    world = make_asked()
    world.vote(win=900, loss=300)
    world.answer = NOTHING
    for _ in range(120):
        world.step(A_WHILE)
    assert (world.run.percent, world.run.hold) == (10, "NoGuardrailData")
    assert world.status.decision is None
    concluded = world.condition(conditions.CONCLUDED)
    assert "guardrail checkout gives no data: HTTP status 503" in concluded.message
    ready = world.condition(conditions.READY)
    assert ready.status == "True"
    world.answer = GOOD
    for _ in range(120):
        world.step(A_WHILE)
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Promote"


def test_no_data_at_the_top_of_the_ramp_block_a_promotion_alone() -> None:
    world = make_asked(traffic={"steps": [{"percent": 100}]})
    world.answer = NOTHING
    world.vote(win=900, loss=300)
    for _ in range(100):
        world.step(A_WHILE)
    assert world.run.stage == "Running"
    world.answer = GOOD
    world.step()
    assert world.status.decision is not None
    assert world.status.decision.verdict == "Promote"


def test_a_query_that_was_never_asked_blocks_too() -> None:
    world = make_running_world(**ASKING)
    world.vote(win=900, loss=300)
    for _ in range(120):
        world.step(A_WHILE)
    assert world.run.hold == "NoGuardrailData"


def test_harm_is_still_found_without_data() -> None:
    world = make_asked()
    world.answer = NOTHING
    world.vote(win=300, loss=900)
    world.step()
    assert world.status.decision is not None
    assert world.status.decision.reason == "Harm"


def test_a_prometheus_that_may_not_be_asked_is_stalled_and_starts_no_run() -> None:
    world = Asked(make_experiment(**ASKING))
    world.reason = conditions.PROMETHEUS_NOT_ALLOWED
    world.settle(8)
    stalled = world.condition(conditions.STALLED)
    assert (stalled.reason, stalled.message) == (conditions.PROMETHEUS_NOT_ALLOWED, "add it")
    assert world.status.run is None
    assert world.status.serving is not None
    world.reason = ""
    world.settle(8)
    assert world.run.stage == "Running"


def test_the_plan_freezes_whom_to_ask_and_what() -> None:
    world = make_asked()
    world.edit(prometheus={"address": "http://elsewhere:9090"}, guardrails=[])
    questions = list_questions(world.experiment)
    assert questions is not None
    assert (questions.prometheus.address, questions.queries) == (
        "http://prometheus:9090",
        {"checkout": "shop:checkout"},
    )


def test_a_plan_of_an_older_version_names_no_prometheus_and_keeps_its_hash() -> None:
    plan = make_running_world().run.plan
    kept = plan.to_dict()
    assert "prometheus" not in kept
    assert Plan.model_validate(kept).hash == plan.hash


def test_nothing_is_asked_when_there_is_no_query() -> None:
    assert list_questions(make_experiment(prometheus={"address": "http://prometheus:9090"})) is None
