"""Mounted folders as the kubelet keeps them: files are links into `..data`, and that link is swapped in one step."""

import shutil
from collections.abc import Mapping
from pathlib import Path


class Mount:
    """A ConfigMap's or a Secret's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.version = 0
        folder.mkdir(parents=True)

    def write(self, files: Mapping[str, str]) -> None:
        """Replace all files at once."""
        former, self.version = self.folder / f"..{self.version}", self.version + 1
        fresh = self.folder / f"..{self.version}"
        fresh.mkdir()
        for name, text in files.items():
            (fresh / name).write_text(text)
        swap = self.folder / "..data_tmp"
        swap.symlink_to(fresh.name)
        swap.replace(self.folder / "..data")
        self.link(files)
        shutil.rmtree(former, ignore_errors=True)

    def link(self, files: Mapping[str, str]) -> None:
        """Have a link for each file, and none for what is gone."""
        for name in files:
            if not (self.folder / name).is_symlink():
                (self.folder / name).symlink_to(f"..data/{name}")
        for path in self.folder.iterdir():
            if not path.name.startswith("..") and path.name not in files:
                path.unlink()
