"""What every measurement has in common: two models' answers, one experiment's configuration, one request."""

import json
from pathlib import Path
from typing import Any, Final

PATH: Final = "/recommend"
UNIT: Final = "X-User-Id"
ITEMS: Final = 10
KEY: Final = "00112233445566778899aabbccddeeff" * 2  # the same in every run: units fall the same way
CHAMPION_ITEMS: Final = tuple(f"item-{n}" for n in range(ITEMS))
CANDIDATE_ITEMS: Final = tuple(f"item-{n}" for n in range(ITEMS + 1, 1, -1))  # another order, two other items
REQUEST_BODY: Final = b'{"context":"home"}'


def make_answer(revision: str, items: tuple[str, ...]) -> bytes:
    """The body of a model's answer: a ranked list of small objects."""
    ranked = [{"id": item, "title": f"Title of {item}", "score": 0.5} for item in items]
    return json.dumps({"model": revision, "items": ranked}).encode()


CHAMPION_ANSWER: Final = make_answer("v1", CHAMPION_ITEMS)
CANDIDATE_ANSWER: Final = make_answer("v2", CANDIDATE_ITEMS)


def make_config(champion: str, candidate: str, percent: int, milliseconds: int) -> dict[str, Any]:
    """The router's configuration, with nothing but what every version of the router has understood.

    `champion` and `candidate` are URLs; `milliseconds` is the candidate's deadline, the champion has one second more.
    """
    return {
        "version": 1,
        "generation": 1,
        "experiment": "bench/home-feed",
        "run": "r1",
        "serving": {"revision": "v1", "hash": "aaaaaa", "url": champion},
        "candidate": {"revision": "v2", "hash": "bbbbbb", "url": candidate},
        "percent": percent,
        "contract": {"path": PATH, "unit": {"header": UNIT}, "items": "/items", "itemId": "/id"},
        "timeouts": {"championMilliseconds": milliseconds + 1000, "candidateMilliseconds": milliseconds},
    }


def write_scene(folder: Path, champion: str, candidate: str, percent: int, milliseconds: int) -> Path:
    """Write configuration and keys into `folder`; the configuration's path."""
    keys = folder / "keys"
    keys.mkdir(parents=True)
    (keys / "k1").write_text(KEY)
    (keys / "current").write_text("k1")
    config = make_config(champion, candidate, percent, milliseconds)
    path = folder / "router.json"
    path.write_text(json.dumps({**config, "keys": str(keys)}))
    return path


def render_request(unit: str) -> bytes:
    """A ranking request's bytes."""
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: shop\r\nUser-Agent: bench\r\nContent-Type: application/json\r\n"
        f"{UNIT}: {unit}\r\nContent-Length: {len(REQUEST_BODY)}\r\n\r\n"
    )
    return head.encode() + REQUEST_BODY
