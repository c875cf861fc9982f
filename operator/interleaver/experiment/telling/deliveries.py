"""Telling the receiver of the operator's webhook: what is due, what came of it, and when it is given up.

A delivery is written down in the patch that has the verdict, so that none is forgotten and none is begun twice. What an
attempt came to is written down at the next visit; a crash before that makes the attempt again, with the same id.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

from interleaver.api.delivery import MOST_DELIVERIES, Delivery
from interleaver.api.fields import instant, timestamp
from interleaver.api.observed import Attempt
from interleaver.api.status import Decision, Status
from interleaver.experiment.telling.verdict_event import draw_up_event
from interleaver.experiment.view import View

# Seconds after each attempt that failed, until the next. At first as for a receiver that restarts, then as Standard
# Webhooks 1.0 recommends: twelve attempts in 76 hours, so that a long weekend is no loss.
WAITS: Final = (5, 30, 120, 600, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
SPREAD: Final = 0.2  # share of a wait by which one may be longer, so that many deliveries do not return together
LONGEST_WAIT: Final = 86400.0  # seconds that a receiver may ask for; a day, as the longest of ours
LONGEST_ERROR: Final = 200  # characters of what others say


def note_deliveries(view: View, status: Status) -> Status:
    """The status with what came of deliveries, and with one more if this visit came to a verdict."""
    attempts = {attempt.id: attempt for attempt in view.observed.telling.attempts}
    known = [fold(each, attempts[each.id], view.now) if each.id in attempts else each for each in status.deliveries]
    fresh = begin(view, status) if view.observed.telling.is_on else None
    if fresh is not None and all(each.id != fresh.id for each in known):
        known = [fresh, *known][:MOST_DELIVERIES]
    return status if known == status.deliveries else status.model_copy(update={"deliveries": known})


def begin(view: View, status: Status) -> Delivery | None:
    """The delivery of a verdict that this visit came to; None when it came to none."""
    old, decision = view.experiment.status, status.decision
    if decision is None or (old.decision and key_of(old.decision) == key_of(decision)):
        return None
    # Whoever decides may let the run go in the same visit.
    run = next((run for run in (status.run, old.run) if run and run.id == decision.run_id), None)
    if run is None:
        return None
    event = draw_up_event(view, status, decision, run)
    return Delivery(
        id=event.id,
        run_id=run.id,
        verdict=decision.verdict,
        state="Pending",
        due=timestamp(view.now),
        event=event.to_dict(),
    )


def key_of(decision: Decision) -> tuple[str, str]:
    """What makes a verdict another one."""
    return decision.run_id, decision.verdict


def fold(delivery: Delivery, attempt: Attempt, now: datetime) -> Delivery:
    """The delivery after an attempt."""
    if not delivery.is_pending:
        return delivery
    number = delivery.attempts + 1
    over: dict[str, object] = {"attempts": number, "due": None, "event": None, "ended_at": timestamp(now)}
    if attempt.result == "Delivered":
        return delivery.model_copy(update=over | {"state": "Delivered", "error": None})
    error = attempt.why[:LONGEST_ERROR] or attempt.result
    if attempt.result == "Refused" or number > len(WAITS):
        return delivery.model_copy(update=over | {"state": "Failed", "error": error})
    due = now + timedelta(seconds=find_wait(delivery.id, number, attempt.wait))
    return delivery.model_copy(update={"attempts": number, "due": timestamp(due), "error": error})


def find_wait(id_: str, number: int, asked: float) -> float:
    """Seconds after the attempt of that number. What is random about them follows from the id, so that no chance has to
    be remembered."""
    draw = hashlib.sha256(f"{id_} {number}".encode()).digest()[0] / 256
    return max(WAITS[number - 1] * (1 + SPREAD * draw), min(asked, LONGEST_WAIT))


def find_due(status: Status, now: datetime) -> Delivery | None:
    """The delivery that is to be tried now. Verdicts are told in their order: whoever hears of a promotion after it was
    taken back would propose it."""
    first = find_first(status)
    return first if first and find_time_left(first, now) <= 0 else None


def find_next(status: Status, now: datetime) -> float | None:
    """Seconds until a delivery gets due; None when none will, or one is, for that is under way."""
    first = find_first(status)
    wait = find_time_left(first, now) if first else 0.0
    return wait if wait > 0 else None


def find_first(status: Status) -> Delivery | None:
    """The oldest verdict that is still to be told."""
    return next((each for each in reversed(status.deliveries) if each.is_pending), None)


def find_time_left(delivery: Delivery, now: datetime) -> float:
    """Seconds until it is due, negative when it was."""
    return (instant(delivery.due) - now).total_seconds() if delivery.due else 0.0


Told = tuple[Literal["Normal", "Warning"], str, str]


def announce_deliveries(old: Status, new: Status) -> Iterator[Told]:
    """What people should hear of deliveries: kind, reason and message of an event."""
    before = {each.id: each for each in old.deliveries}
    for each in new.deliveries:
        known = before.get(each.id)
        if known and (known.state != each.state or (known.attempts == 0 and each.attempts)):
            yield describe_delivery(each)
    kept = {each.id for each in new.deliveries}
    for each in old.deliveries:
        if each.is_pending and each.id not in kept:
            yield describe_failure(each, f"{MOST_DELIVERIES} newer ones wait for the same receiver")


def describe_delivery(delivery: Delivery) -> Told:
    """What came of a delivery, or of its first attempt."""
    if delivery.state == "Failed":
        return describe_failure(delivery, delivery.error or "")
    what = f"{delivery.run_id}: the verdict {delivery.verdict}"
    if delivery.state == "Delivered":
        return "Normal", "VerdictDelivered", f"{what} was told to the webhook's receiver (event {delivery.id})"
    words = f"{what} did not reach the webhook's receiver ({delivery.error}): it is tried again, next at {delivery.due}"
    return "Warning", "VerdictNotDelivered", words


def describe_failure(delivery: Delivery, why: str) -> Told:
    """A delivery that is given up."""
    words = f"{delivery.run_id}: the verdict {delivery.verdict} is not told to the webhook's receiver any more, after "
    words += f"{delivery.attempts} attempt(s): {why}. Whatever it should have done is left to you"
    return "Warning", "DeliveryFailed", words
