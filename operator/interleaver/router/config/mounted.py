"""Secrets that are mounted as files: the store's URL, the token of trusted feedback, and that of previews.

A file that is missing or no good is an outcome, not an error of the configuration: the Secret may come later, and an
endpoint must serve meanwhile.
"""

import hmac
import re
from pathlib import Path
from typing import Final, NamedTuple

from interleaver.api.names import PREVIEW_TOKEN_FILE
from interleaver.api.routing import Config
from interleaver.router.http1.message import Headers, find_header

MOST_BYTES: Final = 4096  # of a URL or a token
URL: Final = re.compile(r"(rediss?(\+cluster|\+sentinel)?|unix)://\S+", re.ASCII)
AUTHORIZATION: Final = b"authorization"
BEARER: Final = re.compile(rb"bearer +(\S+)", re.IGNORECASE)


class Mounted(NamedTuple):
    """What the files hold; None where one is not named, missing, or no good."""

    store_url: str | None = None
    feedback_token: bytes | None = None
    token_fault: str | None = None  # why there is no token in the file that is named, in a word
    preview_token: bytes | None = None


class Held(NamedTuple):
    """What a file holds without the white space round it, or why that is of no use, in a word."""

    content: bytes | None
    fault: str | None = None


def read_mounted(config: Config) -> Mounted:
    """Read what a configuration names."""
    token = read_token(config.feedback_token_file)
    return Mounted(read_url(config), token.content, token.fault, read_token(name_preview_file(config)).content)


def name_files(config: Config) -> tuple[str, ...]:
    """The files to follow."""
    store_file = config.store.file if config.store is not None else None
    named = (store_file, config.feedback_token_file, name_preview_file(config))
    return tuple(file for file in named if file is not None)


def name_preview_file(config: Config) -> str:
    """The file with the token of previews. It lies beside the keys, and is read while there is no run as well."""
    return f"{config.keys}/{PREVIEW_TOKEN_FILE}"


def read_secret(file: str) -> Held:
    """The file's content."""
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return Held(None, "missing")
    except OSError:
        return Held(None, "unreadable")
    if len(content) > MOST_BYTES:
        return Held(None, "too-long")
    return Held(content.strip()) if content.strip() else Held(None, "empty")


def read_token(file: str | None) -> Held:
    """The bearer token, if a request can carry it."""
    held = read_secret(file) if file is not None else Held(None)
    several = held.content is not None and len(held.content.split()) > 1
    return Held(None, "several-words") if several else held


def read_url(config: Config) -> str | None:
    """The store's URL, if it looks like one."""
    if config.store is None or config.store.file is None:
        return config.store.url if config.store is not None else None
    content = read_secret(config.store.file).content
    url = content.decode("utf-8", "replace") if content is not None else ""
    return url if URL.fullmatch(url) else None


def is_trusted(headers: Headers, token: bytes | None) -> bool:
    """Whether a request carries the bearer token; nobody does while there is none."""
    return bears(find_header(headers, AUTHORIZATION) or b"", token)


def bears(authorization: bytes, token: bytes | None) -> bool:
    """Whether a header's value is the bearer token, compared in constant time."""
    found = BEARER.fullmatch(authorization)
    return token is not None and found is not None and hmac.compare_digest(found[1], token)
