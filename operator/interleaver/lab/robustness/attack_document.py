"""What attacks came to, as one JSON document (docs/how-to/attack-a-model.md)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from interleaver.lab.suites.suite import Suite

from .attempts import Answer, Attempt, rate_by_amount, rate_by_requests

CHECKPOINTS: Final = (1, 3, 10, 30, 100, 300, 1000, 3000)


@dataclass(frozen=True)
class Attacked:
    """One model, and all attempts on it."""

    name: str
    model: str
    attempts: Sequence[Attempt[Any]]
    skipped: int
    """Drawn cases that could not be attacked: no answer, or decided wrongly without any attack."""
    requests: int
    """That our client sent, fresh calls and undisturbed ones included."""
    ended: str = ""
    """Why the attack ended before every attempt had: bound of time or requests, a server that is gone."""
    broken_off: bool = False
    """Whether it was the server or a person who ended it."""


def write_document(
    suite: Suite, models: Sequence[Attacked], limit: int, forged: tuple[str, int], warnings: Sequence[str]
) -> dict[str, Any]:
    """All models side by side. `forged`: events or fields, and how many at most; of pictures neither."""
    word, most = forged
    return {
        "version": 1,
        "suite": {"name": suite.name, "task": str(suite.task), "digest": suite.digest},
        "forged": word or None,
        "models": [write_model(model, limit, most) for model in models],
        "warnings": list(warnings),
    }


def write_model(model: Attacked, limit: int, most: int) -> dict[str, Any]:
    """One model."""
    return {
        "name": model.name,
        "model": model.model,
        "attacked": len({attempt.case for attempt in model.attempts}),
        "skipped": model.skipped,
        "requests": model.requests,
        "ended": model.ended,
        "partial": model.broken_off,
        "attacks": list(write_attacks(model.attempts, limit, most)),
    }


def write_attacks(attempts: Sequence[Attempt[Answer]], limit: int, most: int) -> Iterator[dict[str, Any]]:
    """A row for each attack and size."""
    for attack, size in dict.fromkeys((each.attack, each.size) for each in attempts):
        own = [each for each in attempts if (each.attack, each.size) == (attack, size)]
        needed = [each.succeeded[0][0] for each in own if each.succeeded]
        steps = list_steps(max(each.limit for each in own))
        yield {
            "attack": attack,
            "size": size or None,
            "n": len(own),
            "successes": len(needed),
            "rate": rate_by_requests(own, limit),
            "unverified": sum(bool(each.found) and not each.succeeded for each in own),
            "medianRequests": median(needed) if needed else None,
            "byRequests": [{"requests": step, "rate": rate_by_requests(own, step)} for step in steps],
            "byForged": [{"forged": count, "rate": rate_by_amount(own, count)} for count in range(1, most + 1)],
        }


def list_steps(limit: int) -> list[int]:
    """Numbers of requests at which the rate is told."""
    return [*(step for step in CHECKPOINTS if step < limit), limit]


def find_worst(document: Mapping[str, Any], judged: Sequence[str]) -> float:
    """The highest rate of success of any attack on the models that decide the exit code."""
    models = [model for model in document["models"] if model["name"] in judged]
    return max((attack["rate"] for model in models for attack in model["attacks"]), default=0.0)
