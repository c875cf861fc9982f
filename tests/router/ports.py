"""Ports for servers that are killed and come back at the same address.

They lie below those that the kernel gives to outgoing connections: of these one might hold the port in the meantime.
"""

import random
import socket
from typing import Final

LOWEST, HIGHEST = 15_000, 30_000
TRIES: Final = 100


def find_port() -> int:
    """A port that is free."""
    for _ in range(TRIES):
        port = random.randint(LOWEST, HIGHEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port between {LOWEST} and {HIGHEST}")
