"""The operator's settings: one frozen dataclass per topic, read from the environment once, at the edge."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from interleaver.api.spec.router import IMAGE, LONGEST_IMAGE

PROMETHEUS_ADDRESSES: Final = "INTERLEAVER_PROMETHEUS_ADDRESSES"
STORE_URL_FILE: Final = "INTERLEAVER_STORE_URL_FILE"
GATES: Final = "INTERLEAVER_GATES"
WEBHOOK_URL_FILE: Final = "INTERLEAVER_WEBHOOK_URL_FILE"
_ADDRESS: Final = re.compile(r"^https?://[^\s/?#@,]+(/[^\s?#@,]*)?$")
_NAMESPACE: Final = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable and the fix."""


@dataclass(frozen=True)
class Requests:
    """Requests to the API server."""

    timeout: float = 10.0  # seconds for one request; the slowest sane answer of a loaded API server takes about 5
    connect: float = 5.0  # seconds to connect; a dead API server must be noticed before the next resync
    page: int = 100  # objects per page of a list, of which metadata is asked for; keeps one answer near 100 kB
    long_page: int = 500  # objects per page where heads of everything are compared; 500 kB
    longest_answer: int = 4 << 20  # bytes of one answer; the API server stores no object above 1.5 MB
    longest_object: int = 1 << 18  # bytes of one object that is unpacked; ours take 100 kB with the longest template
    most: int = (
        4000  # objects of one kind with an experiment's label; the two revisions of 1,000 pods have half of that
    )


@dataclass(frozen=True)
class Scraping:
    """Reading the routers' counters."""

    timeout: float = 2.0  # seconds for one router; it answers within 10 ms, and a look waits for the slowest
    whole: float = 10.0  # seconds for all routers of a look; a third of the usual interval, so that others get theirs
    limit: int = 1 << 18  # bytes of one answer; a router's is about 60 kB
    parallel: int = 20  # routers read at once, of them 15 of one namespace; keeps sockets and past bounded


# Asking routers that are not ready for the reason: few at a time, and none for long, for nothing is decided by it.
UNREADY: Final = Scraping(timeout=1.0, limit=1 << 12, parallel=4)


@dataclass(frozen=True)
class Asking:
    """Asking Prometheus."""

    addresses: tuple[str, ...] = ()  # that may be asked, without a slash at the end; none unless somebody allows it
    timeout: float = 5.0  # seconds for one query; a guardrail's takes milliseconds, and a look waits for the slowest
    limit: int = 1 << 16  # bytes of one answer; one number takes about 200
    parallel: int = 20  # queries at once; as many as an experiment may have


@dataclass(frozen=True)
class Telling:
    """Telling the webhook's receiver of verdicts."""

    url_file: str = ""  # file with its URL; beside it the keys that sign. Empty: nobody is told
    timeout: float = 15.0  # seconds for one attempt; what Standard Webhooks recommends at least
    parallel: int = 4  # attempts at once; verdicts are rare, and a receiver that hangs keeps as many sockets


@dataclass(frozen=True)
class Pace:
    """When the operator comes back to an experiment."""

    resync: float = 600.0  # seconds between comparisons with the API server; repairs what no watch told
    soon: float = 1.0  # seconds between visits while something is in progress
    stalled: float = 10.0  # seconds between visits of what waits for a person; events come at once anyway
    unseen: float = 10.0  # seconds between visits of what waits for something of somebody's that no watch tells of
    unwatched: float = 60.0  # seconds between visits of what depends on Secrets, of which no watch tells
    patience: float = 60.0  # seconds between visits at most while something is in progress and nothing changes
    gap: float = 0.2  # seconds between two visits of one experiment; a burst of events becomes one visit
    secret: float = 30.0  # seconds between looks for the key Secret once it is there; the operator never reads it
    settled_secret: float = 30.0  # the same while all pods are Ready, which have it
    missing_secret: float = 120.0  # the same while pods are not Ready and all else is as it should be
    recheck: float = 60.0  # seconds after which a denied template is tried again; admission rules change


@dataclass(frozen=True)
class Backoff:
    """Visits after a failure."""

    first: float = 0.5  # seconds; most failures are conflicts that are over at once
    factor: float = 2.0  # growth from one failure to the next
    most: float = 60.0  # seconds; an API server that is back is used within a minute
    jitter: float = 0.5  # share of a delay that is random, so that many experiments do not return together


@dataclass(frozen=True)
class Leading:
    """Which of several operators works: the one that holds a Lease and renews it."""

    namespace: str = ""  # of the Lease; empty: there is no other operator, and this one need not ask
    name: str = "interleaver-operator"
    duration: float = 15.0  # seconds after which a Lease that is not renewed may be taken; kube-controller-manager's
    longest: float = 60.0  # seconds of another holder that are respected; whoever writes nonsense stops nobody for long

    @property
    def deadline(self) -> float:
        """Seconds after the last renewal was sent at which leading ends. Clocks that run apart, and a write that was
        sent just before, have a third of the duration until others may begin."""
        return self.duration * 2 / 3

    @property
    def renewal(self) -> float:
        """Seconds between renewals, and between looks of who waits: two may fail before leading ends."""
        return self.duration / 3

    @property
    def retry(self) -> float:
        """Seconds between attempts while they fail."""
        return self.duration / 15

    @property
    def timeout(self) -> float:
        """Seconds for one request, so that one that hangs does not cost the Lease."""
        return self.duration / 5


@dataclass(frozen=True)
class Http:
    """The operator's own endpoints."""

    host: str = "0.0.0.0"  # probes and scrapes come from other addresses of the node
    port: int = 8080  # of /metrics, /healthz and /readyz


@dataclass(frozen=True)
class Settings:
    """All settings."""

    router_image: str  # image of the router sidecar; no default, for it must match the operator
    namespaces: tuple[str, ...] = ()  # empty: the whole cluster
    store_url_file: str = ""  # file with the URL of a vote store; beside it the namespaces that may have it
    gates: bool = False  # whether Jobs of gates may be run; it takes rights that are not given unasked
    workers: int = 4  # experiments visited at once; a slow one does not hold up the others
    requests: Requests = field(default_factory=Requests)
    scraping: Scraping = field(default_factory=Scraping)
    unready: Scraping = UNREADY
    asking: Asking = field(default_factory=Asking)
    telling: Telling = field(default_factory=Telling)
    pace: Pace = field(default_factory=Pace)
    backoff: Backoff = field(default_factory=Backoff)
    http: Http = field(default_factory=Http)
    leading: Leading = field(default_factory=Leading)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that the environment asks for. Raises SettingsError, which names the variable."""
    return Settings(
        router_image=_image(environment.get("INTERLEAVER_ROUTER_IMAGE", "")),
        namespaces=_namespaces(environment.get("INTERLEAVER_NAMESPACES", "")),
        store_url_file=environment.get(STORE_URL_FILE, "").strip(),
        gates=_switch(environment, GATES),
        asking=Asking(addresses=_addresses(environment.get(PROMETHEUS_ADDRESSES, ""))),
        telling=Telling(url_file=environment.get(WEBHOOK_URL_FILE, "").strip()),
        pace=Pace(resync=_number(environment, "INTERLEAVER_RESYNC_SECONDS", Pace.resync, 1, 3600)),
        http=Http(
            host=environment.get("INTERLEAVER_HOST", Http.host),
            port=int(_number(environment, "INTERLEAVER_PORT", Http.port, 0, 65535)),
        ),
        leading=Leading(
            namespace=_namespace(environment, "INTERLEAVER_LEASE_NAMESPACE"),
            duration=_number(environment, "INTERLEAVER_LEASE_SECONDS", Leading.duration, 3, 60),
        ),
    )


def _image(text: str) -> str:
    if not (image := text.strip()):
        raise SettingsError("INTERLEAVER_ROUTER_IMAGE is not set; give the image of the router sidecar")
    if not re.match(IMAGE, image) or len(image) > LONGEST_IMAGE:
        words = "is no image; give a name with a tag (name:1.0) or a digest (name@sha256:...)"
        raise SettingsError(f"INTERLEAVER_ROUTER_IMAGE: {image!r} {words}")
    return image


def _namespaces(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if not _NAMESPACE.match(name):
            raise SettingsError(f"INTERLEAVER_NAMESPACES: {name!r} is no namespace; give names separated by commas")
    return names


def _namespace(environment: Mapping[str, str], variable: str) -> str:
    name = environment.get(variable, "").strip()
    if name and not _NAMESPACE.match(name):
        raise SettingsError(f"{variable}: {name!r} is no namespace; give the one that the operator runs in")
    return name


def _addresses(text: str) -> tuple[str, ...]:
    addresses = tuple(dict.fromkeys(address.strip().rstrip("/") for address in text.split(",") if address.strip()))
    for address in addresses:
        if not _ADDRESS.match(address):
            words = f"{PROMETHEUS_ADDRESSES}: {address!r} is no base URL; give http://HOST:PORT, separated by commas"
            raise SettingsError(words)
    return addresses


def _switch(environment: Mapping[str, str], variable: str) -> bool:
    text = environment.get(variable, "").strip()
    if text not in ("", "true", "false"):
        raise SettingsError(f"{variable}: {text!r} is neither true nor false")
    return text == "true"


def _number(environment: Mapping[str, str], variable: str, default: float, low: int, high: int) -> float:
    text = environment.get(variable, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SettingsError(f"{variable}: {text!r} is no whole number from {low} to {high}")
    return int(text)
