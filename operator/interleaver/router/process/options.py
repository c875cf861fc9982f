"""The router's options, checked where they enter."""

from ipaddress import ip_address
from typing import NamedTuple

from interleaver.api.http import split_url


class Options(NamedTuple):
    """What the command line or the environment says."""

    config: str  # path of the JSON file
    host: str  # address that both ports listen on
    port: int
    admin_port: int
    model: str  # URL of the model in our own pod
    revision_hash: str  # of our own pod; empty = there is no model beside this router
    pod_address: str = ""  # at which other pods call the model; empty = nobody else does
    drain_limit: float = 60.0  # seconds after which a drain that no end of the pod follows is over
    log_sample: int = 0  # requests for one line in the log; 0 = none, for an access log costs more than a request


def check_model(url: str) -> str:
    """A model's URL as it is, or ValueError."""
    split_url(url)
    return url


def check_address(text: str) -> str:
    """An IP address, or nothing. Raises ValueError in words."""
    if text:
        ip_address(text)
    return text


def check_sample(text: str) -> int:
    """A number of requests, 0 or more. Raises ValueError in words."""
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{text!r} is not a number of requests, 0 or more")
    return int(text)


def check_limit(text: str) -> float:
    """Whole seconds, 1 or more. Raises ValueError in words."""
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise ValueError(f"{text!r} is not a number of seconds, 1 or more")
    return float(text)


def check_port(text: str) -> int:
    """A TCP port; 0 lets the system choose one. Raises ValueError in words."""
    if not text.isdecimal() or int(text) > 65_535:
        raise ValueError(f"{text!r} is not a port between 0 and 65535")
    return int(text)
