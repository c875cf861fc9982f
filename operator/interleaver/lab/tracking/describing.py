"""What a run says of itself in words: settings, tags, and the suite as its data set."""

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mlflow.entities import Dataset

LONGEST_DIGEST: Final = 36
"""MLflow keeps no longer digest of a data set; the whole one is a tag beside it."""


def describe_settings(document: Mapping[str, Any], role: str, trial: Mapping[str, Any]) -> Mapping[str, str]:
    """The run's parameters: what the evaluation was told, and by which version of what."""
    settings = {name: show(value) for name, value in document["settings"].items()}
    return {
        "suite": document["suite"]["name"],
        "task": document["suite"]["task"],
        "url": document["champion"] if role == "champion" else trial["model"],
        "champion": document["champion"] or "none",
        **settings,
        "interleaver": version("interleaver"),
        "python": platform.python_version(),
    }


def show(value: object) -> str:
    """A setting as text: `0.95`, `5,10`."""
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def describe_tags(document: Mapping[str, Any], role: str, trial: Mapping[str, Any]) -> Mapping[str, str]:
    """The run's tags: by them the models of one evaluation are found together."""
    tags = {
        "interleaver.role": role,
        "interleaver.champion": document["champion"] or "none",
        "interleaver.suite.sha256": document["suite"]["digest"],
        "interleaver.partial": str(document["partial"]).lower(),
    }
    return tags if role == "champion" else {**tags, "interleaver.verdict": name_verdict(document, trial)}


def name_verdict(document: Mapping[str, Any], trial: Mapping[str, Any]) -> str:
    """passed, failed, partial, or that there was no gate."""
    if document["partial"]:
        return "partial"
    if trial["gate"] is None:
        return "no gate"
    return "passed" if trial["gate"]["passed"] else "failed"


def describe_data(document: Mapping[str, Any]) -> "Dataset":
    """The suite as the data set that a run was measured on. The digest is our own: MLflow's overlooks some columns, and
    all rows past the ten thousandth."""
    from mlflow.entities import Dataset

    suite, counts = document["suite"], document["queries"]
    return Dataset(
        name=suite["name"],
        digest=suite["digest"][:LONGEST_DIGEST],
        source_type="interleaver-suite",
        source=json.dumps({"sha256": suite["digest"]}),
        profile=json.dumps(counts),
    )
