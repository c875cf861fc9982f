"""How many connections of each kind a router may have, given how many files its process may open.

A process without a free file serves nobody: it reaches no model, and it reads no configuration. So every kind has a
bound, and together they leave room for what must always be there.
"""

import resource
from typing import Final, NamedTuple

FILES: Final = 16_384  # for which all bounds below hold; a container is usually allowed many more
OTHERS: Final = 256  # the admin port, connections that are turned away, the store, the log, files that are read
POOLS: Final = 3  # of connections to models: the one in our own pod, the champion and the candidate
SOCKETS_OF_A_TUNNEL: Final = 2


class Bounds(NamedTuple):
    """The most connections of each kind."""

    clients: int = 10_000
    tunnels: int = 1_000
    upstreams: int = 256  # to one model: above what one model process works on at a time


def divide(files: int) -> Bounds:
    """The bounds where so many files may be open: of few, a quarter goes to models and an eighth to websockets."""
    free, most = max(files - OTHERS, 0), Bounds()
    upstreams = max(1, min(most.upstreams, free // 4 // POOLS))
    tunnels = max(1, min(most.tunnels, free // 8 // SOCKETS_OF_A_TUNNEL))
    clients = max(1, min(most.clients, free - POOLS * upstreams - SOCKETS_OF_A_TUNNEL * tunnels))
    return Bounds(clients, tunnels, upstreams)


def raise_limit() -> int:
    """Allow this process the files that it needs, as far as it may; how many it may open now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return FILES if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
