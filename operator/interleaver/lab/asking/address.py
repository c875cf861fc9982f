"""Where a model is asked: its base URL, read once and refused in words if nothing can be asked there."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from interleaver.api.http import HOST, PATH_PATTERN, write_host
from interleaver.lab.terms.unusable import Unusable

PORTS: Final = {"http": 80, "https": 443}
FORM: Final = "give a base URL such as http://127.0.0.1:9000 or https://models.example.com/home-feed"


@dataclass(frozen=True)
class Address:
    """Where to connect, and what stands before the contract's path."""

    scheme: str
    host: str
    """A name, or an address without brackets."""
    port: int
    base: str
    """Path without a slash at its end; usually empty."""

    @property
    def authority(self) -> bytes:
        """What the Host header says."""
        port = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{write_host(self.host)}{port}".encode()


def read_address(url: str) -> Address:
    """The address in a base URL. Raises Unusable."""
    parts, port = split(url)
    if parts.scheme not in PORTS:
        raise Unusable(url or "the model's URL", "this is no URL of http or https", FORM)
    if parts.username is not None or parts.password is not None:
        raise Unusable(parts.hostname or "the model's URL", "a URL with a user in it", "send a header instead")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise Unusable(url, "a base URL has no query and no fragment", FORM)
    if port == 0:
        raise Unusable(url, "there is no port 0", FORM)
    if re.fullmatch(PATH_PATTERN, parts.path or "/") is None:
        raise Unusable(url, "its path is not as clients send it", "percent-encode what is not ASCII")
    return Address(parts.scheme, find_host(url, parts), port or PORTS[parts.scheme], parts.path.rstrip("/"))


def split(url: str) -> tuple[SplitResult, int | None]:
    """The parts of a URL, and its port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unusable(url, str(error), FORM) from None
    if url != url.strip() or any(character < "!" for character in url):
        raise Unusable(repr(url), "a URL holds no white space", FORM)
    return parts, port


def find_host(url: str, parts: SplitResult) -> str:
    """The host, which is a name in ASCII or an address."""
    host = parts.hostname or ""
    if HOST.fullmatch(write_host(host)) is None:
        raise Unusable(url, f"its host {host!r} is none" if host else "it names no host", FORM)
    if ":" in host:
        try:
            return str(ip_address(host))
        except ValueError:
            raise Unusable(url, f"{host!r} is no address", FORM) from None
    return host
