"""The list of an image's parts: CycloneDX by its own schema, with a hash for each, and what is in the image."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cluster import ROOT

from .test_images import read_image
from .test_requirements import read_pins

pytestmark = pytest.mark.timeout(300)  # the tool may have to be installed first

IMAGES: Final = ("operator", "router")
CHECK: Final = (
    'source hack/cluster/progress.sh && source hack/environments.sh && "$(make_environment sbom)/bin/python" "$@"'
)


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The documents by their images."""
    folder = tmp_path_factory.mktemp("sbom")
    done = subprocess.run(
        ["hack/sbom/build", str(folder), *IMAGES], cwd=ROOT, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr
    files = dict(zip(IMAGES, done.stdout.split(), strict=True))
    return {image: json.loads(Path(file).read_text()) for image, file in files.items()}


def list_parts(document: dict[str, Any]) -> dict[str, str]:
    """Version by name."""
    return {part["name"]: part["version"] for part in document["components"]}


@pytest.mark.parametrize("image", IMAGES)
def test_every_package_that_is_pinned_is_listed_with_its_hashes(lists: dict[str, Any], image: str) -> None:
    document = lists[image]
    assert document["metadata"]["component"]["name"] == "interleaver"
    assert list_parts(document) == read_pins(ROOT / f"requirements/{image}.txt")
    for part in document["components"]:
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
        assert part["externalReferences"][0]["hashes"]


@pytest.mark.parametrize("image", IMAGES)
def test_what_is_listed_is_what_is_in_the_image(lists: dict[str, Any], image: str) -> None:
    installed = re.findall(
        r"site-packages/([^/\n]+)-([^-/\n]+)\.dist-info/METADATA", "\n".join(read_image(image).paths)
    )
    found = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in installed}
    assert found == list_parts(lists[image])


def test_what_is_no_list_is_refused(lists: dict[str, Any], tmp_path: Path) -> None:
    document = lists["router"]
    broken = document | {"components": [{"name": "nameless kind"}]}
    for name, text in (("whole", document), ("broken", broken)):
        (tmp_path / f"{name}.json").write_text(json.dumps(text))
    words = ["bash", "-c", CHECK, "bash", "hack/sbom/check.py", f"{tmp_path}/whole.json", f"{tmp_path}/broken.json"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "'type' is a required property" in done.stdout
    assert "whole.json" not in done.stdout
