"""One screen about one experiment: what serves, the ramp, votes, evidence towards its bar, and why it waits."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from interleaver.plugin.reading.document import Told, dig, read_time
from interleaver.plugin.reading.lengths import describe_age, describe_length, read_length
from interleaver.plugin.reading.progress import list_steps, read_estimate, read_evidence, read_span
from interleaver.plugin.reading.situation import SITUATIONS, find_situation
from interleaver.plugin.reading.summary import list_attention
from interleaver.plugin.showing.fold import fold

COMPARING: Final = ("Preparing", "Running", "Promoting")  # stages in which votes count
LABEL: Final = 13  # characters of the left column
BAR: Final = 20  # characters of a bar


def render_screen(told: Told, now: datetime) -> str:
    """The screen, without its last line feed."""
    situation = find_situation(told)
    lines = [f"{told.namespace}/{told.name}: {situation.word}, {SITUATIONS[situation.word][1]}", ""]
    lines += line("serves", describe_serving(told, now))
    parts = (list_run, list_votes, list_evidence, list_guardrails) if told.run else (list_last,)
    lines += [each for part in parts for each in part(told, now)]
    lines += line("why", situation.why)
    lines += list_time(told, now)
    lines += [each for found in list_attention(told) for each in describe_condition(found)]
    return "\n".join(lines)


def line(label: str, words: str) -> list[str]:
    """A label and its words; none without words."""
    return fold(label, words, LABEL)


def draw_bar(share: float) -> str:
    """A share as a bar."""
    full = int(share * BAR + 1e-9)
    return "█" * full + "░" * (BAR - full)


def describe_serving(told: Told, now: datetime) -> str:
    """What serves, since when and why."""
    serving = told.status.get("serving") or {}
    if not serving:
        return "nothing yet"
    age = describe_age(read_time(serving.get("since")), now)
    words = {"Seed": "as spec.champion", "Promotion": "by promotion", "Revert": "by a promotion that was taken back"}
    pods = f", {told.status.get('replicas', 0)} pod(s)"
    return f"{serving.get('revision')} for {age}, {words.get(str(serving.get('origin')), '')}{pods}"


def list_run(told: Told, now: datetime) -> Iterator[str]:
    run, steps = told.run, list_steps(told)
    label = "on trial" if told.stage in COMPARING else "last run"
    yield from line(label, f"{dig(told.plan, 'candidate', 'revision')}, run {told.run_id}, {told.stage}")
    if told.stage not in COMPARING:
        return
    at, percent = int(run.get("step") or 0), int(run.get("percent") or 0)
    ways = " → ".join(f"[{step}]" if number == at else str(step) for number, step in enumerate(steps))
    hold = f", held: {run['hold']}" if run.get("hold") else ""
    yield from line("ramp", f"{draw_bar(percent / 100)} {percent} % of units ({ways}){hold}")


def list_votes(told: Told, now: datetime) -> Iterator[str]:
    run, tally = told.run, told.run.get("tally") or {}
    wanted = dig(told.plan, "analysis", "minimumVotes")
    wins, ties, losses = (tally.get(name) or 0 for name in ("wins", "ties", "losses"))
    rate = dig(run, "estimate", "votesPerDay")
    words = f"{run.get('votes') or 0} of {wanted} at least: {wins} won, {ties} tied, {losses} lost"
    yield from line("votes", words + (f"; {rate} a day" if rate else ""))
    if found := read_estimate(told):
        low, high = (f"{number:+.2%}" for number in (found.low, found.high))
        yield from line("preference", f"{found.preference:+.2%} for the candidate, between {low} and {high}")


def list_evidence(told: Told, now: datetime) -> Iterator[str]:
    for number, each in enumerate(read_evidence(told)):
        told_so = ", proven" if each.is_proven else ""
        words = f"{each.name:<7}{draw_bar(each.share)} {each.value:.4g} of {each.bar:g}{told_so}"
        yield f"{'evidence' if number == 0 else '':<{LABEL}}{words}"


def list_guardrails(told: Told, now: datetime) -> Iterator[str]:
    limits = {one.get("name"): one for one in told.plan.get("guardrails") or []}
    for number, found in enumerate(told.run.get("guardrails") or []):
        yield f"{'guardrails' if number == 0 else '':<{LABEL}}{describe_guardrail(found, limits)}"


def describe_guardrail(found: dict[str, Any], limits: dict[Any, dict[str, Any]]) -> str:
    """How near a guardrail is to a breach."""
    name = str(found.get("name"))
    limit = limits.get(name) or {}
    bound = next((f", {side} {limit[side]}" for side in ("max", "min") if limit.get(side)), "")
    trouble = f", no data: {found['unknown']}" if found.get("unknown") else ""
    share = min(1.0, max(0.0, float(found.get("bar") or 0)))
    return f"{draw_bar(share)} {name}: {found.get('ratio')}{bound}{trouble}"


def list_last(told: Told, now: datetime) -> Iterator[str]:
    """The run before, of which the history has more."""
    past = next(iter(told.status.get("history") or []), None)
    if past:
        ended = describe_age(read_time(past.get("endedAt")), now)
        tally = past.get("tally") or {}
        votes = f"{tally.get('wins', 0)} won, {tally.get('ties', 0)} tied, {tally.get('losses', 0)} lost"
        words = f"{past.get('candidate')}: {past.get('verdict')}/{past.get('reason')} {ended} ago, {votes}"
        yield from line("last run", words)


def list_time(told: Told, now: datetime) -> Iterator[str]:
    """What time the run has, and may still need."""
    span, left = read_span(told), dig(told.run, "estimate", "daysLeft")
    since, window = dig(told.status, "serving", "since"), dig(told.plan, "promotion", "rollbackWindow")
    if told.stage == "Settling" and since and window:
        rest = read_length(window) - (now - datetime.fromisoformat(since)).total_seconds()
        yield from line("taken back", f"it still can be for {describe_length(rest)} (rollbackWindow)")
    if span is None or told.stage != "Running":
        return
    if left is not None:
        yield from line("days left", f"about {left}, at the present rate")
    if now < span.earliest:
        yield from line("earliest", f"in {describe_length((span.earliest - now).total_seconds())} (minimumRun)")
    yield from line("latest", f"in {describe_length((span.latest - now).total_seconds())} (window)")


def describe_condition(found: dict[str, Any]) -> list[str]:
    """A condition that a person should know of, unless the situation says it already."""
    if found["type"] == "Stalled":
        return []
    return ["", *line("", f"{found['type']} is {found['status']}, {found['reason']}: {found['message']}")]
