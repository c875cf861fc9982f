"""The forms that the URL of a vote store has: one server, the nodes of a cluster, or Sentinels that know the primary.

What is known by one URL in this way was told by those before us: `redis+sentinel://HOST,HOST/NAME/0` and
`redis+cluster://HOST,HOST` are what Python's rate limiters and task queues read. Standard library alone, for the
operator does not load the client; nothing is judged here (store_url.py does that).
"""

from typing import Final, Literal, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode

Kind = Literal["alone", "cluster", "sentinel"]

ALONE: Final = "alone"
CLUSTER: Final = "cluster"
SENTINEL: Final = "sentinel"

KINDS: Final[dict[str, Kind]] = {
    "redis": ALONE,
    "rediss": ALONE,
    "unix": ALONE,
    "redis+cluster": CLUSTER,
    "rediss+cluster": CLUSTER,
    "redis+sentinel": SENTINEL,
    "rediss+sentinel": SENTINEL,
}
SENTINEL_PORT: Final = 26379
# Who asks Sentinels; user and password before the @ are those of the store itself.
SENTINEL_LOGIN: Final = ("sentinel_username", "sentinel_password")


class StoreForm(NamedTuple):
    """A URL taken apart into plain ones, `redis://` or `rediss://`, each with one host and all of the options."""

    kind: Kind
    servers: tuple[
        str, ...
    ]  # the store's: one, or nodes of the cluster; with Sentinels the first of these in its place
    sentinels: tuple[str, ...] = ()
    primary: str = ""  # the name by which Sentinels know it


def take_apart(url: str) -> StoreForm:
    """The form of a URL, of which nothing but the scheme needs to be right. Raises ValueError, without a word of it."""
    scheme, _, rest = url.partition("://")
    kind = KINDS.get(scheme)
    if kind is None:
        raise ValueError("no URL of a store")
    if kind == ALONE:
        return StoreForm(kind, (url,))
    place, _, query = rest.partition("?")
    transport = scheme.partition("+")[0]
    network, _, path = place.partition("/")
    login, at, hosts = network.rpartition("@")
    if kind == CLUSTER:
        return StoreForm(kind, tuple(write(transport, login + at, host, path, query) for host in hosts.split(",")))
    name, _, database = path.partition("/")
    own, asking = split_options(query)
    servers = tuple(write(transport, login + at, host, database, own) for host in hosts.split(","))
    sentinels = tuple(
        write(transport, asking, add_port(host), "", leave_out_database(own)) for host in hosts.split(",")
    )
    return StoreForm(kind, servers, sentinels, unquote(name))


def write(transport: str, login: str, host: str, path: str, query: str) -> str:
    """A plain URL."""
    return f"{transport}://{login}{host}{'/' if path else ''}{path}{'?' if query else ''}{query}"


def split_options(query: str) -> tuple[str, str]:
    """The options without those for Sentinels, and user and password of these as they stand before a host."""
    options = parse_qsl(query, keep_blank_values=True)
    login = {name: value for name, value in options if name in SENTINEL_LOGIN}
    own = urlencode([(name, value) for name, value in options if name not in SENTINEL_LOGIN])
    if not login:
        return own, ""
    user, password = (quote(login.get(name, ""), safe="") for name in SENTINEL_LOGIN)
    return own, f"{user}:{password}@" if password else f"{user}@"


def leave_out_database(query: str) -> str:
    """The options that hold for Sentinels as well: these have no databases, and users of their own."""
    ours = ("db", "username", "password")
    return urlencode([pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in ours])


def add_port(host: str) -> str:
    """A Sentinel's host with the port at which they usually listen, if there is none."""
    return host if not host or ":" in host.rpartition("]")[2] else f"{host}:{SENTINEL_PORT}"
