"""The mix that a suite is to have: shares of each attribute's values, or those that production has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interleaver.lab.suites.balancing.cells import Cells
from interleaver.lab.suites.description import read_file
from interleaver.lab.suites.suite import Cases
from interleaver.lab.suites.wording import describe_kind
from interleaver.lab.terms.nearest import nearest
from interleaver.lab.terms.unusable import Unusable

UNIFORM: Final = "uniform"
SLACK: Final = 1e-6
"""By how much stated shares may miss 1: they are written with few digits. 0.33, 0.33, 0.34 is 1; 0.33 thrice is not."""
Shares = Mapping[str, float]


@dataclass(frozen=True)
class Mix:
    """Shares by attribute and value; or, where `cells` is there, of each cell that occurs."""

    margins: Mapping[str, Shares]
    cells: NDArray[np.float64] | None = None


def state_mix(texts: Sequence[str], cells: Cells) -> Mix:
    """The mix of `--to`: `uniform`, `gender:f=0.5,m=0.5`, or a file with such shares. Raises Unusable.

    An attribute for which nothing is said is to be uniform.
    """
    stated: dict[str, Shares] = {}
    for text in texts:
        for name, shares in read_statement(text).items():
            if name not in cells.attributes:
                raise Unusable("--to", f"{name} is none of --by", nearest(name, cells.attributes))
            if name in stated:
                raise Unusable("--to", f"{name} is stated twice", "state it once")
            stated[name] = shares
    if not stated:
        return Mix({}, np.full(len(cells.cells), 1 / len(cells.cells)))
    return Mix(
        {
            name: check_shares(name, stated[name], values) if name in stated else dict.fromkeys(values, 1 / len(values))
            for name, values in zip(cells.attributes, cells.values, strict=True)
        }
    )


def read_statement(text: str) -> Mapping[str, Shares]:
    """What one `--to` says."""
    if text == UNIFORM:
        return {}
    name, colon, pairs = text.partition(":")
    if colon and "=" in pairs:
        return {name: dict(read_pair(name, pair) for pair in pairs.split(","))}
    if Path(text).is_file():
        return read_shares(Path(text))
    raise Unusable(
        "--to", f"{text!r} is no mix and no file", "write uniform, gender:f=0.5,m=0.5, or name a file of YAML"
    )


def read_pair(attribute: str, pair: str) -> tuple[str, float]:
    """`f=0.5`."""
    value, _, share = pair.rpartition("=")
    try:
        return value, float(share)
    except ValueError:
        raise Unusable(f"--to {attribute}", f"found {pair!r}", "write VALUE=SHARE, as in f=0.5") from None


def read_shares(path: Path) -> Mapping[str, Shares]:
    """A file of YAML: attributes, below each of them its values with their shares."""
    written = read_file(path)
    if not isinstance(written.content, dict):
        raise Unusable(str(path), f"holds {describe_kind(written.content)}", "attributes, values and shares are wanted")
    for name, shares in written.content.items():
        if not isinstance(shares, dict):
            raise Unusable(written.place((name,)), f"found {describe_kind(shares)}", "write f: 0.5 below it")
        for value, share in shares.items():
            if isinstance(share, bool) or not isinstance(share, int | float):
                raise Unusable(written.place((name, value)), f"found {describe_kind(share)}", "a share is wanted: 0.5")
    return written.content


def check_shares(name: str, shares: Shares, values: Sequence[str]) -> Shares:
    """The shares of an attribute's values, all that occur and no others. Raises Unusable."""
    place = f"--to {name}"
    for value, share in shares.items():
        if not 0 <= share <= 1:
            raise Unusable(place, f"{value} has the share {share:g}", "shares are from 0 to 1")
        if value not in values and share > 0:
            raise Unusable(place, f"{value} does not occur in the suite", nearest(value, values))
    for value in values:
        if value not in shares:
            raise Unusable(place, f"{value} occurs in the suite and has no share", f"add {value}=0, or its share")
    total = sum(shares.values())
    if abs(total - 1) > SLACK:
        raise Unusable(place, f"the shares come to {total:g}", "they must come to 1")
    return {value: shares[value] / total for value in values}


def take_mix(cases: Cases, cells: Cells, source: str) -> Mix:
    """The mix that a source of the suite has itself. Raises Unusable where there is no such source."""
    if source not in cases.sources.names:
        raise Unusable("--like", f"{source} is no source of the suite", nearest(source, cases.sources.names))
    there = (cases.sources.codes == cases.sources.names.index(source)).astype(np.float64)
    counts = cells.sum(there * cases.counting)
    if not counts.any():
        raise Unusable(
            "--like", f"no case of {source} has all of {', '.join(cells.attributes)}", "name other attributes"
        )
    return Mix({}, counts / counts.sum())
