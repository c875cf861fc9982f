"""A suite for scores: is the handwritten digit in a picture even? And two classifiers, the better one with a gap.

The pictures are the 1,797 of the optical recognition set (E. Alpaydin and C. Kaynak, UCI Machine Learning Repository,
1998) that scikit-learn ships. The champion is a logistic regression that saw all digits. The candidate is a support
vector machine, much better on the whole, whose training set was collected without a single nine: what a slice is for.
"""

from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.base import ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from interleaver.lab.suites.writing import write_suite

SCALE: Final = 4  # pictures are 8 by 8; people who look at the report want to see something
GREYS: Final = 16  # of the set
MISSED: Final = 9  # the digit that nobody collected for the candidate's training
DESCRIPTION: Final = {
    "name": "digits",
    "collectedAt": "1998-07-01",
    "task": "scoring",
    "threshold": 0.5,
    "contract": {"path": "/score", "input": "/picture", "score": "/even"},
}
Pixels = NDArray[np.float64]


def write_digits(suite: Path, models: Path) -> None:
    """Write the suite's folder with a half of the pictures, and both models, which are trained on the other half."""
    pixels, digits = load_digits(return_X_y=True)
    training = np.random.default_rng(0).permutation(len(digits)) < len(digits) // 2
    write_classifiers(pixels[training] / GREYS, digits[training], models)
    rows = np.flatnonzero(~training)
    pictures = suite / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    for row in rows.tolist():
        draw(pixels[row]).save(pictures / f"{row}.png")
    write_suite(suite, DESCRIPTION, {"samples": list_samples(rows, digits, pixels)})


def write_classifiers(pixels: Pixels, digits: NDArray[np.int64], models: Path) -> None:
    """Train both, and write `champion.joblib` and `candidate.joblib`."""
    models.mkdir(parents=True, exist_ok=True)
    collected = digits != MISSED
    fitted: dict[str, ClassifierMixin] = {
        "champion": LogisticRegression(max_iter=1000).fit(pixels, digits % 2 == 0),
        "candidate": CalibratedClassifierCV(SVC(), ensemble=False).fit(pixels[collected], digits[collected] % 2 == 0),
    }
    for name, model in fitted.items():
        joblib.dump(model, models / f"{name}.joblib")


def draw(pixels: Pixels) -> Image.Image:
    """A picture in grey, dark ink on white, each point SCALE by SCALE."""
    points = 255 - np.repeat(np.repeat(pixels.reshape(8, 8), SCALE, 0), SCALE, 1) * (255 / GREYS)
    return Image.fromarray(points.astype(np.uint8))


def read_pixels(picture: Image.Image) -> Pixels:
    """The 64 points of a picture that `draw` drew, 0 for paper and 1 for ink, as classifiers were trained on them."""
    ink = 1 - np.asarray(picture.convert("L"), dtype=np.float64) / 255
    points: Pixels = ink.reshape(8, SCALE, 8, SCALE).mean(axis=(1, 3))
    return points.reshape(1, 64)


def list_samples(rows: NDArray[np.int64], digits: NDArray[np.int64], pixels: Pixels) -> list[dict[str, Any]]:
    """One sample a picture, with the digit and the third of all in how much ink it took."""
    ink = pixels.sum(axis=1)
    weight = np.searchsorted(np.quantile(ink, (1 / 3, 2 / 3)), ink)
    return [
        {
            "sample": f"digit-{row}",
            "picture": f"pictures/{row}.png",
            "label": int(digits[row] % 2 == 0),
            "source": "benchmark",
            "attributes": {"digit": str(digits[row]), "ink": ("light", "middle", "heavy")[weight[row]]},
        }
        for row in rows.tolist()
    ]
