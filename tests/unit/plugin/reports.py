"""Runs to report of: one that goes on for days, with all that a page can show, and what was left of others."""

from functools import cache
from typing import Any, Final

from interleaver.plugin.reading.document import Told
from interleaver.plugin.reporting.subject import Subject, describe_current
from tests.builders import START, World, make_running_world
from tests.unit.experiment.verdicts import climb
from tests.unit.plugin.situations import read

NOW: Final = START.replace(month=12)
LOOKS: Final = 60
POSITION: Final = {
    "curve": ["1", "0.71", "0.52", "0.4"],
    "curveLow": ["0.9", "0.6", "0.41", "0.28"],
    "curveHigh": ["1.1", "0.83", "0.64", "0.55"],
    "preference": "0.02",
    "interval": ["-0.01", "0.05"],
}


@cache
def make_long() -> World:
    """A run on its last step, with looks in which the candidate is a little better, and one bad hour."""
    guardrails = [{"name": "errors", "metric": "ErrorRatio", "max": "0.02"}]
    world = make_running_world(guardrails=guardrails, promotion={"mode": "Manual"})
    for number in range(LOOKS):
        world.vote(win=6 + number % 3, tie=2, loss=5 if number % 7 else 9)
        world.count(**{"calls.candidate.ok": 40, "coins.candidate": 7, "coins.champion": 6})
        world.step(200)
        if number == LOOKS // 2:
            climb(world)
    return world


def make_document() -> dict[str, Any]:
    """The same as a document, with attention by rank, and a name that a page must not take for its own words."""
    document = read(make_long()).document
    document["status"]["run"]["position"] = POSITION
    document["status"]["history"] = [
        {
            "runId": "v40-20261101t000000z",
            "candidate": "v40",
            "verdict": "Rollback",
            "reason": "Guardrail",
            "detail": "<script>alert(1)</script> & more",
            "tally": {"wins": 1, "ties": 2, "losses": 3},
            "startedAt": "2026-11-01T00:00:00Z",
            "endedAt": "2026-11-02T00:00:00Z",
        }
    ]
    return document


def make_subject() -> Subject:
    return describe_current(Told(make_document()))
