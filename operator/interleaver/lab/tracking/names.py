"""Names of metrics as MLflow takes them: `nDCG_10`, `slice/gender:f/nDCG_10`.

MLflow refuses a whole batch for one name with another character than letters, digits, `_ - . : /` and space, longer
than 250, or that would be another name as a path. A name depends on what it names alone, so that the runs of a year can
be compared: what the characters cannot say is told apart by a digest of it.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final

LONGEST: Final = 250
MISSING: Final = "missing"
_SPOKEN: Final = str.maketrans({"@": "_", "=": ":", "+": " plus", "%": " percent", "<": " below ", ">": " above "})
_REFUSED: Final = re.compile(r"[^\w\-. :]")

Cut = Mapping[str, str | None]
Key = tuple[str, tuple[tuple[str, str | None], ...]]
"""A metric, and the attributes and values of its slice."""


def encode(metric: str, cut: Cut | None = None) -> str:
    """The name of a metric, on the whole or on a slice as documents have it."""
    name = clean(metric)
    if cut:
        parts = [f"{clean(attribute)}:{clean_value(value)}" for attribute, value in cut.items()]
        name = f"slice/{' '.join(parts)}/{name}"
    return name if len(name) <= LONGEST else mark(name, name)


def clean_value(value: str | None) -> str:
    """An attribute's value. One that is called missing is not the group in which the attribute is missing."""
    if value is None:
        return MISSING
    return mark(value, value) if value.casefold() == MISSING else clean(value)


def clean(text: str) -> str:
    """One part of a name: no slash, nothing that paths are shortened by, never empty."""
    spoken = " ".join(text.translate(_SPOKEN).split())
    kept = _REFUSED.sub("_", spoken)
    return kept if kept == spoken and kept.strip(".") else mark(kept.replace(".", "_"), text)


def mark(name: str, meant: str) -> str:
    """A name, shortened where it must be, with a digest of what it is meant to say."""
    digest = hashlib.sha256(meant.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name[: LONGEST - 9].rstrip()}-{digest}"


def encode_all(keys: Iterable[Key]) -> Mapping[Key, str]:
    """Names for many metrics. Where two would be one all the same (`nDCG@10` and a metric of a team's own with the name
    `nDCG_10`; or to a database that tells no capital letters apart), the second gets a digest."""
    names: dict[Key, str] = {}
    taken: set[str] = set()
    for key in dict.fromkeys(keys):
        name = encode(key[0], dict(key[1]))
        if name.casefold() in taken:
            name = mark(name, repr(key))
        taken.add(name.casefold())
        names[key] = name
    return names
