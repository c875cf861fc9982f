"""What packages an image holds, read from the archive that `make image` wrote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hack.images.layers import list_members

PYTHON: Final = re.compile(r"/site-packages/(?P<name>[^/]+)-(?P<version>[^-/]+)\.dist-info/METADATA$")
# dpkg's own list, and where images without dpkg have a file for each package.
DEBIAN: Final = re.compile(r"^var/lib/dpkg/(status$|status\.d/(?!.*\.md5sums$)[^/]+$)")
RELEASE: Final = "usr/lib/os-release"


@dataclass
class Contents:
    """Versions by names, of Python packages and of Debian's, and which release of Debian those are from."""

    image: str
    python: dict[str, str] = field(default_factory=dict)
    debian: dict[str, str] = field(default_factory=dict)
    release: str = ""  # "bookworm"; empty for another base


def read_contents(archive: Path) -> Contents:
    """The packages of the image in a docker archive."""
    contents = Contents(archive.stem)
    for path, file in list_files(archive):
        if found := PYTHON.search(f"/{path}"):
            contents.python[re.sub(r"[-_.]+", "-", found["name"]).lower()] = found["version"]
        elif DEBIAN.match(path):
            contents.debian |= read_status(file.decode())
        elif path == RELEASE:
            contents.release = read_release(file.decode())
    return contents


def list_files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Paths of the files in an image's layers, with the contents of those that say what is installed."""
    for layer, member in list_members(archive):
        path = member.name.removeprefix("./")
        wanted = member.isfile() and (DEBIAN.match(path) or path == RELEASE)
        content = layer.extractfile(member) if wanted else None
        yield path, content.read() if content else b""


def read_status(text: str) -> dict[str, str]:
    """Versions by names, from paragraphs as dpkg writes them. What was removed and left its settings is not there."""
    found: dict[str, str] = {}
    for paragraph in re.split(r"\n\n+", text.strip()):
        fields = dict(re.findall(r"^(Package|Version|Status): (.+)$", paragraph, re.MULTILINE))
        if "Version" in fields and fields.get("Status", "installed").endswith("installed"):
            found[fields["Package"]] = fields["Version"]
    return found


def read_release(text: str) -> str:
    """The codename in an os-release file; empty where it is not Debian's."""
    fields = dict(re.findall(r'^(ID|VERSION_CODENAME)="?([^"\n]*)"?$', text, re.MULTILINE))
    return fields.get("VERSION_CODENAME", "") if fields.get("ID") == "debian" else ""
