"""The operator's own vote store: a URL for experiments that name none, in the namespaces that may have it.

The URL is copied into the namespace of every experiment that uses it, where whoever may read Secrets reads it. So it
is given to the namespaces that an administrator wrote beside it, and to no others.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interleaver.api import conditions, names
from interleaver.api.store_url import find_store_fault
from interleaver.controller.secrets.named_secret import Unusable
from interleaver.controller.settings import STORE_URL_FILE

NAMESPACES_FILE: Final = "namespaces"
EVERYWHERE: Final = "*"
SEPARATORS: Final = re.compile(r"[\s,]+")
COMMENTS: Final = re.compile(r"#.*")
# Where the kubelet keeps what it mounts: it makes a folder anew, and moves this link to it in one step.
SNAPSHOT: Final = "..data"


@dataclass(frozen=True)
class DefaultStore:
    """The folder that an administrator fills. Its files may come, change and go at any time.

    `file` holds the URL; beside it stand the names of namespaces, separated by white space or commas, or `*` for all,
    without what follows a `#`; and, for TLS, the certificate of the server's authority. None: the operator has no
    store.
    """

    file: Path | None = None

    def is_for(self, namespace: str) -> bool:
        """Whether experiments of this namespace use it."""
        try:
            return self.file is not None and self.exists() and is_listed(namespace, find_folder(self.file))
        except OSError:
            return False

    def exists(self) -> bool:
        """Whether there is one at all: its Secret may be mounted, or not be there."""
        return self.file is not None and os.path.isfile(self.file)

    def fingerprint(self) -> tuple[object, ...]:
        """What is another one when the folder has changed, as far as that can be seen without reading it."""
        try:
            folder = find_folder(self.file) if self.file else None
            return (folder, *sorted((one.name, one.stat().st_mtime_ns) for one in os.scandir(folder))) if folder else ()
        except OSError:
            return ()

    def read(self, namespace: str) -> dict[str, str]:
        """The files that routers of this namespace get. Raises Unusable."""
        if self.file is None or not self.exists():
            raise self._refuse("is not there: bring it back, or give spec.store for the next run")
        try:
            return self._read(find_folder(self.file) / self.file.name, namespace)
        except OSError as error:
            raise self._refuse(f"cannot be read ({error.strerror}), or what stands beside it: mend that") from None

    def _read(self, file: Path, namespace: str) -> dict[str, str]:
        if not is_listed(namespace, file.parent):
            words = f"is not for namespace {namespace!r}: add it to the file {NAMESPACES_FILE!r} beside it"
            raise self._refuse(f"{words}, or give spec.store for the next run")
        text = read_file(file).strip()
        if fault := find_store_fault(text):
            raise self._refuse(f"holds {fault.what}: {fault.fix}, or give spec.store for the next run")
        authority = file.with_name(names.AUTHORITY_FILE)
        beside = {names.AUTHORITY_FILE: read_file(authority)} if authority.is_file() else {}
        return {names.STORE_URL_FILE: text} | beside

    def _refuse(self, words: str) -> Unusable:
        message = f"the file that the operator's setting {STORE_URL_FILE} names {words}"
        return Unusable(conditions.SECRET_NOT_USABLE, message)


def find_folder(file: Path) -> Path:
    """Where the files stand that belong together: what is mounted may be another URL, for other namespaces, in the next
    moment. Raises OSError."""
    link = file.parent / SNAPSHOT
    return link.resolve(strict=True) if link.is_symlink() else file.parent


def is_listed(namespace: str, folder: Path) -> bool:
    """Whether the namespace may have the store whose files stand in this folder. Raises OSError."""
    file = folder / NAMESPACES_FILE
    if not file.is_file():
        return False
    return bool({namespace, EVERYWHERE} & set(SEPARATORS.split(COMMENTS.sub("", read_file(file)))))


def read_file(file: Path) -> str:
    """What a file says; what is no UTF-8 in it is replaced. Raises OSError."""
    return file.read_text("utf-8-sig", "replace")
