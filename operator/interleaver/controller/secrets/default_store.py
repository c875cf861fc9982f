"""The operator's own vote store: a URL for experiments that name none, in the namespaces that may have it.

The URL is copied into the namespace of every experiment that uses it, where whoever may read Secrets reads it. So it
is given to the namespaces that an administrator wrote beside it, and to no others.
"""

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


@dataclass(frozen=True)
class DefaultStore:
    """The folder that an administrator fills. Its files may come, change and go at any time.

    `file` holds the URL; beside it stand the names of namespaces, separated by white space or commas, or `*` for all;
    and, for TLS, the certificate of the server's authority. None: the operator has no store.
    """

    file: Path | None = None

    def is_for(self, namespace: str) -> bool:
        """Whether experiments of this namespace use it."""
        return self.exists() and bool({namespace, EVERYWHERE} & set(self._list_namespaces()))

    def exists(self) -> bool:
        """Whether there is one at all: its Secret may be mounted, or not be there."""
        return self.file is not None and self.file.is_file()

    def read(self, namespace: str) -> dict[str, str]:
        """The files that routers of this namespace get. Raises Unusable."""
        if self.file is None or not self.exists():
            raise self._refuse("is not there: bring it back, or give spec.store for the next run")
        if not self.is_for(namespace):
            words = f"is not for namespace {namespace!r}: add it to the file {NAMESPACES_FILE!r} beside it"
            raise self._refuse(f"{words}, or give spec.store for the next run")
        text = self.file.read_text(errors="replace").strip()
        if fault := find_store_fault(text):
            raise self._refuse(f"holds {fault.what}: {fault.fix}, or give spec.store for the next run")
        authority = self.file.with_name(names.STORE_AUTHORITY_FILE)
        beside = {names.STORE_AUTHORITY_FILE: authority.read_text()} if authority.is_file() else {}
        return {names.STORE_URL_FILE: text} | beside

    def _list_namespaces(self) -> list[str]:
        if self.file is None or not (beside := self.file.with_name(NAMESPACES_FILE)).is_file():
            return []
        return SEPARATORS.split(beside.read_text(errors="replace").strip())

    def _refuse(self, words: str) -> Unusable:
        message = f"the file that the operator's setting {STORE_URL_FILE} names {words}"
        return Unusable(conditions.SECRET_NOT_USABLE, message)
