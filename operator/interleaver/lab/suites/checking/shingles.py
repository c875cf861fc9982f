"""Texts that are nearly the same: MinHash over shingles of characters, and bands of it (Leskovec, Rajaraman and Ullman,
Mining of Massive Datasets, 3rd edition, chapter 3). What the bands propose is compared exactly.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.checking.likeness import Pairs, make_pairs

LENGTH: Final = 5
"""Characters of a shingle: the book's choice for short texts."""
BANDS: Final = 16
ROWS: Final = 4
"""Texts that share the part s of their shingles are proposed with probability 1 - (1 - s^ROWS)^BANDS: 0.9998 at 0.8."""
LIKE: Final = 0.8
"""Part of the shingles that near copies share (Jaccard), at least."""
SHORTEST: Final = 20
"""Characters below which texts are compared for equality alone: two names that differ by a letter are two names."""
BLOCK: Final = 4_000_000
"""Characters that are hashed at once, so that memory is bounded."""
_PRIME: Final = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio, odd: Knuth's multiplicative hash


def pair_texts(texts: Sequence[str | None]) -> Pairs:
    """Each text with an earlier one that shares most of its shingles; each is compared with at most BANDS others."""
    rows = [row for row, text in enumerate(texts) if text is not None and len(text) >= SHORTEST]
    if len(rows) < 2:
        return make_pairs([], same=False)
    kept = [texts[row] or "" for row in rows]
    found: dict[int, int] = {}
    for earlier, pairs in groupby(propose(sign_all(kept)), key=lambda pair: pair[0]):
        shingles = cut(kept[earlier])
        for _, later in pairs:
            if later not in found and share(shingles, cut(kept[later])) >= LIKE:
                found[later] = earlier
    return make_pairs([(rows[earlier], rows[later]) for later, earlier in sorted(found.items())], same=False)


def propose(signatures: NDArray[np.uint64]) -> list[tuple[int, int]]:
    """Pairs whose signatures agree in a whole band: each text with the first of its bucket, so never all with all."""
    pairs: set[tuple[int, int]] = set()
    for band in range(BANDS):
        rows = np.ascontiguousarray(signatures[:, band * ROWS : (band + 1) * ROWS])
        whole = rows.view([("", rows.dtype)] * ROWS).ravel()
        _, first, places = np.unique(whole, return_index=True, return_inverse=True)
        earlier = first[places]
        later = np.flatnonzero(earlier != np.arange(len(rows)))
        pairs.update(zip(earlier[later].tolist(), later.tolist(), strict=True))
    return sorted(pairs)


def sign_all(texts: Sequence[str]) -> NDArray[np.uint64]:
    """The MinHash signature of each text, (texts, BANDS * ROWS)."""
    parts, block, size = [], list[str](), 0
    for text in texts:
        block.append(text)
        size += len(text)
        if size > BLOCK:
            parts.append(sign(block))
            block, size = [], 0
    return np.concatenate([*parts, *([sign(block)] if block else [])])


def sign(texts: Sequence[str]) -> NDArray[np.uint64]:
    """The same of some texts at once: all shingles in a row, and the least hash of each text's."""
    joined = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    lengths = np.asarray([len(text) for text in texts])
    hashes = np.zeros(len(joined) - LENGTH + 1, dtype=np.uint64)
    for offset in range(LENGTH):
        hashes = (hashes ^ joined[offset : offset + len(hashes)]) * _PRIME
        hashes ^= hashes >> np.uint64(29)
    # Shingles that reach into the next text are of neither.
    beyond = np.cumsum(lengths)[:, None] - np.arange(1, LENGTH)[None, :]
    hashes = np.delete(hashes, beyond[beyond < len(hashes)])
    starts = np.concatenate(([0], np.cumsum(lengths - LENGTH + 1)[:-1]))
    keys = np.random.default_rng(0).integers(0, 2**63, (BANDS * ROWS, 2), dtype=np.uint64)
    signatures = np.empty((len(texts), BANDS * ROWS), dtype=np.uint64)
    mixed = np.empty_like(hashes)
    for place, (factor, shift) in enumerate(keys):
        # Another order of the same hashes for each key (multiply-shift hashing).
        np.multiply(hashes, factor | np.uint64(1), out=mixed)
        np.add(mixed, shift, out=mixed)
        signatures[:, place] = np.minimum.reduceat(mixed, starts)
    return signatures


def share(one: set[str], other: set[str]) -> float:
    """Part of the shingles of two texts that both have (Jaccard)."""
    return len(one & other) / len(one | other)


def cut(text: str) -> set[str]:
    """The shingles of a text."""
    return {text[start : start + LENGTH] for start in range(max(1, len(text) - LENGTH + 1))}
