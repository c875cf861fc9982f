"""Playing with rankers: the merged list with who put what, and how ranks move when the request is edited."""

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from interleaver.api.v1alpha1 import Contract
from interleaver.console.reading.merged import Placed, list_moves, merge, rank
from interleaver.console.reading.sending import Reply, send
from interleaver.console.showing.markup import render_table
from interleaver.console.showing.opened import make_asking
from interleaver.console.showing.parts import choose_case, note, say, show_html
from interleaver.lab.suites.suite import Request, Suite

LONGEST: Final = 200_000
"""Characters of a request: a person edits it."""


def play(suite: Suite, models: Mapping[str, str], options: argparse.Namespace) -> None:
    """Edit, ask, look."""
    row = choose_case(suite)
    asked = edit(suite, row)
    if asked is not None:
        replies = ask_all(suite, models, *asked, options)
        st.session_state["before"] = st.session_state.get("replies", {})
        st.session_state["replies"] = {reply.model: reply for reply in replies}
    show_replies(suite, row, st.session_state.get("replies", {}), st.session_state.get("before", {}))


def edit(suite: Suite, row: int) -> tuple[Request, str] | None:
    """The request as a person edits it, once the button was pressed and it can be sent."""
    cases = suite.cases
    with st.form("request"):
        text = st.text_area("Request", spell(cases.requests[row].body), 240, LONGEST, key=f"request-{row}")
        unit = st.text_input("Unit", cases.unit_names[cases.units[row]], key=f"unit-{row}")
        pressed = st.form_submit_button("Ask", type="primary")
    if not pressed:
        return None
    try:
        json.loads(text)
    except ValueError as error:
        note("bad", f"The request is no JSON: {error!s}")
        return None
    return Request(text.encode(), cases.requests[row].headers), unit


def spell(body: bytes) -> str:
    """A request for people; one that is no JSON stays as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body.decode("utf-8", "replace")


def ask_all(
    suite: Suite, models: Mapping[str, str], request: Request, unit: str, options: argparse.Namespace
) -> list[Reply]:
    with st.spinner("Asking"):
        return [send(suite, name, url, request, unit, make_asking(options)) for name, url in models.items()]


def show_replies(suite: Suite, row: int, replies: Mapping[str, Reply], before: Mapping[str, Reply]) -> None:
    """What the models said last."""
    for reply in replies.values():
        if reply.answered:
            say(f"{reply.model}: {len(reply.ranking)} items in {reply.milliseconds:.1f} ms")
        else:
            note("bad", f"{reply.model}: {reply.words}")
    champion = replies.get("champion")
    others = [name for name, reply in replies.items() if name != "champion" and reply.answered]
    if champion is None or not champion.answered or not others:
        for name in [name for name, reply in replies.items() if reply.answered]:
            show_alone(suite, replies[name], before.get(name))
        return
    other = others[0] if len(others) == 1 else st.selectbox("Merge the champion with", others)
    show_merged(suite, row, (champion, replies[other]), before)


def show_merged(suite: Suite, row: int, pair: tuple[Reply, Reply], before: Mapping[str, Reply]) -> None:
    """The merged list. The coins are those of a unit; others see another order."""
    assert isinstance(suite.contract, Contract)
    seed = int(st.number_input("Coins of unit number", 0, 1_000_000, 0, help="another unit has other coins"))
    placed = merge(pair[0].ranking, pair[1].ranking, suite.contract.depth, seed)
    moves = [move_of(reply, before) for reply in pair]
    gains = None if suite.judgments is None else suite.judgments.gains_of(row)
    rows = [write_row(suite, each, moves, gains) for each in placed]
    st.subheader("The merged list")
    show_html("merged.html", rows=rows, judged=gains is not None)
    st.caption("▲ and ▼: how far an item moved in a model's own list since the last time you asked.")


def move_of(reply: Reply, before: Mapping[str, Reply]) -> Mapping[str, str]:
    """How the items of a model's list moved since the last request."""
    earlier = before.get(reply.model)
    return list_moves(reply.ranking, earlier.ranking if earlier is not None and earlier.answered else None)


def write_row(
    suite: Suite, placed: Placed, moves: Sequence[Mapping[str, str]], gains: Mapping[str, float] | None
) -> dict[str, Any]:
    """A place as the table has it."""
    item = placed.item
    gain = None if gains is None else gains.get(item)
    return {
        "place": placed.place,
        "item": item,
        "title": name_item(suite, item),
        "team": placed.team.value,
        "champion": placed.champion or "—",
        "candidate": placed.candidate or "—",
        "champion_moved": moves[0].get(item, ""),
        "candidate_moved": moves[1].get(item, ""),
        "gain": "—" if gain is None else f"{gain:g}",
    }


def name_item(suite: Suite, item: str) -> str:
    """The title of an item; without one its id."""
    return str((suite.items or {}).get(item, {}).get("title") or item)


def show_alone(suite: Suite, reply: Reply, before: Reply | None) -> None:
    """One model's list, where there is nothing to merge it with."""
    moves = list_moves(reply.ranking, before.ranking if before is not None and before.answered else None)
    assert isinstance(suite.contract, Contract)
    shown = list(rank(reply.ranking).items())[: suite.contract.depth]
    rows = [(place, name_item(suite, item), item, moves.get(item, "")) for item, place in shown]
    st.subheader(f"The {reply.model}'s list")
    st.html(render_table(reply.model, ("place", "title", "item", "moved"), rows, (0,)))
