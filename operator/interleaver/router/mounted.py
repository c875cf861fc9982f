"""Secrets that are mounted as files: the store's URL and the token of trusted feedback.

A file that is missing or no good is an outcome, not an error of the configuration: the Secret may come later, and an
endpoint must serve meanwhile.
"""

import hmac
import re
from pathlib import Path
from typing import Final, NamedTuple

from interleaver.api.routing import Config

from .message import Headers, find_header

MOST_BYTES: Final = 4096  # of a URL or a token
URL: Final = re.compile(r"(rediss?|unix)://\S+", re.ASCII)
BEARER: Final = re.compile(rb"bearer +(\S+)", re.IGNORECASE)


class Mounted(NamedTuple):
    """What the files hold; None where one is not named, missing, or no good."""

    store_url: str | None = None
    feedback_token: bytes | None = None


def read_mounted(config: Config) -> Mounted:
    """Read what a configuration names."""
    return Mounted(read_url(config), read_secret(config.feedback_token_file))


def name_files(config: Config) -> tuple[str, ...]:
    """The files to follow."""
    store_file = config.store.file if config.store is not None else None
    return tuple(file for file in (store_file, config.feedback_token_file) if file is not None)


def read_secret(file: str | None) -> bytes | None:
    """The file's content without the white space round it."""
    if file is None:
        return None
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError:
        return None
    return content.strip() or None if len(content) <= MOST_BYTES else None


def read_url(config: Config) -> str | None:
    """The store's URL, if it looks like one."""
    if config.store is None or config.store.url is not None:
        return config.store.url if config.store is not None else None
    content = read_secret(config.store.file)
    url = content.decode("utf-8", "replace") if content is not None else ""
    return url if URL.fullmatch(url) else None


def is_trusted(headers: Headers, token: bytes | None) -> bool:
    """Whether a request carries the bearer token; nobody does while there is none."""
    found = BEARER.fullmatch(find_header(headers, b"authorization") or b"")
    return token is not None and found is not None and hmac.compare_digest(found[1], token)
