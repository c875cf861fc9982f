"""Pictures for tests, and two classifiers: one that looks at where ink is, and one at its lightest point."""

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.router.model_servers import Reply, Seen
from tests.unit.lab.suites.folders import SCORING, make_scoring

SIDE = 24


def make_faces(folder: Path, count: int = 40) -> Path:
    """A suite of light pictures. Label 1 is lighter, and its darker half is the left one."""
    description = {**SCORING, "contract": {"path": "/score", "input": "/picture", "score": "/score"}}
    chance = np.random.default_rng(0)
    pictures: dict[str, Any] = {}
    samples: list[dict[str, Any]] = []
    for row in range(count):
        label = row % 2
        points = np.full((SIDE, SIDE), 0.72 + 0.1 * label) + chance.normal(0, 0.01, (SIDE, SIDE))
        points[:, : SIDE // 2] -= 0.1 * label
        points[:, SIDE // 2 :] -= 0.1 * (1 - label) - 0.02
        pictures[f"{row}.png"] = np.clip(points * 255, 0, 255).astype(np.uint8)
        samples.append(
            {"sample": f"s{row}", "picture": f"{row}.png", "label": label, "source": "production"}
            | {"attributes": {"hall": "north" if row % 4 < 2 else "south"}}
        )
    suite = make_scoring(
        folder, description=description, samples=[{**sample, "picture": None, "input": 1} for sample in samples]
    )
    for name, points in pictures.items():
        Image.fromarray(points).save(suite / name)
    (suite / "samples.jsonl").write_text("".join(json.dumps(sample) + "\n" for sample in samples))
    return suite


def answer_by(score: Callable[[Any], float]) -> Callable[[Seen], Reply]:
    """A server that scores the points of a picture, from 0 to 1."""

    def answer(seen: Seen) -> Reply:
        picture = Image.open(io.BytesIO(base64.b64decode(json.loads(seen.body)["picture"])))
        return Reply(json.dumps({"score": score(np.asarray(picture.convert("L"), dtype=float) / 255)}).encode())

    return answer


def compare_halves(points: Any) -> float:
    """By which half is the darker one: light, contrast and noise do not change that."""
    half = points.shape[1] // 2
    return float(1 / (1 + np.exp(-30 * (points[:, half:].mean() - points[:, :half].mean()))))


def find_peak(points: Any) -> float:
    """By its lightest point: light moves all of them alike, and a little noise makes one white in every picture."""
    return float(points.max())
