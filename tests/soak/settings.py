"""The configurations of a soak, one after the other: the ramp, keys that rotate, and some that are no good. Pure."""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from tests.soak import lists

EXPERIMENT: Final = "soak/home-feed"
RUN: Final = "v2-20261122t101500z"
RAMP: Final = (10, 25, 50, 100)
RAMP_SHARE: Final = 10  # the ramp is at its top after a tenth: before that the champion has no troubles
SALT: Final = "0f" * 32
KEYS: Final = {"k1": "1a" * 32, "k2": "2b" * 32}
CHAMPION_MILLISECONDS: Final = 1000  # the deadlines; a busy machine takes a multiple
CANDIDATE_MILLISECONDS: Final = 500
INVALID: Final = ("{", '{"version": 2}', '{"version": 1, "generation": 1, "no such field": true}')


class Step(NamedTuple):
    """One change. `config` is the text of the file; None = it stays. `keys` likewise."""

    valid: bool
    percent: int
    config: str | None
    keys: dict[str, str] | None = None


class Scene(NamedTuple):
    """Addresses."""

    champion: str
    candidate: str
    keys: str
    store: str | None
    patience: int = 1  # by which deadlines are multiplied


def mount_keys(ids: Sequence[str], current: str) -> dict[str, str]:
    """The files of the Secret."""
    return {"salt": SALT, "current": current} | {each: KEYS[each] for each in ids}


def make_config(scene: Scene, generation: int, percent: int) -> dict[str, Any]:
    """A configuration that is good."""
    return {
        "version": 1,
        "generation": generation,
        "experiment": EXPERIMENT,
        "run": RUN,
        "serving": {"revision": "v1", "hash": "aaaaaa", "url": scene.champion},
        "candidate": {"revision": "v2", "hash": "bbbbbb", "url": scene.candidate},
        "percent": percent,
        "contract": {"path": lists.PATH, "unit": {"header": lists.UNIT}, "items": "/items", "itemId": "/id"},
        "timeouts": {
            "championMilliseconds": CHAMPION_MILLISECONDS * scene.patience,
            "candidateMilliseconds": CANDIDATE_MILLISECONDS * scene.patience,
        },
        "keys": scene.keys,
        "store": {"url": scene.store} if scene.store is not None else None,
    }


def plan_steps(scene: Scene, changes: int) -> list[Step]:
    """All changes of a soak, the first being in force from its beginning.

    Every fourth is invalid, but none at the end: a router that starts then would never be ready. The key rotates in the
    middle, in three steps: routers know the new one before any signs with it, and the old one goes when no token of it
    can be on its way.
    """
    steps = []
    for index in range(changes):
        percent = RAMP[min(index * len(RAMP) // max(len(RAMP), changes // RAMP_SHARE), len(RAMP) - 1)]
        if index % 4 == 3 and index < changes - 2:
            steps.append(Step(False, percent, INVALID[index // 4 % len(INVALID)]))
        else:
            steps.append(Step(True, percent, json.dumps(make_config(scene, index + 1, percent))))
    for index, keys in zip(list_rotation(changes), list_rotated(), strict=True):
        if index < changes:  # a short soak leaves the former key in place
            steps[index] = steps[index]._replace(keys=keys)
    return steps


def list_rotation(changes: int) -> list[int]:
    """The steps at which the mounted keys change: valid ones, for keys come into force with a good configuration."""
    middle = (changes // 2 + 3) // 4 * 4
    return [0, middle, middle + 1, middle + 4]


def list_rotated() -> list[dict[str, str]]:
    """What is mounted one after the other."""
    both = tuple(KEYS)
    return [mount_keys(["k1"], "k1"), mount_keys(both, "k1"), mount_keys(both, "k2"), mount_keys(["k2"], "k2")]
