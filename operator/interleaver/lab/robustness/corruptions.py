"""Pictures as cameras, light and networks spoil them: eight kinds at five strengths each. Pure: bytes in, bytes out.

Strengths of brightness, contrast, blur, noise and compression are those of ImageNet-C (Hendrycks and Dietterich 2019,
Benchmarking Neural Network Robustness to Common Corruptions and Perturbations, ICLR), its blur in proportion to the
picture: it was made for pictures of 224 pixels. Those of rotation, crop and occlusion are our own. The operations are
Pillow's; why no library of corruptions is used: docs/decisions/0063-pictures-are-spoilt-by-pillow.md.
"""

import io
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

Picture = Image.Image
Corrupt = Callable[[Picture, int, np.random.Generator], Picture]

STRENGTHS: Final = (1, 2, 3, 4, 5)
BRIGHTER: Final = (0.1, 0.2, 0.3, 0.4, 0.5)  # added to the value, of 1
CONTRAST: Final = (0.4, 0.3, 0.2, 0.1, 0.05)  # that is left, of 1
BLUR: Final = (1, 2, 3, 4, 6)  # pixels of the deviation, in a picture of MADE_FOR pixels
MADE_FOR: Final = 224
NOISE: Final = (0.08, 0.12, 0.18, 0.26, 0.38)  # deviation, of 1
QUALITY: Final = (25, 18, 15, 10, 7)  # of JPEG
DEGREES: Final = (5, 10, 15, 20, 30)
CROPPED: Final = (0.05, 0.10, 0.15, 0.20, 0.25)  # of each side
COVERED: Final = (0.02, 0.05, 0.10, 0.20, 0.30)  # of the picture's area
MOST_PIXELS: Final = 50_000_000
GREY: Final = 128


def brighten(picture: Picture, strength: int, chance: np.random.Generator) -> Picture:
    points = to_points(picture)
    # The value of HSV is the greatest of the three: all grow in proportion, as far as white.
    value = points.max(axis=2, keepdims=True)
    wanted = np.minimum(value + BRIGHTER[strength - 1], 1)
    return to_picture(np.where(value > 0, points * wanted / np.maximum(value, 1e-9), wanted), picture)


def flatten(picture: Picture, strength: int, chance: np.random.Generator) -> Picture:
    return ImageEnhance.Contrast(picture).enhance(CONTRAST[strength - 1])


def blur(picture: Picture, strength: int, chance: np.random.Generator) -> Picture:
    return picture.filter(ImageFilter.GaussianBlur(BLUR[strength - 1] * min(picture.size) / MADE_FOR))


def add_noise(picture: Picture, strength: int, chance: np.random.Generator) -> Picture:
    points = to_points(picture)
    return to_picture(points + chance.normal(0, NOISE[strength - 1], points.shape), picture)


def compress(picture: Picture, strength: int, chance: np.random.Generator) -> Picture:
    return decode(encode(picture, "JPEG", QUALITY[strength - 1]))


def rotate(picture: Picture, strength: int, chance: np.random.Generator) -> Picture:
    turned = float(chance.choice((-1, 1))) * DEGREES[strength - 1]
    return picture.rotate(turned, Image.Resampling.BILINEAR, fillcolor=find_border(picture))


def crop(picture: Picture, strength: int, chance: np.random.Generator) -> Picture:
    width, height = picture.size
    left, top = (round(side * CROPPED[strength - 1]) for side in picture.size)
    return picture.resize(picture.size, Image.Resampling.BILINEAR, (left, top, width - left, height - top))


def cover(picture: Picture, strength: int, chance: np.random.Generator) -> Picture:
    sides = [max(1, round(side * COVERED[strength - 1] ** 0.5)) for side in picture.size]
    left, top = (int(chance.integers(0, side - own + 1)) for side, own in zip(picture.size, sides, strict=True))
    covered = picture.copy()
    grey = GREY if picture.mode == "L" else (GREY, GREY, GREY)
    covered.paste(grey, (left, top, left + sides[0], top + sides[1]))
    return covered


CORRUPTIONS: Final[Mapping[str, Corrupt]] = {
    "brightness": brighten,
    "contrast": flatten,
    "blur": blur,
    "noise": add_noise,
    "compression": compress,
    "rotation": rotate,
    "crop": crop,
    "occlusion": cover,
}


def corrupt(data: bytes, kind: str, strength: int, seed: tuple[int, ...]) -> bytes:
    """A picture's file, corrupted. Written without loss: nothing but the corruption is added."""
    made = CORRUPTIONS[kind](decode(data), strength, np.random.default_rng((*seed, strength)))
    return encode(made, "PNG")


def decode(data: bytes) -> Picture:
    """A picture out of its file, in grey or in colours. Raises ValueError for what is none, or too large."""
    try:
        opened = Image.open(io.BytesIO(data))
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError(f"has {opened.width} by {opened.height} pixels; at most {MOST_PIXELS:,} are taken")
        return opened.convert("L" if opened.mode in ("L", "1", "I;16") else "RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"is no picture that can be read: {error}") from None


def encode(picture: Picture, form: str, quality: int = 95) -> bytes:
    """A picture's file."""
    written = io.BytesIO()
    picture.save(written, form, quality=quality)
    return written.getvalue()


def to_points(picture: Picture) -> NDArray[np.float64]:
    """Values from 0 to 1, (height, width, 1 or 3)."""
    points = np.asarray(picture, dtype=np.float64) / 255
    return points.reshape(*points.shape[:2], -1)


def to_picture(points: NDArray[np.float64], like: Picture) -> Picture:
    """The picture of such values; those beyond are cut off."""
    whole = np.rint(np.clip(points, 0, 1) * 255).astype(np.uint8)
    return Image.fromarray(whole[:, :, 0] if like.mode == "L" else whole)


def find_border(picture: Picture) -> int | tuple[int, ...]:
    """The colour in the middle of those at the border: what stands outside is taken to go on like that."""
    points = (to_points(picture) * 255).astype(np.int64)
    border = np.concatenate([points[0], points[-1], points[:, 0], points[:, -1]])
    colour = tuple(int(value) for value in np.median(border, axis=0))
    return colour[0] if picture.mode == "L" else colour
