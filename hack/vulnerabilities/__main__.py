"""Ask whether the packages in images are known to be vulnerable.

    python -m hack.vulnerabilities ARCHIVE...

Exit code 1: something was found. 2: nothing was found, but not everything could be asked about. 0: all was asked about.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from hack.vulnerabilities.allowed import Allowed, read_allowed, split
from hack.vulnerabilities.contents import Contents, read_contents
from hack.vulnerabilities.debian import find_in_debian
from hack.vulnerabilities.finding import Finding, NotAsked
from hack.vulnerabilities.python import find_in_python, find_index


def main(words: list[str], today: date) -> int:
    """Ask about all images; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m hack.vulnerabilities")
    parser.add_argument("archives", type=Path, nargs="+", help="what `make image` wrote")
    parser.add_argument("--index", help="where the JSON of releases is served, as PyPI does (default: PyPI)")
    options = parser.parse_args(words)
    allowed, index = read_allowed(), options.index or find_index()
    codes = [code for archive in options.archives for code in tell(read_contents(archive), index, allowed, today)]
    return 1 if 1 in codes else max(codes)


def tell(contents: Contents, index: str, allowed: list[Allowed], today: date) -> list[int]:
    """Print what is known of one image's packages; returns the exit code that each source would have."""
    print(f"{contents.image}: {len(contents.python)} Python packages, {len(contents.debian)} of Debian's")
    asked = (
        ("Python", lambda: find_in_python(contents.python, index)),
        ("Debian", lambda: find_in_debian(contents.debian, contents.release)),
    )
    return [tell_source(name, find, allowed, today) for name, find in asked]


def tell_source(name: str, find: Callable[[], list[Finding]], allowed: list[Allowed], today: date) -> int:
    """Print what one source says; returns its exit code."""
    try:
        counted, borne = split(find(), allowed, today)
    except NotAsked as reason:
        print(f"  {name}: could not be asked: {reason}")
        return 2
    for finding in counted:
        print(f"  {name}: {finding}")
    for finding in borne:
        print(f"  {name}: allowed: {finding}")
    if not counted and not borne:
        print(f"  {name}: none known")
    return 1 if counted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], datetime.now(UTC).date()))
