"""Names that somebody may have meant, for errors that say what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str], count: int = 3) -> str:
    """What a message says after an unknown name: those that are spelt most like it, else all of a short list."""
    names = sorted(set(known))
    close = get_close_matches(word, names, n=count) or _fold(word, names)
    if close:
        return f"did you mean {' or '.join(close)}?"
    if not names:
        return "there are none"
    return f"known: {', '.join(names[:12])}" + (" …" if len(names) > 12 else "")


def _fold(word: str, names: Iterable[str]) -> list[str]:
    """Names that differ in upper and lower case alone, which difflib counts as other letters: `ndcg@10`."""
    return [name for name in names if name.casefold() == word.casefold()]
