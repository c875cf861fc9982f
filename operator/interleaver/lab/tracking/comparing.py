"""Two models side by side, from MLflow's runs or from the folders of evaluations: names and numbers are the same."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from interleaver.lab.terms.unusable import Unusable

from .choosing import choose, read_values
from .faults import NotTracked, explained
from .library import connect
from .place import check_uri

DOCUMENT: Final = "evaluation.json"
_RUN: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Side:
    """One model: what it is, and its metrics under MLflow's names."""

    title: str
    metrics: Mapping[str, float]
    suite: str
    """SHA-256 of the suite; empty where a run does not say it."""


def read_side(text: str, tracking: str | None) -> Side:
    """The model of a run, or of a folder: `FOLDER` is its candidate, `FOLDER#champion` another one of its models."""
    folder, _, role = text.partition("#")
    if (Path(folder) / DOCUMENT).is_file():
        return read_folder(Path(folder), role or "candidate")
    if not _RUN.fullmatch(text):
        raise Unusable(
            text, f"no folder with {DOCUMENT}, and no id of a run", "give the output of evaluate, or a run's id"
        )
    if tracking is None:
        raise Unusable(text, "is a run, and it is not said where runs are kept", "give --tracking")
    return read_run(text, tracking)


def read_folder(folder: Path, role: str) -> Side:
    """One model of the evaluation in this folder."""
    file = folder / DOCUMENT
    try:
        document = json.loads(file.read_bytes())
        roles = list_roles(document)
        if role not in roles:
            raise Unusable(f"{folder}#{role}", "is no model of this evaluation", f"there are {', '.join(roles)}")
        trial, url = roles[role]
        metrics = read_values(choose(trial), role.partition("-")[0])
        return Side(f"{document['suite']['name']}: {role}\n{url}", metrics, document["suite"]["digest"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable(str(file), "is not what evaluate writes", "evaluate again") from error


def list_roles(document: Mapping[str, Any]) -> Mapping[str, tuple[Mapping[str, Any], str]]:
    """Every model of a document by its role, with the trial that has its figures, and its URL. The champion's figures
    are in each of the trials."""
    trials = document["candidates"]
    roles = {"champion": (trials[0], document["champion"])} if document["champion"] else {}
    for place, trial in enumerate(trials, 1):
        roles["candidate" if place == 1 else f"candidate-{place}"] = (trial, trial["model"])
    return roles


def read_run(run: str, tracking: str) -> Side:
    """The model of a run, as MLflow has it."""
    check_uri(tracking)
    try:
        with explained(tracking):
            found = connect(tracking).get_run(run)
    except NotTracked as problem:
        raise Unusable(run, str(problem)) from None
    data = found.data
    title = f"{found.info.run_name}\n{data.params.get('url', run)}"
    return Side(title, data.metrics, data.tags.get("interleaver.suite.sha256", ""))
