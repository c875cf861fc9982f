"""What is known and put up with: by whom it cannot be reached, and until when that need not be looked at again."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from hack.vulnerabilities.finding import Finding

FILE: Final = Path(__file__).with_name("allowed.toml")
FIELDS: Final = {"package": str, "name": str, "reason": str, "until": date}


@dataclass(frozen=True)
class Allowed:
    """A finding that fails nothing: the package, one of its names, why, and the last day on which that holds."""

    package: str
    name: str
    reason: str
    until: date

    def covers(self, finding: Finding, today: date) -> bool:
        return self.package == finding.package and self.name in finding.names and today <= self.until


def read_allowed(file: Path = FILE) -> list[Allowed]:
    """The entries of the file. Raises SystemExit for one that does not say what it must."""
    entries = tomllib.loads(file.read_text()).get("allowed", [])
    for number, entry in enumerate(entries, 1):
        wrong = [name for name, kind in FIELDS.items() if type(entry.get(name)) is not kind or not entry[name]]
        if wrong or entry.keys() - FIELDS:
            raise SystemExit(f"{file}, entry {number}: it has package, name, reason and until, a day; look at {wrong}")
    return [Allowed(**entry) for entry in entries]


def split(findings: Sequence[Finding], allowed: Sequence[Allowed], today: date) -> tuple[list[Finding], list[Finding]]:
    """Findings that count, and those that are put up with today."""
    borne = [each for each in findings if any(entry.covers(each, today) for entry in allowed)]
    return [each for each in findings if each not in borne], borne
