"""What of HTTP a contract and a configuration may name, for the resource and for the router alike. Standard library."""

import re
from typing import Final
from urllib.parse import urlsplit

from interleaver.api.names import FEEDBACK_PATH
from interleaver.api.store_form import take_apart

# As a client sends it, which is ASCII with everything else percent-encoded; neither query nor fragment is of the path.
PATH_PATTERN: Final = r'^/[!"$->@-~]*$'
HEADER_PATTERN: Final = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"  # a token (RFC 9110 section 5.6.2)
# Of a query parameter, as it stands in a target: nothing that parts parameters, and nothing percent-encoded.
PARAMETER_PATTERN: Final = r"^[A-Za-z0-9_.~!$*:@\[\]-]+$"
HOST: Final = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


def check_path(path: str) -> str:
    """The path of ranking requests, if there can be such requests. Raises ValueError in words."""
    if path == FEEDBACK_PATH:
        raise ValueError(f"{path} is where the router takes feedback")
    if re.fullmatch(PATH_PATTERN[1:-1], path) is None:
        raise ValueError(f"{path!r} is no path as clients send it: ASCII, percent-encoded, without a query")
    return path


def check_header(name: str) -> str:
    """The name of a header, if a request can have such a one. Raises ValueError in words."""
    if re.fullmatch(HEADER_PATTERN[1:-1], name) is None:
        raise ValueError(f"{name!r} is no name of a header")
    return name


def check_parameter(name: str) -> str:
    """The name of a query parameter, if it can be looked for in a target. Raises ValueError in words."""
    if re.fullmatch(PARAMETER_PATTERN[1:-1], name) is None:
        raise ValueError(f"{name!r} is no name of a query parameter as it stands in a target")
    return name


def split_url(url: str) -> tuple[str, int]:
    """Host and port of an `http://host:port` URL. Raises ValueError in words."""
    scheme, _, place = url.partition("://")
    host, port = split_place(place.removesuffix("/"))
    if scheme != "http" or HOST.fullmatch(host) is None or not 0 < port <= 65_535:
        raise ValueError(f"{url!r} is not of the form http://host:port")
    return host.strip("[]"), port


def split_place(place: str) -> tuple[str, int]:
    """A host and the port after it, 80 if there is none; port 0 is none that anybody can be reached at."""
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]"):
        return place, 80
    return host, int(port) if port.isascii() and port.isdecimal() and len(port) < 6 else 0


def write_host(address: str) -> str:
    """An address as it stands in a URL."""
    return f"[{address}]" if ":" in address else address


def check_store_port(url: str) -> None:
    """Raises ValueError, in words that hold nothing of the URL, if a port of a store's URL is none."""
    try:
        form = take_apart(url)
        ports = [urlsplit(plain).port for plain in (*form.servers, *form.sentinels)]
    except ValueError:
        ports = [0]
    if 0 in ports:
        raise ValueError("store: the URL's port is none")
