"""What a suite consists of: counts, its mix, and some of its rows."""

import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.suite import Judgments, Suite
from interleaver.lab.suites.wording import shorten
from interleaver.lab.terms.labels import Labels

MOST_VALUES: Final = 20
"""Values of an attribute that are shown, the most frequent ones."""
MOST_ITEMS: Final = 5


def describe_suite(suite: Suite, rows: int, seed: int) -> dict[str, Any]:
    """All of it as one document; `rows` cases are drawn by `seed`."""
    cases = suite.cases
    document: dict[str, Any] = {
        "suite": suite.name,
        "task": suite.task.value,
        "digest": suite.digest,
        "collectedAt": suite.collected_at.isoformat() if suite.collected_at else None,
        "cases": len(cases),
        "units": len(np.unique(cases.units)),
        "sources": count_values(cases.sources),
        "attributes": {name: count_values(labels) for name, labels in cases.attributes.items()},
        "weights": describe_weights(cases.weights),
    }
    if suite.judgments is not None:
        document["judgments"] = describe_judgments(suite.judgments)
        document["items"] = None if suite.items is None else len(suite.items)
    if cases.labels is not None:
        document["labels"] = {str(label): int((cases.labels == label).sum()) for label in (0, 1)}
    if cases.attacks is not None and cases.attacks.names:
        document["attacks"] = count_values(cases.attacks)
    return document | {"rows": [show_row(suite, row) for row in draw(len(cases), rows, seed)]}


def count_values(labels: Labels) -> list[dict[str, Any]]:
    """How often each value comes, the most frequent first; what is missing comes last, under null."""
    counts = np.bincount(labels.codes[labels.codes >= 0], minlength=len(labels.names))
    order = np.argsort(-counts, kind="stable")
    whole = [{"value": labels.names[code], "count": int(counts[code])} for code in order]
    missing = int((labels.codes < 0).sum())
    shown = whole[:MOST_VALUES]
    if len(whole) > MOST_VALUES:
        rest = sum(entry["count"] for entry in whole[MOST_VALUES:])
        shown.append({"value": f"({len(whole) - MOST_VALUES} others)", "count": rest})
    return [*shown, {"value": None, "count": missing}] if missing else shown


def describe_weights(weights: NDArray[np.float64] | None) -> dict[str, float] | None:
    """The range of weights, and how many cases of equal weight they are worth (Kish, Survey Sampling, 1965):
    (sum w)^2 / sum w^2. None where all count the same.
    """
    if weights is None or bool((weights == weights[0]).all()):
        return None
    worth = float(weights.sum() ** 2 / (weights**2).sum())
    return {"least": float(weights.min()), "most": float(weights.max()), "worth": round(worth, 1)}


def describe_judgments(judgments: Judgments) -> dict[str, Any]:
    """How many judgments there are, how they spread over queries, and which gains they have."""
    lengths = judgments.lists.lengths
    gains, counts = np.unique(judgments.gains, return_counts=True)
    known: dict[str, Any] = {"count": len(judgments.gains), "items": len(judgments.vocabulary)}
    if len(lengths):
        least, middle, most = np.quantile(lengths, [0, 0.5, 1])
        known["perQuery"] = {"least": int(least), "median": float(middle), "most": int(most)}
    known["unjudged"] = int((lengths == 0).sum())
    if len(gains) > MOST_VALUES:
        least, middle, most = np.quantile(judgments.gains, [0, 0.5, 1])
        return known | {"gains": {"least": float(least), "median": float(middle), "most": float(most)}}
    return known | {"gains": {f"{gain:g}": int(count) for gain, count in zip(gains, counts, strict=True)}}


def draw(cases: int, rows: int, seed: int) -> Sequence[int]:
    """Some rows by chance, in their order; the same for the same seed."""
    chosen = np.random.default_rng(seed).choice(cases, min(rows, cases), replace=False)
    return sorted(int(row) for row in chosen)


def show_row(suite: Suite, row: int) -> dict[str, Any]:
    """One case with its attributes, and what was judged of it."""
    cases = suite.cases
    shown: dict[str, Any] = {"id": cases.ids[row], "unit": cases.unit_names[cases.units[row]]}
    shown["source"] = cases.sources.names[cases.sources.codes[row]]
    shown["attributes"] = {
        name: labels.names[labels.codes[row]] for name, labels in cases.attributes.items() if labels.codes[row] >= 0
    }
    if cases.pictures is not None and cases.pictures[row] is not None:
        shown["picture"] = cases.pictures[row]
    else:
        shown["request"] = shorten(json.loads(cases.requests[row].body))
    if cases.labels is not None:
        shown["label"] = int(cases.labels[row])
    if suite.judgments is not None:
        shown["judged"] = show_judged(suite, suite.judgments, row)
    return shown


def show_judged(suite: Suite, judgments: Judgments, row: int) -> list[dict[str, Any]]:
    """The best items of a query, with their titles."""
    best = sorted(judgments.gains_of(row).items(), key=lambda judged: -judged[1])[:MOST_ITEMS]
    titles = suite.items or {}
    return [{"item": item, "title": titles.get(item, {}).get("title"), "gain": gain} for item, gain in best]
