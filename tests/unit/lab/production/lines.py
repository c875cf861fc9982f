"""Lines as anybody may have written them, and what they come to, worked out the long way."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Slot = tuple[str, int | None, int | None]
Line = dict[str, Any]


def write_impression(
    name: str, query: str, slots: Iterable[Slot], known: bool = True, unit: str = "u", at: int = 1
) -> Line:
    """An impression; of a slot the item, its rank, and the rank that it might have had."""
    told = [
        {"item": item, "team": "champion", "rank": rank, "other": other}
        | ({"propensity": 1.0 if rank == other else 0.5} if known else {})
        for item, rank, other in slots
    ]
    body = json.dumps({"query": query})
    return {"line": 1, "kind": "impression", "at": at, "impression": name, "unit": unit, "query": query,
            "headers": "{}", "body": body, "slots": told}  # fmt: skip


def write_conversion(name: str, item: str) -> Line:
    return {"line": 1, "kind": "conversion", "at": 2, "impression": name, "item": item}


def save(file: Path, lines: Iterable[Line | str]) -> Path:
    """A log."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("".join(f"{text}\n" for text in texts))
    return file


def judge_slowly(
    lines: Sequence[Line], looks: Sequence[float], cap: float, least: float
) -> dict[tuple[str, str], float]:
    """The gains by the formula, one impression after the other."""
    converted = {(line["impression"], line["item"]) for line in lines if line["kind"] == "conversion"}
    won: defaultdict[tuple[str, str], float] = defaultdict(float)
    expected: defaultdict[tuple[str, str], float] = defaultdict(float)
    looked: defaultdict[tuple[str, str], float] = defaultdict(float)
    seen: set[str] = set()
    for line in lines:
        if line["kind"] != "impression" or line["impression"] in seen:
            continue
        seen.add(line["impression"])
        for slot in line["slots"]:
            rank, other = slot["rank"], slot["other"] if "propensity" in slot else slot["rank"]
            hope = sum(looks[min(each, len(looks)) - 1] / 2 for each in (rank, other) if each is not None)
            if not hope:
                continue  # nothing is known of its coin, and it was not shown
            weight, key = min(1 / hope, cap), (line["query"], slot["item"])
            expected[key] += weight * hope
            looked[key] += hope
            if rank is not None and (line["impression"], slot["item"]) in converted:
                won[key] += weight
    return {key: min(1.0, won[key] / expected[key]) for key in expected if won[key] or looked[key] >= least - 1e-9}
