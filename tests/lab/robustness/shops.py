"""Two recommenders for tests: a robust one, and one that every way of disturbing it breaks."""

import json
from collections import Counter
from typing import Any

from tests.router.model_servers import Reply, Seen

FILMS = 30


def answer_robustly(seen: Seen) -> Reply:
    """Lists by what was watched, whatever the order; what is no such request is refused."""
    try:
        body = json.loads(seen.body)
    except ValueError:
        return refuse()
    if not isinstance(body, dict) or type(body.get("user", 0)) is not int or not 0 <= body.get("user", 0) < 2**53:
        return refuse()
    history = body.get("history", [])
    if not isinstance(history, list) or len(history) > 1000 or not all(type(film) is int for film in history):
        return refuse()
    watched = set(history)
    return rank(sorted(range(FILMS), key=lambda film: (-near(film, watched), film)))


def near(film: int, watched: set[int]) -> int:
    """Films of the same ten as one that was watched, and not that one itself."""
    return sum(film // 10 == other // 10 and film != other for other in watched)


class Fragile:
    """Believes everything, breaks at what it did not expect, and answers every other time with another list."""

    def __init__(self) -> None:
        self.asked = Counter[bytes]()

    def __call__(self, seen: Seen) -> Reply:
        self.asked[seen.body] += 1
        try:
            body = json.loads(seen.body)
            history = body["history"]
            user = FILMS // int(body["user"])
            first = user + (next(iter(body)) != "user") * 7 + self.asked[seen.body] % 2
            last = history[-1]
            ranked = sorted(range(FILMS), key=lambda film: ((film + first + last) * 7 + len(history)) % FILMS)
        except (ValueError, LookupError, TypeError, ArithmeticError) as error:  # what a careless server says
            return Reply(repr(error).encode(), "500 Internal Server Error")
        return rank(ranked)


def rank(films: list[int]) -> Reply:
    return Reply(json.dumps({"items": [{"id": film} for film in films[:10]]}).encode())


def refuse() -> Reply:
    return Reply(b"{}", "422 Unprocessable Entity")


def make_queries(count: int = 4) -> dict[str, Any]:
    """Tables of a suite whose requests have a history."""
    queries = [
        {"query": f"q{row}", "request": {"user": row + 1, "history": [row, row + 10, row + 1]}, "source": "production"}
        for row in range(count)
    ]
    judgments = [{"query": f"q{row}", "item": row + 2, "gain": 1} for row in range(count)]
    return {"queries": queries, "judgments": judgments, "items": [{"item": film} for film in range(FILMS)]}


def answer_nearly(seen: Seen) -> Reply:
    """All films, those first that are near to what was watched: whoever forges events chooses the list."""
    history = json.loads(seen.body)["history"]
    return rank_all(sorted(range(FILMS), key=lambda film: (-sum(1 / (1 + abs(film - each)) for each in history), film)))


def answer_by_fields(seen: Seen) -> Reply:
    """All films, the last one higher the later the hour, and first of all on one device at a late hour."""
    body = json.loads(seen.body)
    lift = body["hour"] + 20 * (body["device"] == "d7")
    films = [film for film in range(FILMS - 1)]
    films.insert(max(0, FILMS - 1 - lift), FILMS - 1)
    return rank_all(films)


def answer_deafly(seen: Seen) -> Reply:
    """All films, whatever was watched."""
    return rank_all(list(range(FILMS)))


def rank_all(films: list[int]) -> Reply:
    return Reply(json.dumps({"items": [{"id": film} for film in films]}).encode())
