"""Experiments: live from the cluster. Nothing can be ordered here: that is `kubectl interleaver`'s part."""

import argparse
from datetime import UTC, datetime
from typing import Any, Final

import streamlit as st

from interleaver.console.reading.live import count_votes, list_experiments, list_history
from interleaver.console.reading.missing import Missing
from interleaver.console.showing.drawing import draw
from interleaver.console.showing.markup import render_table
from interleaver.console.showing.parts import choose_page, note, say, show_html
from interleaver.plugin.reading.document import Told, dig
from interleaver.plugin.reading.progress import list_steps, read_estimate, read_evidence, read_span
from interleaver.plugin.reading.situation import SITUATIONS, find_situation
from interleaver.plugin.reading.summary import list_attention

PERIOD: Final = 5.0
"""Seconds between two looks: the status is written once in metrics.interval at most, 30 s if nothing else is said."""


def show(options: argparse.Namespace) -> None:
    everywhere = st.checkbox("All namespaces", value=options.namespace is None)
    watch(options, everywhere)


@st.fragment(run_every=PERIOD)
def watch(options: argparse.Namespace, everywhere: bool) -> None:
    """The part of the page that is drawn again by itself."""
    try:
        found = list_experiments(options.kubeconfig, options.context, options.namespace, everywhere)
    except Missing as missing:
        note("missing", missing.what, missing.wanted)
        return
    if not found:
        st.caption("There is no experiment.")
        return
    names = {f"{told.namespace}/{told.name}": told for told in found}
    chosen = st.selectbox("Experiment", list(names), key="experiment")
    if chosen is not None:
        show_experiment(names[chosen])
    st.caption(f"read at {datetime.now(UTC):%H:%M:%S} UTC, again every {PERIOD:g} s")


def show_experiment(told: Told) -> None:
    situation = find_situation(told)
    st.subheader(f"{situation.word}: {SITUATIONS[situation.word][1]}")
    say(situation.why)
    serving = told.status.get("serving") or {}
    say(f"Serving: {serving.get('revision') or 'nothing yet'}, on trial: {told.candidate or 'nothing'}")
    for condition in list_attention(told):
        name = f"{condition['type']} is {condition['status']}: {condition['reason']}"
        note("open", name, str(condition["message"]))
    if told.run:
        show_run(told)
    show_history(told)


def show_run(told: Told) -> None:
    """Evidence, preference, ramp and guardrails of the run that is going on."""
    run = told.run
    st.subheader("Run")
    votes = count_votes(run.get("tally") or {})
    wanted = dig(told.plan, "analysis", "minimumVotes")
    say(f"{told.run_id}, {told.stage}. {run.get('votes') or 0} of {wanted} votes at least: {votes}.")
    if span := read_span(told):
        st.caption(
            f"a promotion at the earliest {span.earliest:%Y-%m-%d %H:%M}, the end {span.latest:%Y-%m-%d %H:%M} UTC"
        )
    bars = [*list_ramp(told), *list_evidence(told), *list_guardrails(told)]
    show_html("bars.html", bars=bars)
    show_preference(told)


def list_ramp(told: Told) -> list[dict[str, Any]]:
    percent = int(told.run.get("percent") or 0)
    steps = " → ".join(map(str, list_steps(told)))
    hold = f"; held: {told.run['hold']}" if told.run.get("hold") else ""
    return [make_bar("ramp", percent / 100, f"{percent} % of units, of {steps}{hold}")]


def list_evidence(told: Told) -> list[dict[str, Any]]:
    """How far each hypothesis is on the way to its bar."""
    return [
        make_bar(
            f"evidence: {each.name}",
            each.share,
            f"{each.value:.4g} of {each.bar:g}{', proven' if each.is_proven else ''}",
            "bad" if each.name == "harm" else "good",
        )
        for each in read_evidence(told)
    ]


def list_guardrails(told: Told) -> list[dict[str, Any]]:
    """How near each guardrail is to a breach."""
    limits = {one.get("name"): one for one in told.plan.get("guardrails") or []}
    bars = []
    for found in told.run.get("guardrails") or []:
        limit = limits.get(found.get("name")) or {}
        bound = next((f", {side} {limit[side]}" for side in ("max", "min") if limit.get(side)), "")
        trouble = f", no data: {found['unknown']}" if found.get("unknown") else ""
        share = min(1.0, max(0.0, float(found.get("bar") or 0)))
        words = f"{found.get('ratio')}{bound}{trouble}; {100 * share:.0f} % of the way to a breach"
        bars.append(make_bar(f"guardrail: {found.get('name')}", share, words, "bad"))
    return bars


def make_bar(name: str, share: float, words: str, style: str = "") -> dict[str, Any]:
    return {"name": name, "share": share, "words": words, "style": style}


def show_preference(told: Told) -> None:
    """The preference with the interval that holds at every look."""
    found = read_estimate(told)
    if found is None:
        return
    reach = max(0.02, *(abs(end) for end in (found.low, found.high, found.preference)))
    margin = float(dig(told.plan, "analysis", "margin") or 0)
    words = f"preference {found.preference:+.2%} for the candidate, between {found.low:+.2%} and {found.high:+.2%}"
    words += f"; on par is above {-margin:+.2%}" if margin else ""
    ends = {name: place(end, reach) for name, end in zip(("value", "low", "high"), found, strict=True)}
    mark = place(-margin, reach) if 0 < margin <= reach else None
    picture = draw("preference.svg", margin=mark, **ends)
    plot = {"title": "", "words": words, "picture": picture}
    show_html("pictures.html", plots=[plot], kind="preference", legend=False)


def place(value: float, reach: float) -> float:
    return round(200 + 190 * value / reach, 1)


def show_history(told: Told) -> None:
    rows = list_history(told)
    st.subheader("Earlier runs")
    if not rows:
        st.caption("There is none.")
        return
    heads = ("candidate", "verdict", "reason", "votes", "started", "ended")
    st.html(render_table("earlier runs", heads, choose_page(rows, "history")))
