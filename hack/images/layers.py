"""The files of an image, from the docker archive that `make image` wrote."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path


def list_members(archive: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """What is in the layers, the lowest first, each with the layer that its contents can be read from."""
    with tarfile.open(archive) as image:
        manifest = image.extractfile("manifest.json")
        assert manifest is not None
        for name in json.load(manifest)[0]["Layers"]:
            with tarfile.open(fileobj=image.extractfile(name)) as layer:
                for member in layer:
                    yield layer, member
