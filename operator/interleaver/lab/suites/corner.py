"""corners.yaml: cases written by hand for what is known to go wrong, read and made ready to be asked."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from interleaver.lab.suites.corner_rows import RankingCorner, RankingCorners, ScoringCorner, Stand, check_rows, refuse
from interleaver.lab.suites.headers import find_fault as find_header_fault
from interleaver.lab.suites.pictures import find_fault as find_picture_fault
from interleaver.lab.suites.requests import SampleRequests, make_envelope
from interleaver.lab.suites.suite import Cases, Request, ScoringContract, Suite
from interleaver.lab.terms.ids import spell_id
from interleaver.lab.terms.labels import label
from interleaver.lab.terms.unusable import Unusable
from interleaver.lab.terms.written import Written, read_written

FILE: Final = "corners.yaml"
LARGEST: Final = 10_000_000  # bytes; what people write by hand has a hundredth of it


@dataclass(frozen=True)
class Shown:
    """Items by JSON spelling, and in how many of the first places they are looked for; None is the whole list."""

    items: tuple[str, ...]
    within: int | None


@dataclass(frozen=True)
class Corner:
    """What is demanded of the answer to one case. What is None is not demanded."""

    name: str
    must_be: Literal["answered", "refused"] = "answered"
    must: Shown | None = None
    must_not: Shown | None = None
    at_least: float | None = None
    """Ranking: items in the list. Scoring: the score."""
    at_most: float | None = None
    same_as: str | None = None


@dataclass(frozen=True)
class Corners:
    """All corner cases of a suite."""

    cases: tuple[Corner, ...]
    suite: Suite
    """The cases as a suite of its own, without judgments: it is asked as the whole suite is, into a file of its own."""
    digest: str
    """SHA-256 over the file, in hex: what was demanded."""


def read_corners(suite: Suite) -> Corners | None:
    """The corner cases in the folder of a suite; None where it has none. Raises Unusable with line and key."""
    file = suite.folder / FILE
    if not file.exists():
        return None
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Unusable(str(file), f"cannot be read: {error.strerror}") from None
    if len(data) > LARGEST:
        raise Unusable(str(file), f"has {len(data)} bytes", f"a file that people write has at most {LARGEST}")
    written = read_written(str(file), data)
    rows = check_rows(written, suite.task)
    entries: Sequence[RankingCorner | ScoringCorner] = rows.cases
    if isinstance(rows, RankingCorners):
        requests: Sequence[Request] = [make_request(written, at, row) for at, row in enumerate(rows.cases)]
        units = [row.unit or row.name for row in rows.cases]
    else:
        requests, units = make_samples(suite, written, rows.cases), [row.name for row in rows.cases]
    corners = tuple(make_corner(written, at, row) for at, row in enumerate(entries))
    return Corners(corners, make_suite(suite, corners, requests, units), hashlib.sha256(data).hexdigest())


def make_corner(written: Written, at: int, row: RankingCorner | ScoringCorner) -> Corner:
    """What a case demands. Raises Unusable."""
    made = Corner(row.name, row.must_be, at_least=row.at_least, at_most=row.at_most, same_as=row.same_as)
    if isinstance(row, ScoringCorner):
        return made
    must, must_not = make_shown(written, at, "must", row.must), make_shown(written, at, "mustNot", row.must_not)
    if must and must_not:
        both = set(must.items) & set(must_not.items)
        if both and (must_not.within is None or (must.within is not None and must.within <= must_not.within)):
            path = ("cases", at, "mustNot")
            raise refuse(written, path, f"{min(both)} must stand there and must not", "leave one of the two")
    return replace(made, must=must, must_not=must_not)


def make_shown(written: Written, at: int, key: str, stand: Stand | None) -> Shown | None:
    """Items in their spelling. Raises Unusable for what can name no item."""
    if stand is None:
        return None
    try:
        return Shown(tuple(dict.fromkeys(spell_id(item) for item in stand.items)), stand.within)
    except ValueError as error:
        raise refuse(written, ("cases", at, key, "items"), str(error), "ids as models answer them") from None


def make_request(written: Written, at: int, row: RankingCorner) -> Request:
    """What is sent for a ranking case. Raises Unusable for what is no JSON, and for headers that cannot be sent."""
    for name, value in row.headers.items():
        found, wanted = find_header_fault(name, value)
        if found:
            raise refuse(written, ("cases", at, "headers", name), found, wanted)
    return Request(spell(written, at, "request", row.request).encode(), row.headers)


def spell(written: Written, at: int, key: str, value: object) -> str:
    """A value as JSON. Raises Unusable where YAML knows a number that JSON does not."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise refuse(written, ("cases", at, key), "holds a number that is not finite", "JSON has none") from None


def make_samples(suite: Suite, written: Written, rows: Sequence[ScoringCorner]) -> Sequence[Request]:
    """What is sent for scoring cases. Raises Unusable for a picture that is not below the folder."""
    assert isinstance(suite.contract, ScoringContract)
    root, folders = Path(os.path.realpath(suite.folder)), dict[str, frozenset[str]]()
    for at, row in enumerate(rows):
        found = find_picture_fault(suite.folder, root, row.picture, folders) if row.picture is not None else ""
        if found:
            wanted = "a file below the suite's folder is wanted"
            raise refuse(written, ("cases", at, "picture"), f"{row.picture} {found}", wanted)
    inputs = [None if row.input is None else spell(written, at, "input", row.input) for at, row in enumerate(rows)]
    pictures = pa.array([row.picture for row in rows], pa.string())
    return SampleRequests(suite.folder, make_envelope(suite.contract.input), pa.array(inputs, pa.string()), pictures)


def make_suite(suite: Suite, corners: Sequence[Corner], requests: Sequence[Request], units: Sequence[str]) -> Suite:
    """The cases as a suite. Its digests are of what is asked alone: what is demanded may change without asking anew."""
    codes = label(units)
    names = [corner.name for corner in corners]
    sources = label(["corner"] * len(names))
    cases = Cases(names, codes.codes.astype(np.int64), codes.names, sources, {}, requests)
    digest = hashlib.sha256(b"corner cases;")
    for part in list_asked(cases):
        digest.update(hashlib.sha256(part).digest())
    name, asked = f"{suite.name}, corner cases", digest.hexdigest()
    return replace(suite, name=name, cases=cases, judgments=None, digest=asked, asked=asked)


def list_asked(cases: Cases) -> Iterator[bytes]:
    """What is asked, case by case."""
    for name, unit, request in zip(cases.ids, cases.units, cases.requests, strict=True):
        yield name.encode()
        yield cases.unit_names[unit].encode()
        yield request.body
        yield json.dumps(sorted(request.headers.items())).encode()
