"""The URL of a vote store: what is wrong with one, in words that quote nothing of it, for it may hold a password.

The client library takes what it cannot read for a default, or fails where nobody sees it. Standard library alone, for
the operator does not load the client.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlsplit

from interleaver.api.store_form import ALONE, CLUSTER, KINDS, SENTINEL, StoreForm, take_apart

MOST_CHARACTERS: Final = 2048
# What may follow a ?; a client fails on what it does not know. Those of TLS begin with ssl_.
OPTIONS: Final = (
    "client_name",
    "db",
    "health_check_interval",
    "password",
    "socket_connect_timeout",
    "socket_keepalive",
    "socket_timeout",
    "username",
)
DATABASE: Final = re.compile(r"/?[0-9]{0,9}", re.ASCII)
ENCODE: Final = "percent-encode all of user and password but letters, digits and -._~ (# is %23, / is %2F)"
SCHEMES: Final = (
    "redis://, rediss://, unix://, redis+cluster:// or redis+sentinel:// (or rediss+cluster://, rediss+sentinel://)"
)
SEVERAL: Final = (
    "give redis+cluster://HOST:PORT,HOST:PORT for nodes of a cluster, "
    "or redis+sentinel://HOST:PORT,HOST:PORT/NAME for Sentinels"
)


class StoreFault(NamedTuple):
    """What is held instead of a usable URL, and what to do about it."""

    what: str
    fix: str


LOST: Final = StoreFault("a URL with a #, after which all is lost", ENCODE)
UNKNOWN: Final = StoreFault("a URL with an option that clients do not know", f"leave it out, and {ENCODE}")


def find_store_fault(url: str) -> StoreFault | None:
    """What keeps a client from finding the store by this URL; None when nothing does."""
    if url.partition("://")[0] not in KINDS or not is_word(url):
        return StoreFault("no URL of a store", f"give {SCHEMES}, in one word")
    form = take_apart(url)
    if form.kind == ALONE:
        return find_server_fault(url)
    if "#" in url:
        return LOST
    faults = (find_server_fault(plain) for plain in (*form.servers, *form.sentinels))
    return next((fault for fault in faults if fault), None) or find_form_fault(form)


def find_form_fault(form: StoreForm) -> StoreFault | None:
    """What is wrong with a URL of several hosts of which each would do."""
    if form.kind == CLUSTER and any(find_database(urlsplit(plain)).strip("/0") for plain in form.servers):
        return StoreFault("a URL of a cluster with a database, where there is none but 0", "end it with the last host")
    if form.kind == SENTINEL and not form.primary:
        words = "a URL of Sentinels without the name of what they watch over"
        return StoreFault(words, "end it with /NAME or /NAME/0, as `sentinel monitor NAME` says it")
    return None


def find_database(parts: SplitResult) -> str:
    """All that a URL says of a database."""
    return parts.path + "".join(value for name, value in parse_qsl(parts.query) if name == "db")


def find_server_fault(url: str) -> StoreFault | None:
    """What is wrong with the URL of one server."""
    try:
        parts = urlsplit(url)
        if "," in parts.netloc.rpartition("@")[2]:
            return StoreFault("a URL of one server with several hosts", SEVERAL)
        port = parts.port
    except ValueError:  # half a pair of brackets, or a port that is none
        return StoreFault("a URL with a host or port that cannot be read", f"give HOST:PORT, and {ENCODE}")
    if "#" in url:
        return LOST
    if parts.scheme == "unix":
        return None if parts.path.strip("/") else StoreFault("a URL without a socket", "give unix:///PATH")
    if not parts.hostname:
        return StoreFault("a URL without a host", f"give HOST:PORT, and {ENCODE}")
    if port == 0:
        return StoreFault("a URL with port 0", "give the server's port, which by default is 6379")
    return find_option_fault(parts)


def find_option_fault(parts: SplitResult) -> StoreFault | None:
    """What is wrong with what follows the host: a database that is no number would be taken for 0."""
    options = parse_qsl(parts.query, keep_blank_values=True)
    unknown = [name for name, _ in options if name not in OPTIONS and not is_of_tls(parts, name)]
    if unknown:
        return UNKNOWN
    numbers = [parts.path, *(value for name, value in options if name == "db")]
    if all(DATABASE.fullmatch(text) for text in numbers):
        return None
    return StoreFault("a URL with a database that is no number", f"end it with /0 or no path at all, and {ENCODE}")


def is_of_tls(parts: SplitResult, name: str) -> bool:
    """Whether an option says how to use TLS, and there is any."""
    return parts.scheme == "rediss" and name.startswith("ssl_")


def is_word(text: str) -> bool:
    """Whether a text is one word of ASCII that can be printed, and no longer than a URL may be."""
    return text.isascii() and text.isprintable() and " " not in text and len(text) <= MOST_CHARACTERS
