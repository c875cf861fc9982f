"""Docker archives of made-up images."""

import io
import json
import tarfile
from pathlib import Path


def pack(files: dict[str, bytes], time: int = 0) -> bytes:
    """An archive of these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), time
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def write_archive(path: Path, *layers: bytes, configuration: bytes = b"{}") -> Path:
    """An image of these layers."""
    names = [f"{number}.tar" for number, _ in enumerate(layers)]
    manifest = json.dumps([{"Config": "configuration.json", "Layers": names}]).encode()
    files = {"manifest.json": manifest, "configuration.json": configuration, **dict(zip(names, layers, strict=True))}
    path.write_bytes(pack(files))
    return path
