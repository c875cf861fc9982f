"""The webhook as an administrator sets it up: where it is, by which keys it is signed, whose verdicts it is told.

An experiment has no say in it. Whoever may write experiments can therefore not make the operator send anything
anywhere, nor have something signed that reads as if it were of another namespace.
"""

import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interleaver.api import names
from interleaver.controller.secrets.default_store import NAMESPACES_FILE, find_folder, is_listed, read_file
from interleaver.controller.settings import WEBHOOK_URL_FILE
from interleaver.controller.telling.signature import NoKey, read_keys

KEYS_FILE: Final = "keys"
_URL: Final = re.compile(r"^https?://[^\s/?#@]+(/[^\s#]*)?$")


class NotUsable(Exception):
    """Files that cannot be used; the message says what is wrong and what to do, and quotes none of them."""


@dataclass(frozen=True)
class Receiver:
    """Where verdicts go."""

    url: str
    keys: tuple[bytes, ...]
    authority: ssl.SSLContext | None = None  # None: the system's authorities count


@dataclass(frozen=True)
class Webhook:
    """The folder that an administrator fills. Its files may come, change and go at any time.

    `file` holds the URL; beside it stand the keys, one a line; the names of namespaces, without which it is told of
    all; and, for TLS, the certificate of the server's authority. None: nobody is told.
    """

    file: Path | None = None

    def is_for(self, namespace: str) -> bool:
        """Whether verdicts in this namespace are told."""
        try:
            if self.file is None or not self.file.is_file():
                return False
            folder = find_folder(self.file)
            return not (folder / NAMESPACES_FILE).is_file() or is_listed(namespace, folder)
        except OSError:
            return False

    def read(self) -> Receiver:
        """Where verdicts go as of now. Raises NotUsable."""
        if self.file is None or not self.file.is_file():
            raise NotUsable(f"the file that the operator's setting {WEBHOOK_URL_FILE} names is not there")
        try:
            return read_receiver(find_folder(self.file), self.file.name)
        except OSError as error:
            raise NotUsable(f"the webhook's files cannot be read ({error.strerror})") from None


def read_receiver(folder: Path, name: str) -> Receiver:
    """What the files say. Raises NotUsable, and OSError."""
    url = read_file(folder / name).strip()
    if not _URL.match(url):
        raise NotUsable(f"the webhook's file {name!r} holds no URL such as https://HOST/PATH, without user or fragment")
    if not (folder / KEYS_FILE).is_file():
        raise NotUsable(f"the webhook has no file {KEYS_FILE!r} with the keys to sign with")
    try:
        keys = read_keys(read_file(folder / KEYS_FILE))
    except NoKey as error:
        raise NotUsable(f"the webhook's file {KEYS_FILE!r} {error}") from None
    return Receiver(url, keys, read_authority(folder / names.AUTHORITY_FILE) if url.startswith("https:") else None)


def read_authority(file: Path) -> ssl.SSLContext | None:
    """What a server's certificate is checked against; None for the system's authorities. Raises NotUsable, OSError."""
    if not file.is_file():
        return None
    try:
        return ssl.create_default_context(cadata=read_file(file))
    except (ssl.SSLError, ValueError):
        raise NotUsable(f"the webhook's file {names.AUTHORITY_FILE!r} is no certificate") from None
