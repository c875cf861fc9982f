"""Pictures that look alike: a hash of their gradients, and a thumbnail that must agree too."""

import struct
import warnings
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.checking.likeness import Pairs, join_pairs, make_pairs, pair_equal

SIDE: Final = 16
"""Pixels along the side of a thumbnail."""
BITS: Final = 64
FAR: Final = 6
"""Bits of the hash that may differ."""
SHADE: Final = 8.0
"""Mean difference of the thumbnails' pixels, of 255, that recompressing and resizing stay below."""
STUMBLES: Final = (
    OSError, RuntimeError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, EOFError, struct.error,
)  # fmt: skip
"""What decoders of damaged pictures raise: whatever they stumble upon."""
NEIGHBOURS: Final = 4
TURNS: Final = 4
"""The hashes are sorted this often, turned each time, and compared with their neighbours: never all with all."""


def pair_pictures(folder: Path, paths: Sequence[str | None]) -> tuple[Pairs, int]:
    """Each picture with an earlier one that is the same or looks alike; and how many files PIL does not know."""
    rows = [row for row, path in enumerate(paths) if path is not None]
    contents = [None if path is None else digest(folder / path) for path in paths]
    equal = pair_equal(contents)
    again = set(equal.later.tolist())
    seen = [(row, shrink(folder / str(paths[row]))) for row in rows if row not in again]
    known = [(row, thumbnail) for row, thumbnail in seen if thumbnail is not None]
    near = pair_thumbnails([row for row, _ in known], [thumbnail for _, thumbnail in known])
    return join_pairs([equal, near]), len(seen) - len(known)


def digest(path: Path) -> bytes:
    """What two files share exactly if they are the same."""
    return blake2b(path.read_bytes(), digest_size=16).digest()


def shrink(path: Path) -> NDArray[np.float64] | None:
    """The picture in grey at SIDE x SIDE; None where it is none that PIL knows."""
    from PIL import Image

    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as picture:  # of what is odd in its metadata
            picture.draft("L", (SIDE * 8, SIDE * 8))  # JPEG: decodes no more than is looked at
            return np.asarray(picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float64)
    except (*STUMBLES, Image.DecompressionBombError):
        return None


def pair_thumbnails(rows: Sequence[int], thumbnails: Sequence[NDArray[np.float64]]) -> Pairs:
    """Pairs whose hashes differ in few bits and whose thumbnails differ by little."""
    if len(rows) < 2:
        return make_pairs([], same=False)
    grey = np.stack(thumbnails)
    bits = hash_gradients(grey)
    found: dict[int, int] = {}
    for earlier, later in propose(bits):
        near = np.abs(grey[earlier] - grey[later]).mean() <= SHADE and (bits[earlier] != bits[later]).sum() <= FAR
        if near and found.get(later, later) > earlier:
            found[later] = earlier
    return make_pairs([(rows[earlier], rows[later]) for later, earlier in sorted(found.items())], same=False)


def hash_gradients(grey: NDArray[np.float64]) -> NDArray[np.bool_]:
    """64 bits a picture: whether each of 8 x 8 places is lighter than the next to the right (dHash)."""
    halves = grey.reshape(len(grey), 8, SIDE // 8, SIDE).mean(axis=2)
    columns = np.linspace(0, SIDE - 1, 9).round().astype(int)
    bits: NDArray[np.bool_] = np.diff(halves[:, :, columns], axis=2) > 0
    return bits.reshape(len(grey), BITS)


def propose(bits: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Pairs of neighbours in each of some orders of the hashes (sorted neighbourhood)."""
    pairs: set[tuple[int, int]] = set()
    for turn in range(TURNS):
        packed = np.packbits(np.roll(bits, turn * (BITS // TURNS), axis=1), axis=1)
        order = np.lexsort(packed.T[::-1])
        for step in range(1, NEIGHBOURS + 1):
            both = np.stack([order[:-step], order[step:]])
            pairs.update(zip(both.min(axis=0).tolist(), both.max(axis=0).tolist(), strict=True))
    return sorted(pairs)
