"""Verdicts are told: once each as far as an id tells, for days where nobody answers, and no more once somebody did."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from interleaver.api import conditions
from interleaver.api.delivery import MOST_DELIVERIES, Delivery
from interleaver.api.fields import instant, timestamp
from interleaver.api.observed import Attempt, Telling
from interleaver.api.status import Status
from interleaver.api.verdict_event import VerdictEvent
from interleaver.experiment.telling.deliveries import (
    SPREAD,
    WAITS,
    announce_deliveries,
    find_due,
    find_next,
    fold,
)
from tests.builders import START, World, make_running_world, make_source
from tests.cluster import ROOT
from tests.unit.experiment.verdicts import ENDINGS, climb

Result = Literal["Delivered", "Refused", "Failed"]
HOUR = 3600
ON = Telling(is_on=True)
KUBECTL = "`kubectl patch --local --type json --patch-file PATCH -f FILE -o yaml`"


def make_told(**votes: int) -> World:
    """A run that ends at the next look, in an experiment whose verdicts are told."""
    world = make_running_world()
    world.telling = ON
    world.vote(**votes or {"win": 50, "loss": 150})
    return world


def make_promoted() -> World:
    world = make_told(win=400, tie=100, loss=250)
    climb(world)
    world.step(HOUR + 1)
    return world


def find_only(world: World) -> Delivery:
    (delivery,) = world.status.deliveries
    return delivery


def try_once(world: World, result: Result = "Failed", why: str = "HTTP status 500", wait: float = 0.0) -> Delivery:
    """An attempt is made, and the next visit hears what came of it."""
    attempt = Attempt(find_only(world).id, result, why, wait)
    world.telling = replace(ON, attempts=(attempt,))
    world.step(1)
    world.telling = ON
    return find_only(world)


def test_a_verdict_and_its_delivery_are_written_down_in_one_patch_and_the_delivery_is_due_at_once() -> None:
    world = make_told()
    assert world.status.deliveries == []
    world.step()
    assert world.status.decision is not None
    delivery = find_only(world)
    assert (delivery.run_id, delivery.verdict, delivery.state) == (world.status.decision.run_id, "Rollback", "Pending")
    assert find_due(world.status, world.now) == delivery


def test_one_verdict_is_one_delivery_however_often_it_is_looked_at() -> None:
    world = make_told()
    world.step()
    former = find_only(world)
    world.settle(20)
    assert find_only(world) == former
    assert former.id == f"u-1-{former.run_id}-rollback"


def test_without_a_webhook_nothing_is_written_down_and_one_that_comes_later_tells_of_later_verdicts_only() -> None:
    world = make_told()
    world.telling = Telling()
    world.step()
    assert world.status.decision is not None
    world.telling = ON
    world.settle(5)
    assert world.status.deliveries == []
    world.edit(candidate=make_source("v43"))
    world.settle(8)
    world.edit(candidate=None)
    world.step()
    assert find_only(world).run_id.startswith("v43-")


def test_the_event_of_a_promotion_has_all_that_a_bot_needs_to_record_it() -> None:
    world = make_promoted()
    event = VerdictEvent.model_validate(find_only(world).event)
    decision, past, data = world.status.decision, world.status.history[0], event.data
    assert decision is not None
    assert (event.specversion, event.type) == ("1.0", "dev.interleaver.verdict.v1")
    assert (event.subject, event.time) == (decision.run_id, decision.at)
    assert event.source == "/apis/interleaver.dev/v1alpha1/namespaces/shop/interleavingexperiments/feed"
    assert (data.verdict, data.reason, data.message) == (decision.verdict, decision.reason, decision.message)
    assert (data.champion.revision, data.candidate.revision, data.serving) == ("v41", "v42", "v42")
    assert (data.tally, data.evidence) == (past.tally, world.run.evidence)
    assert data.record is not None
    assert (data.record.config_map, data.record.digest) == (f"feed-{past.run_id}", past.digest)
    assert data.change is not None
    assert [each.to_dict() for each in data.change.patch] == [
        {"op": "test", "path": "/spec/champion/revision", "value": "v41"},
        {"op": "test", "path": "/spec/candidate/revision", "value": "v42"},
        {"op": "move", "path": "/spec/champion", "from": "/spec/candidate"},
    ]


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_every_kind_of_verdict_is_told_and_only_a_promotion_asks_for_a_change(
    ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    observe = World.observe
    monkeypatch.setattr(World, "observe", lambda *a, **k: replace(observe(*a, **k), telling=ON))
    world = ENDINGS[ending]()
    decision = world.status.decision
    assert decision is not None
    event = VerdictEvent.model_validate(world.status.deliveries[0].event)
    assert (event.data.run, event.data.verdict) == (decision.run_id, decision.verdict)
    assert (event.data.change is not None) == (decision.verdict == "Promote")
    again = decision.reason == "Reverted"  # the promotion that is taken back had been told, and has an id of its own
    assert len({each.id for each in world.status.deliveries}) == len(world.status.history) + again


def test_what_was_delivered_is_never_due_again_and_its_event_is_let_go() -> None:
    world = make_told()
    world.step()
    delivery = try_once(world, "Delivered", "")
    assert (delivery.state, delivery.attempts, delivery.event, delivery.error) == ("Delivered", 1, None, None)
    assert delivery.ended_at == timestamp(world.now)
    world.settle(5)
    assert find_due(world.status, world.now + timedelta(days=9)) is None
    assert find_next(world.status, world.now) is None


def test_a_failure_is_tried_again_later_with_the_same_id_and_the_same_event() -> None:
    world = make_told()
    world.step()
    former = find_only(world)
    delivery = try_once(world)
    assert (delivery.id, delivery.event) == (former.id, former.event)
    assert (delivery.state, delivery.attempts, delivery.error) == ("Pending", 1, "HTTP status 500")
    assert find_due(world.status, world.now) is None
    wait = find_next(world.status, world.now)
    assert wait is not None
    assert 4 <= wait <= 7, "due is written in whole seconds"
    assert find_due(world.status, world.now + timedelta(seconds=7)) == delivery


def test_waits_grow_from_seconds_to_a_day_and_after_three_days_it_is_given_up_in_words() -> None:
    world = make_told()
    world.step()
    began, delivery = world.now, find_only(world)
    now, waits = began, []
    while delivery.due is not None:
        due = instant(delivery.due)
        waits.append((due - now).total_seconds())
        now = due
        delivery = fold(delivery, Attempt(delivery.id, "Failed", "no answer within 15 s"), now)
    assert (delivery.state, delivery.attempts) == ("Failed", len(WAITS) + 1)
    assert all(least - 1 <= wait <= least * (1 + SPREAD) for least, wait in zip(WAITS, waits[1:], strict=True))
    assert timedelta(days=3) < now - began < timedelta(days=4)


def test_deliveries_that_fail_together_do_not_return_together() -> None:
    def find_due(number: int) -> str | None:
        event = Delivery(id=f"u-{number}", run_id="r", verdict="Promote", state="Pending", attempts=5, event={})
        return fold(event, Attempt(event.id, "Failed", "x"), START).due

    assert len({find_due(number) for number in range(20)}) > 10


@pytest.mark.parametrize(("asked", "waits"), [(600.0, 600), (10.0**9, 86400), (0.0, 5)])
def test_a_receiver_s_retry_after_is_heeded_up_to_a_day(asked: float, waits: int) -> None:
    world = make_told()
    world.step()
    delivery = try_once(world, wait=asked)
    assert delivery.due is not None
    wait = (instant(delivery.due) - world.now).total_seconds()
    assert waits - 1 <= wait <= waits + 1


def test_a_refusal_ends_it_at_once() -> None:
    world = make_told()
    world.step()
    delivery = try_once(world, "Refused", "HTTP status 410 Gone")
    assert (delivery.state, delivery.error, delivery.due) == ("Failed", "HTTP status 410 Gone", None)


def test_an_attempt_that_comes_twice_or_for_nothing_known_changes_nothing() -> None:
    world = make_told()
    world.step()
    ended = try_once(world, "Delivered", "")
    assert fold(ended, Attempt(ended.id, "Failed", "late"), world.now) == ended
    world.telling = replace(ON, attempts=(Attempt("somebody-else", "Delivered"),))
    world.step(1)
    assert find_only(world) == ended


def test_a_delivery_goes_on_though_the_run_the_candidate_and_the_webhook_s_list_are_gone() -> None:
    world = make_told()
    world.step()
    world.telling = Telling()
    world.edit(candidate=None)
    world.settle(80)
    assert world.status.run is None
    assert find_due(world.status, world.now) == find_only(world)


def make_many(count: int) -> Status:
    """So many verdicts that nobody was told of."""
    each = [
        Delivery(
            id=f"u-{n}", run_id=f"r-{n}", verdict="Rollback", state="Pending", due=timestamp(START), event={"n": n}
        )
        for n in range(count)
    ]
    return Status(deliveries=each)


def test_verdicts_are_told_in_their_order_and_a_later_one_waits_for_the_earlier() -> None:
    newest, middle, oldest = make_many(3).deliveries
    assert find_due(Status(deliveries=[newest, middle, oldest]), START) == oldest
    later = fold(oldest, Attempt(oldest.id, "Failed", "HTTP status 500"), START)
    waiting = Status(deliveries=[newest, middle, later])
    assert find_due(waiting, START) is None
    assert find_next(waiting, START) is not None
    over = fold(oldest, Attempt(oldest.id, "Refused", "HTTP status 410 Gone"), START)
    assert find_due(Status(deliveries=[newest, middle, over]), START) == middle


def test_a_receiver_that_is_away_for_many_verdicts_loses_the_oldest_and_people_are_told() -> None:
    world = make_told()
    waiting = make_many(MOST_DELIVERIES).deliveries
    world.experiment = world.experiment.model_copy(
        update={"status": world.status.model_copy(update={"deliveries": waiting})}
    )
    world.step()
    assert len(world.status.deliveries) == MOST_DELIVERIES
    assert waiting[-1] not in world.status.deliveries
    (lost,) = [each for each in world.announced if each.reason == "DeliveryFailed"]
    assert f"r-{MOST_DELIVERIES - 1}: the verdict Rollback is not told" in lost.message


def test_people_hear_of_the_first_failure_and_of_the_end_and_of_nothing_in_between() -> None:
    world = make_told()
    world.step()
    world.announced.clear()
    for _ in range(3):
        try_once(world)
    try_once(world, "Delivered", "")
    told = [(each.kind, each.reason) for each in world.announced if "erdict" in each.reason]
    assert told == [("Warning", "VerdictNotDelivered"), ("Normal", "VerdictDelivered")]
    (first,) = [each for each in world.announced if each.reason == "VerdictNotDelivered"]
    assert "did not reach the webhook's receiver (HTTP status 500): it is tried again, next at 2026" in first.message


def test_a_given_up_delivery_is_a_warning_with_what_to_do() -> None:
    old = make_many(1)
    (pending,) = old.deliveries
    new = Status(deliveries=[fold(pending, Attempt(pending.id, "Refused", "HTTP status 410 Gone"), START)])
    ((kind, reason, message),) = announce_deliveries(old, new)
    assert (kind, reason) == ("Warning", "DeliveryFailed")
    assert message.endswith("after 1 attempt(s): HTTP status 410 Gone. Whatever it should have done is left to you")


def test_what_others_say_is_cut() -> None:
    (pending,) = make_many(1).deliveries
    folded = fold(pending, Attempt(pending.id, "Failed", "x" * 5000), START)
    assert len(folded.error or "") == 200
    assert Status.model_validate(Status(deliveries=[folded]).to_dict()).deliveries == [folded]


def test_an_event_is_far_below_what_receivers_take() -> None:
    event = find_only(make_promoted()).event
    assert event is not None
    assert len(str(event)) < 4000


def test_the_page_shows_people_the_change_as_the_condition_tells_it_and_the_event_has_it() -> None:
    world = make_promoted()
    event = VerdictEvent.model_validate(find_only(world).event)
    message = world.condition(conditions.PROMOTION_RECORDED).message
    assert event.data.change is not None
    assert message.endswith(f"{event.data.change.words}. As a patch for {KUBECTL}:\n{event.data.change.yaml}")
    page = (ROOT / "docs/how-to/record-promotions.md").read_text()
    (shown,) = re.findall(r"^```\n(v42 was promoted .*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert " ".join(shown.split()) == " ".join(message.split())
