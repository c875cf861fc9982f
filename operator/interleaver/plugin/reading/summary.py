"""An experiment as `-o json` and `-o yaml` give it: the same as on the screen, for programs."""

from typing import Any, Final

from interleaver.plugin.reading.document import Told
from interleaver.plugin.reading.progress import find_bar, list_steps, read_evidence, read_span
from interleaver.plugin.reading.situation import find_situation

KEPT: Final = ("id", "stage", "startedAt", "runningSince", "step", "percent", "votes", "tally", "hold", "paused")


def summarize(told: Told) -> dict[str, Any]:
    """Its situation, what serves, the run and the last verdict; what is not there is absent."""
    situation = find_situation(told)
    found = {
        "namespace": told.namespace,
        "name": told.name,
        "situation": situation.word,
        "exitCode": situation.code,
        "why": situation.why,
        "serving": told.status.get("serving"),
        "candidate": told.candidate,
        "run": summarize_run(told) if told.run else None,
        "decision": told.decision,
        "attention": list_attention(told),
    }
    return {name: value for name, value in found.items() if value not in (None, "", {}, [])} | {"why": situation.why}


def summarize_run(told: Told) -> dict[str, Any]:
    """The run, with how far the evidence is from its bar."""
    run, span = told.run, read_span(told)
    found: dict[str, Any] = {name: run[name] for name in KEPT if name in run}
    found |= {"steps": list_steps(told), "bar": str(round(find_bar(told), 6))}
    found |= {name: run[name] for name in ("evidence", "estimate", "guardrails") if run.get(name)}
    found["progress"] = {each.name: str(round(each.share, 4)) for each in read_evidence(told)}
    if span:
        found |= {"earliest": span.earliest.isoformat(), "latest": span.latest.isoformat()}
    return found


def list_attention(told: Told) -> list[dict[str, Any]]:
    """Conditions that tell of trouble, or of something that a person should do."""
    wanted = {"Stalled": "True"}
    ignored = {"Concluded", "Reconciling"}
    found = [one for one in told.status.get("conditions") or [] if one.get("type") not in ignored]
    return [
        {key: one.get(key) for key in ("type", "status", "reason", "message")}
        for one in found
        if one.get("status") == wanted.get(str(one.get("type")), "False")
    ]
