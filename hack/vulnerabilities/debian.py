"""Debian's packages: whether the security archive has a newer version than the image.

That is what a rebuild would mend. What is known and has no new version is in Debian's security tracker, which is not
asked.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from hack.vulnerabilities.finding import Finding, NotAsked


def find_in_debian(packages: Mapping[str, str], release: str) -> list[Finding]:
    """Packages, versions by names, that have a newer one in the security archive of that release. Raises NotAsked."""
    if not packages or not release:
        raise NotAsked("the image does not say which packages of Debian it is made of")
    with tempfile.TemporaryDirectory() as folder:
        settings = fetch_list(Path(folder), f"{release}-security")
        offered = run("apt-cache", *settings, "madison", *sorted(packages))
    found = dict(read_offers(offered, f"{release}-security"))
    return [
        Finding(name, packages[name], ("a security update of Debian's",), newest)
        for name, newest in sorted(found.items())
        if is_newer(newest, packages[name])
    ]


def fetch_list(folder: Path, suite: str) -> tuple[str, ...]:
    """Fetch the list of that suite, from where this machine has it, into a folder of its own; returns the options by
    which apt reads that list alone."""
    (folder / "lists/partial").mkdir(parents=True)
    known = run(
        "apt-get", "indextargets", "--format", "deb $(REPO_URI) $(RELEASE) $(COMPONENT)", "Identifier: Packages"
    )
    lines = sorted({line for line in known.splitlines() if f" {suite} " in line})
    if not lines:
        raise NotAsked(f"apt on this machine has no {suite} among its sources")
    (folder / "sources.list").write_text("\n".join([*lines, ""]))
    places = {"State::lists": "lists", "Cache": "", "Etc::sourcelist": "sources.list", "Etc::sourceparts": "none"}
    settings = [f"-oDir::{name}={folder / place}" for name, place in places.items()]
    run("apt-get", *settings, "-oAPT::Sandbox::User=", "--error-on=any", "-qq", "update")
    return *settings, "-oDir::State::status=/dev/null"


def read_offers(text: str, suite: str) -> Iterator[tuple[str, str]]:
    """Names and their versions in that suite, as `apt-cache madison` lists them: the newest first, so the last here."""
    rows = [[part.strip() for part in line.split("|")] for line in text.splitlines()]
    for row in reversed(rows):
        if len(row) == 3 and f" {suite}/" in f" {row[2]}":
            yield row[0], row[1]


def is_newer(version: str, other: str) -> bool:
    """As Debian compares versions."""
    return subprocess.run(["dpkg", "--compare-versions", version, "gt", other], check=False).returncode == 0


def run(*words: str) -> str:
    """What a program of apt's prints. Raises NotAsked where there is none, or it fails."""
    try:
        environment = os.environ | {"LC_ALL": "C"}
        return subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout
    except FileNotFoundError as error:
        raise NotAsked(f"there is no {words[0]} on this machine") from error
    except subprocess.CalledProcessError as error:
        raise NotAsked(f"{words[0]}: {error.stderr.strip()}") from error
