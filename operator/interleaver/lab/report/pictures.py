"""Pictures of samples as data in the page itself, small. Only pages that were asked to show people have any."""

import base64
import io
from pathlib import Path

import matplotlib.image
import numpy as np

LONGEST_SIDE = 128
"""In pixels: enough to see what is wrong with a picture, and about 20 kB."""


def embed(folder: Path, name: str | None) -> str | None:
    """A picture below the suite as a data URI, made small; None where there is none or it cannot be read."""
    file = resolve(folder, name)
    if file is None:
        return None
    try:
        pixels = matplotlib.image.imread(file)
    except (OSError, SyntaxError, ValueError):  # how the readers of formats say that it is no such picture
        return None
    step = max(1, -(-max(pixels.shape[:2]) // LONGEST_SIDE))
    written = io.BytesIO()
    matplotlib.image.imsave(written, np.ascontiguousarray(pixels[::step, ::step]), format="png", cmap="gray")
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode("ascii")


def resolve(folder: Path, name: str | None) -> Path | None:
    """The file, if it is one and lies below the suite: a table must not make a page of other files."""
    if not name:
        return None
    file = (folder / name).resolve()
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
