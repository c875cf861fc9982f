"""The page: a headline, pictures, and tables of what decided."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Final

from interleaver.api.guardrail_metrics import ALWAYS
from interleaver.plugin.reading.document import Told, dig
from interleaver.plugin.reading.situation import SITUATIONS, find_situation
from interleaver.plugin.reading.summary import list_attention
from interleaver.plugin.reporting.moments import list_moments
from interleaver.plugin.reporting.pictures import (
    Picture,
    draw_attention,
    draw_evidence,
    draw_preference,
    draw_ramp,
    find_margin,
    read_totals,
)
from interleaver.plugin.reporting.style import STYLE
from interleaver.plugin.reporting.subject import Subject

GOOD: Final = ("Promote",)
BAD: Final = ("Rollback",)
UNASKED: Final = {name: metric for metric, always in ALWAYS for name in always.names}  # guardrails nobody asked for


def render_page(subject: Subject, now: datetime) -> str:
    """The whole document."""
    title = f"{subject.told.namespace}/{subject.told.name}: {subject.run.get('id')}"
    body = "\n".join(part for part in list_parts(subject, now) if part)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def list_parts(subject: Subject, now: datetime) -> Iterator[str]:
    """The parts of the page, from the answer down to what it is made of."""
    yield show_headline(subject, now)
    yield f'<div class="pictures">{"".join(map(show_picture, list_pictures(subject)))}</div>'
    yield show_section("Votes and credit", show_shares(subject))
    yield show_section("Guardrails", show_guardrails(subject))
    yield show_section("The terms", show_terms(subject))
    if subject.run.get("id") == subject.told.run_id or not subject.told.run_id:
        yield show_section("What asks for attention", show_attention(subject.told))
    yield show_section("Runs before", show_history(subject.told))


def list_pictures(subject: Subject) -> list[Picture]:
    moments = list_moments(subject.run)
    drawn = (
        draw_evidence(moments),
        draw_preference(moments, find_margin(subject.run)),
        draw_ramp(subject.run),
        draw_attention(subject.run),
    )
    return [picture for picture in drawn if picture]


def show_headline(subject: Subject, now: datetime) -> str:
    """The verdict, or the situation, in words."""
    decision, told = subject.decision, subject.told
    where = f"{told.namespace}/{told.name}, run {subject.run.get('id')}: {subject.candidate} against {subject.champion}"
    if decision:
        head, words = f"{decision.get('verdict')}: {decision.get('reason')}", str(decision.get("message") or "")
    else:
        situation = find_situation(told)
        head, words = f"{situation.word}: {SITUATIONS[situation.word][1]}", situation.why
    verdict = decision.get("verdict")
    tone = "good" if verdict in GOOD else "bad" if verdict in BAD else "open"
    note = f"<p><b>{escape(subject.note)}</b></p>" if subject.note else ""
    when = f'<p class="faint">As of {escape(now.strftime("%Y-%m-%d %H:%M UTC"))}, by kubectl interleaver report.</p>'
    return (
        f'<p class="faint">{escape(where)}</p><div class="headline {tone}"><h1>{escape(head)}</h1>'
        f"<p>{escape(words)}</p>{note}</div>{when}"
    )


def show_picture(picture: Picture) -> str:
    keys = "".join(
        f'<span><svg viewBox="0 0 36 10" aria-hidden="true">{show_key(kind)}</svg>{escape(words)}</span>'
        for kind, words in picture.legend
    )
    return (
        f'<figure class="plot"><h3>{escape(picture.heading)}</h3>{picture.svg}<p class="legend">{keys}</p>'
        f"<figcaption>{escape(picture.words)}.</figcaption></figure>"
    )


def show_key(kind: str) -> str:
    return (
        '<rect class="band" width="36" height="10"/>'
        if kind == "band"
        else f'<path class="line {escape(kind)}" d="M 0 5 H 36"/>'
    )


def show_section(heading: str, body: str) -> str:
    return f"<section><h2>{escape(heading)}</h2>{body}</section>" if body else ""


def show_shares(subject: Subject) -> str:
    """Who won votes, conversions and first coins."""
    tally, conversions, totals = (
        subject.run.get("tally") or {},
        subject.run.get("conversions") or {},
        read_totals(subject.run),
    )
    rows = {
        "votes": (tally.get("wins", 0), tally.get("ties", 0), tally.get("losses", 0)),
        "credited conversions": tuple(conversions.get(name, 0) for name in ("candidate", "neutral", "champion")),
        "first coins (fair: allocation)": (totals.get("coins.candidate", 0), 0, totals.get("coins.champion", 0)),
    }
    cells = [[escape(name), *map(number, counts), show_share(counts)] for name, counts in rows.items() if sum(counts)]
    return table(["", "candidate", "tie or neutral", "champion", "shares"], cells)


def show_share(counts: Sequence[int]) -> str:
    whole = sum(counts)
    bars = "".join(f'<i style="width:{count / whole:.2%}"></i>' for count in counts)
    return f'<span class="share">{bars}</span>'


def number(count: int) -> str:
    return f"{count:,}"


def show_guardrails(subject: Subject) -> str:
    """How near each is to a breach."""
    limits = {one.get("name"): one for one in subject.plan.get("guardrails") or []}
    rows = []
    for found in subject.run.get("guardrails") or []:
        limit = limits.get(found.get("name")) or {}
        bounds = ", ".join(f"{side} {limit[side]}" for side in ("min", "max") if limit.get(side)) or "always on"
        what = str(limit.get("metric") or limit.get("query") or UNASKED.get(str(found.get("name")), ""))
        share = min(1.0, max(0.0, float(found.get("bar") or 0)))
        gauge = f'<meter max="1" value="{share:.4f}">{share:.0%}</meter> {share:.0%}'
        words = (str(found.get("name")), what, str(found.get("ratio")), bounds)
        rows.append([*map(escape, words), gauge, escape(str(found.get("unknown") or ""))])
    return table(["guardrail", "on", "last value", "limit", "evidence of a breach", "no data"], rows)


def show_terms(subject: Subject) -> str:
    """What was agreed on before the first vote."""
    analysis, promotion = subject.plan.get("analysis") or {}, subject.plan.get("promotion") or {}
    steps = ", ".join(
        f"{one['percent']} %" + (f" for {one['hold']}" if one.get("hold") else "")
        for one in dig(subject.plan, "traffic", "steps") or []
    )
    found = {
        "started": subject.run.get("startedAt"),
        "interleaving since": subject.run.get("runningSince"),
        "decided": subject.decision.get("at"),
        "alpha, margin": f"{analysis.get('alpha')}, {analysis.get('margin')}" if analysis else None,
        "minimum run, window": f"{analysis.get('minimumRun')}, {analysis.get('window')}" if analysis else None,
        "minimum votes, planned votes": f"{analysis.get('minimumVotes')}, {analysis.get('plannedVotes')}"
        if analysis
        else None,
        "ramp": steps,
        "promotion": promotion.get("mode"),
        "gaps": "\n".join(
            f"{gap.get('at')} {gap.get('reason')} {gap.get('pod')}" for gap in subject.run.get("gaps") or []
        ),
    }
    return facts((name, str(value)) for name, value in found.items() if value)


def show_attention(told: Told) -> str:
    return facts(
        (f"{one['type']} is {one['status']}", f"{one['reason']}: {one['message']}") for one in list_attention(told)
    )


def show_history(told: Told) -> str:
    rows = []
    for past in told.status.get("history") or []:
        tally = past.get("tally") or {}
        votes = f"{tally.get('wins', 0)} / {tally.get('ties', 0)} / {tally.get('losses', 0)}"
        words = (
            past.get("runId"),
            f"{past.get('verdict')}/{past.get('reason')}",
            votes,
            past.get("startedAt"),
            past.get("endedAt"),
        )
        rows.append([escape(str(word or "")) for word in words])
    return table(["run", "verdict", "won / tied / lost", "from", "to"], rows)


def facts(found: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in found)
    return f"<dl>{rows}</dl>" if rows else ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; its cells are HTML already."""
    if not rows:
        return ""
    top = "".join(f'<th scope="col">{escape(word)}</th>' for word in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
