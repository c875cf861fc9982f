"""Python packages: what the index's own record of a release says, which it has from the advisory database of PyPA."""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from hack.vulnerabilities.finding import Finding, NotAsked

ASK_PIP: Final = "from pip._internal.models.index import PyPI; print(PyPI.url)"  # it says so nowhere else
PATIENCE: Final = 20  # seconds for one release
AT_ONCE: Final = 4
LARGEST: Final = 20_000_000  # bytes of an answer; a release with many files has one of a megabyte


def find_index() -> str:
    """The index that pip goes by on its own. It is asked in another process, for it changes what Python imports."""
    done = subprocess.run([sys.executable, "-c", ASK_PIP], capture_output=True, text=True, check=True)
    return done.stdout.strip().rstrip("/")


def find_in_python(packages: Mapping[str, str], index: str) -> list[Finding]:
    """What is known about these versions by names. Raises NotAsked for the first that was not answered for; where not
    even the first was, the others are not asked about."""
    first, *others = sorted(packages.items())
    found = [list(ask(index, *first))]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found += threads.map(lambda release: list(ask(index, *release)), others)
    return sorted(finding for findings in found for finding in findings)


def ask(index: str, name: str, version: str) -> Iterator[Finding]:
    """What the index says of one release. All our packages are from there: not to know one is no answer."""
    url = f"{index}/pypi/{name}/{version}/json"
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            known = json.loads(answer.read(LARGEST))["vulnerabilities"]
    except urllib.error.HTTPError as error:
        raise NotAsked(f"{url} answers {error.code}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotAsked(f"{url}: {error!r}") from error
    yield from (describe(name, version, each) for each in known if not each.get("withdrawn"))


def describe(name: str, version: str, known: Mapping[str, Any]) -> Finding:
    """One entry of the list. A CVE comes first, for that is what people look for."""
    names = sorted({known["id"], *known.get("aliases", ())}, key=lambda each: (not re.match("CVE-", each), each))
    return Finding(name, version, tuple(names), ", ".join(known.get("fixed_in", ())) or "no version yet")
