"""What stressing came to, as one JSON document (docs/how-to/stress-a-model.md)."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from interleaver.lab.suites.suite import Suite

from .curves import Curve, write_curve
from .judging import Checked
from .summing import sum_up, write_kind

Document = dict[str, Any]


def write_document(
    suite: Suite,
    models: Mapping[str, str],
    checked: Mapping[str, Sequence[Checked]],
    partial: Mapping[str, bool],
    warnings: Sequence[str],
    judged: Sequence[str],
    curves: Mapping[str, Sequence[Curve]],
) -> Document:
    """All models side by side; `judged` are those whose broken cases count."""
    return {
        "version": 1,
        "suite": {"name": suite.name, "task": str(suite.task), "digest": suite.digest},
        "judged": list(judged),
        "models": [
            {
                "name": name,
                "model": url,
                "partial": partial[name],
                "kinds": [write_kind(kind) for kind in sum_up(checked[name])],
                "curves": [write_curve(curve) for curve in curves[name]],
            }
            for name, url in models.items()
        ],
        "warnings": list(warnings),
    }


def find_exit(document: Mapping[str, Any]) -> Literal["held", "broken", "partial"]:
    """What the run came to. What was not asked has not held, so that partial comes before broken."""
    if any(model["partial"] for model in document["models"]):
        return "partial"
    counted = [model for model in document["models"] if model["name"] in document["judged"]]
    return "broken" if any(kind["broken"] for model in counted for kind in model["kinds"]) else "held"
