"""Images of one program each, as one docker archive, where no registry can be asked for them.

python3 archive.py ARCHIVE BASE.tar NAME=PROGRAM...

Every image is the layer BASE.tar below a layer with PROGRAM in /usr/local/bin, which is also its entry point. Times and
owners are left out, so that the same programs make the same archive.
"""

import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path


def add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Add a file that is in memory."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def pack_program(program: Path) -> bytes:
    """Return a layer that holds the program, executable."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as layer:
        member = tarfile.TarInfo(f"usr/local/bin/{program.name}")
        member.size, member.mode = program.stat().st_size, 0o755
        with program.open("rb") as content:
            layer.addfile(member, content)
    return packed.getvalue()


def add_layer(archive: tarfile.TarFile, layer: bytes) -> str:
    """Add a layer under the name of its digest, which is returned."""
    digest = hashlib.sha256(layer).hexdigest()
    add_bytes(archive, f"{digest}.tar", layer)
    return digest


def describe_image(program: Path, layers: list[str], architecture: str) -> bytes:
    """Return the image's configuration: what runs, and what it is made of."""
    config = {
        "Entrypoint": [f"/usr/local/bin/{program.name}"],
        "Env": ["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    }
    rootfs = {"type": "layers", "diff_ids": [f"sha256:{layer}" for layer in layers]}
    return json.dumps({"architecture": architecture, "os": "linux", "config": config, "rootfs": rootfs}).encode()


def write_archive(path: Path, base: bytes, images: list[tuple[str, Path]], architecture: str) -> None:
    """Write the archive: the base once, a layer and a configuration for each image, and the list of images."""
    manifest = []
    with tarfile.open(path, "w") as archive:
        below = add_layer(archive, base)
        for name, program in images:
            layers = [below, add_layer(archive, pack_program(program))]
            config = describe_image(program, layers, architecture)
            file = f"{hashlib.sha256(config).hexdigest()}.json"
            add_bytes(archive, file, config)
            manifest.append({"Config": file, "RepoTags": [name], "Layers": [f"{layer}.tar" for layer in layers]})
        add_bytes(archive, "manifest.json", json.dumps(manifest).encode())


def main() -> None:
    """Read the words of the command line: ARCHITECTURE ARCHIVE BASE NAME=PROGRAM..."""
    architecture, archive, base, *pairs = sys.argv[1:]
    images = [(name, Path(program)) for name, _, program in (pair.partition("=") for pair in pairs)]
    write_archive(Path(archive), Path(base).read_bytes(), images, architecture)


if __name__ == "__main__":
    main()
