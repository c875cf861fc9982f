"""Sessions with what may be anybody's: routers in tenants' pods, and a Prometheus."""

from collections.abc import Mapping
from typing import Final

import aiohttp

# A compressed body would be as long as it likes once it is unpacked; nobody asked for one, so it stays packed.
PLAIN: Final = {"Accept-Encoding": "identity"}


def open_session(seconds: float, parallel: int, headers: Mapping[str, str] = PLAIN) -> aiohttp.ClientSession:
    """A session for one round of questions, each of which may take so long, and so many at once.

    Rounds are rare, so connections are not kept; pods come and go, and so do their addresses. No proxy that the
    environment names is asked.
    """
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=seconds),
        connector=aiohttp.TCPConnector(force_close=True, limit=parallel),
        headers=headers,
        trust_env=False,
        auto_decompress=False,
    )
