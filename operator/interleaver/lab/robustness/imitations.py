"""What a hand-made fake does to a picture: it is printed or shown on a screen, and photographed again. Pure."""

import io
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from PIL import Image, ImageOps

from .corruptions import Picture, to_picture, to_points

STRIPE: Final = 0.06  # of 1: how far a screen's lines show
PERIOD: Final = 2.7  # pixels; no whole number, so that it beats with the picture's own raster
TILT: Final = 0.3  # radians between screen and camera
BORDER: Final = 0.06  # of the shorter side: the edge of the paper or the device
QUALITY: Final = 40  # of JPEG, once by who shows it and once by who takes it


def add_moire(picture: Picture) -> Picture:
    """The pattern of two rasters that do not fit."""
    points = to_points(picture)
    rows, columns = np.indices(points.shape[:2])
    wave = np.sin(2 * np.pi * (columns * np.cos(TILT) + rows * np.sin(TILT)) / PERIOD)
    return to_picture(points + STRIPE * wave[:, :, None], picture)


def add_border(picture: Picture) -> Picture:
    """The picture made smaller within a dark edge."""
    edge = max(1, round(BORDER * min(picture.size)))
    inner = picture.resize((picture.width - 2 * edge, picture.height - 2 * edge), Image.Resampling.BILINEAR)
    return ImageOps.expand(inner, edge, 16 if picture.mode == "L" else (16, 16, 16))


def compress_again(picture: Picture) -> Picture:
    """Compressed, made smaller and larger, and compressed again."""
    small = press(picture).resize([max(1, round(side * 0.7)) for side in picture.size], Image.Resampling.BILINEAR)
    return press(small.resize(picture.size, Image.Resampling.BILINEAR))


def press(picture: Picture) -> Picture:
    """Written as JPEG and read."""
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=QUALITY)
    return Image.open(written).convert(picture.mode)


def replay(picture: Picture) -> Picture:
    """All of it: shown on a screen with an edge, photographed, sent."""
    return compress_again(add_border(add_moire(picture)))


IMITATIONS: Final[Mapping[str, Callable[[Picture], Picture]]] = {
    "moiré": add_moire,
    "border": add_border,
    "re-compression": compress_again,
    "replay": replay,
}
