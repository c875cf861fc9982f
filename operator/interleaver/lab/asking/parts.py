"""Answer files of parts, and one file of them."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interleaver.lab.terms.unusable import Place, Unusable

NAME: Final = re.compile(r"(?P<name>(champion|candidate(-\d+)?)(-corners)?)\.(?P<index>\d+)-of-(?P<count>\d+)\.jsonl")


@dataclass(frozen=True)
class Parts:
    """What several pods left."""

    files: Mapping[str, Sequence[Path]]
    """By the name of an answer file, the champion's first: those of its parts, from part 0 on."""
    count: int
    """Parts of the suite."""
    missing: Sequence[str]
    """Parts without a file, in words."""


def find_parts(folders: Sequence[Path]) -> Parts:
    """The parts in these output folders. Raises Unusable for parts that are not of one evaluation."""
    found: dict[str, dict[int, Path]] = {}
    counts: dict[int, Path] = {}
    for path in sorted({path.resolve() for folder in folders for path in (folder / "answers").glob("*.jsonl")}):
        match = NAME.fullmatch(path.name)
        if match and is_begun(path):
            files, index = found.setdefault(match["name"], {}), int(match["index"])
            if index in files:
                raise Unusable(Place(str(path)), f"{files[index]} is the same part", "give each part once")
            files[index] = path
            counts[int(match["count"])] = path
    if not counts:
        places = ", ".join(map(str, folders))
        raise Unusable(places, "there are no answers of parts", "give the --output of `evaluate --shard`")
    if len(counts) > 1:
        words = f"parts of {' and of '.join(map(str, sorted(counts)))} do not go together"
        raise Unusable(Place(str(max(counts.items())[1])), words, "move those of another evaluation away")
    return arrange(found, next(iter(counts)))


def is_begun(path: Path) -> bool:
    """Whether its first line is whole: a pod may be killed before."""
    with path.open("rb") as file:
        return file.readline().endswith(b"\n")


def arrange(found: Mapping[str, Mapping[int, Path]], count: int) -> Parts:
    """The files in order, and what is missing among them."""
    names = sorted(found, key=rank)
    missing = [
        f"part {index}/{count} of {name} is missing"
        for name in names
        for index in range(count)
        if index not in found[name]
    ]
    return Parts({name: [file for _, file in sorted(found[name].items())] for name in names}, count, missing)


def rank(name: str) -> tuple[bool, int]:
    """The place of a name: the champion, then candidates by their number."""
    number = re.search(r"\d+", name)
    return name.startswith("candidate"), int(number[0]) if number else 1


def join(parts: Sequence[Path], target: Path) -> Path:
    """One answer file of several, of whole lines alone. Raises Unusable unless all are of one model and suite."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    head = b""
    with fresh.open("wb") as file:
        for part in parts:
            first, _, rest = part.read_bytes().partition(b"\n")
            if head and first != head:
                words = f"its model, suite or contract is another one than that of {parts[0]}"
                raise Unusable(Place(str(part), line=1), words, "ask all parts by the same command")
            file.write(rest[: rest.rfind(b"\n") + 1] if head else first + b"\n" + rest[: rest.rfind(b"\n") + 1])
            head = first
    os.replace(fresh, target)
    return target
