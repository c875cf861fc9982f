"""The configuration and the files of an image, from the docker archive that `make image` wrote."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def list_members(archive: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """What is in the layers, the lowest first, each with the layer that its contents can be read from."""
    with tarfile.open(archive) as image:
        for name in read_manifest(image)["Layers"]:
            with tarfile.open(fileobj=image.extractfile(name)) as layer:
                for member in layer:
                    yield layer, member


def read_configuration(archive: Path) -> bytes:
    """The image's configuration as it stands there, whose digest is the image's id."""
    with tarfile.open(archive) as image:
        return read_file(image, read_manifest(image)["Config"])


def read_manifest(image: tarfile.TarFile) -> dict[str, Any]:
    """What the archive holds. An archive of `make image` has one image."""
    (manifest,) = json.loads(read_file(image, "manifest.json"))
    return dict(manifest)


def read_file(archive: tarfile.TarFile, name: str | tarfile.TarInfo) -> bytes:
    """What is in one file of an archive, which is there."""
    file = archive.extractfile(name)
    assert file is not None
    return file.read()
