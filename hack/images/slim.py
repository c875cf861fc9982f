"""Take out of an image's Python packages what no program in it loads, and what only a debugger reads.

    python3 slim.py SITE_PACKAGES [--of-operator]

Runs while an image is built, where `strip` is. What the packages' own lists of files (RECORD) say is true afterwards
too. Licences, and whatever else a package says of itself, stay.
"""

import argparse
import base64
import csv
import hashlib
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

# Interfaces for those who compile or check types, and tests. Nothing of it is loaded by a program.
FOR_DEVELOPERS: Final = (
    "**/tests",
    "**/*_test.py",
    "**/*.pyi",
    "**/*.pxd",
    "**/*.pyx",
    "**/*.h",
    "**/*.a",
    "numpy/_core/include",
)
# Of kubernetes we use the connection, kubeconfigs and the dynamic client: documents are plain. It comes twice, waiting
# and not waiting, each with classes for every kind and call of the API, which are loaded when they are named.
CLIENT: Final = tuple(
    f"kubernetes/{half}client/{part}"
    for half in ("", "aio/")
    for part in ("api/[a-z]*.py", "api/__pycache__/[a-z]*", "models/[a-z]*.py", "models/__pycache__/[a-z]*")
)
# Of scipy the operator, `simulate` and `verify-record` use scipy.special alone.
NUMBERS: Final = (
    *(f"scipy/{part}" for part in (
        "cluster", "constants", "datasets", "differentiate", "fft", "fftpack", "integrate", "interpolate", "io",
        "linalg", "misc", "ndimage", "odr", "optimize", "signal", "sparse", "spatial", "stats",
        "special/cython_special.*",
    )),
    *(f"numpy/{part}" for part in ("distutils", "_core/_simd.*")),
)  # fmt: skip
OF_OPERATOR: Final = (*FOR_DEVELOPERS, *CLIENT, *NUMBERS)


def main() -> None:
    """Slim the packages of one image, and say by how much."""
    parser = argparse.ArgumentParser(description="Slim the Python packages of an image.")
    parser.add_argument("packages", type=Path, help="the folder site-packages")
    parser.add_argument("--of-operator", action="store_true", help="leave out what the operator does not load")
    options = parser.parse_args()
    before = weigh(options.packages)
    if options.of_operator:
        remove(options.packages, OF_OPERATOR)
    strip(options.packages)
    for record in options.packages.glob("*.dist-info/RECORD"):
        renew(record)
    print(f"{options.packages}: {before / 1e6:.1f} MB, now {weigh(options.packages) / 1e6:.1f} MB")


def weigh(folder: Path) -> int:
    """Bytes of all files."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file())


def remove(packages: Path, patterns: Iterable[str]) -> None:
    """Remove what is named. A name that nothing has is an error: the package has changed, and somebody must look."""
    for pattern in patterns:
        found = list(packages.glob(pattern))
        if not found:
            raise SystemExit(f"nothing in {packages} is called {pattern}: see what its package has become")
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def strip(packages: Path) -> None:
    """Remove debug symbols from libraries that have some. The others are left alone: strip breaks those whose parts a
    wheel's maker has moved, as it did with numpy's OpenBLAS, and they have none."""
    for library in sorted(packages.rglob("*.so")):
        if b"\0.debug_info\0" in library.read_bytes():  # among the names of its sections
            subprocess.run(["strip", "--strip-debug", library], check=True)


def renew(record: Path) -> None:
    """Let a package's list of files say what there is: no file that is gone, and hashes of files as they are."""
    with record.open(newline="") as file:
        rows = [row for row in csv.reader(file) if (record.parent.parent / row[0]).exists()]
    with record.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(describe(record, row) for row in rows)


def describe(record: Path, row: list[str]) -> list[str]:
    """A file's row. Some files have no hash: the list itself, and what was compiled as the package was installed."""
    name, digest, _ = row
    if not digest:
        return row
    content = (record.parent.parent / name).read_bytes()
    found = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return [name, f"sha256={found}", str(len(content))]


if __name__ == "__main__":
    main()
