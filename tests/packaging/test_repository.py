"""What must not stand in any file of the repository: addresses of package indexes, paths of somebody's machine."""

import re
import subprocess
from pathlib import Path

from tests.cluster import ROOT

# Put together from pieces, so that this file does not name what it looks for.
HOSTS = [
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("proxy", "golang", "org"),
        ("deb", "debian", "org"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("registry", "k8s", "io"),
        ("pkg", "dev"),
        ("jfrog", "io"),
    )
]
REGISTRY = re.compile(r"(?<![\w.-])(?:[\w-]+\.)*(?:" + "|".join(map(re.escape, HOSTS)) + r")(?![\w.-])")
MACHINE = re.compile(r"(?<![\w.$}{)/*~-])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", r"home/[a-z]\w*")) + r")/")


def find_faults(text: str) -> list[str]:
    """Hosts of registries and machine paths in a text. Go's checksums name modules, which are no registries."""
    return [found.group() for pattern in (REGISTRY, MACHINE) for found in pattern.finditer(text)]


def read_tracked() -> dict[str, str]:
    """The text of every tracked file that is there, by path."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, timeout=30, check=True).stdout
    paths = [Path(name) for name in listed.decode().split("\0") if name]
    return {str(path): (ROOT / path).read_text(errors="replace") for path in paths if (ROOT / path).is_file()}


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    faults = {path: found for path, text in read_tracked().items() if (found := find_faults(text))}
    assert faults == {}


def test_a_registry_and_a_path_of_a_machine_are_found() -> None:
    assert find_faults("FROM " + "ghcr" + ".io/example/image") == ["ghcr" + ".io"]
    assert find_faults("see /ho" + "me/alice/project") == ["/ho" + "me/alice/"]
    assert find_faults("https://prometheus.io/docs and ~/.cache and $HOME/work/x") == []
