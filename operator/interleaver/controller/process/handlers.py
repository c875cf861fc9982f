"""Handlers: by them kopf knows what it is to list and to watch; what it hears goes to the store on its way.

Only `on.event`: every other handler of kopf adds finalizers or annotations to what it watches. They return nothing,
for kopf would write a result into the resource.
"""

import asyncio
import logging
import time
from typing import Any, Final

import kopf

from interleaver.api import names
from interleaver.controller.cluster import credentials, kinds, store
from interleaver.controller.cluster.calls import Calls
from interleaver.controller.process import watching
from interleaver.controller.process.hearing import Ear
from interleaver.controller.settings import Requests

# By which kopf knows them; what is watched is said by the store.
CHILDREN: Final = tuple(kinds.locate(kind) for kind in store.CHILDREN)
# kopf gives up on 403 and 5xx for good once these are used up; a restarting API server may say both for minutes.
ERROR_BACKOFFS: Final = (1, 1, 2, 3, 5, 8, 13, 21, *(30,) * 20)

LOGIN_GAP: Final = 2.0  # seconds between logins


def wait_for_login(last: float, now: float) -> float:
    """Seconds before the next login.

    To kopf every session is another login, so that it asks again at once when the API server refuses one, as it does
    for up to a minute after a token was rotated.
    """
    return max(0.0, last + LOGIN_GAP - now)


def make_registry(ear: Ear, configuration: Any, calls: Calls) -> kopf.OperatorRegistry:
    """A registry by which kopf watches; what it hears goes to `ear`, and what it asks is counted."""
    made = kopf.OperatorRegistry()

    last = float("-inf")

    @kopf.on.login(registry=made)
    async def log_in(**_: Any) -> kopf.AiohttpSession:
        nonlocal last
        await asyncio.sleep(wait_for_login(last, time.monotonic()))
        last = time.monotonic()
        return watching.make_session(await credentials.connection(configuration), ear, calls)

    async def watch(**_: Any) -> None:
        """Nothing: that there is a handler is why kopf watches, and the session has told the store already."""

    for group, version, plural in (kinds.locate(kinds.EXPERIMENT), *CHILDREN):
        kopf.on.event(group, version, plural, id=f"watch_{plural}", registry=made)(watch)
    return made


def make_settings(requests: Requests) -> kopf.OperatorSettings:
    """kopf's settings: no marks on what it watches, no events, no scanning, and no giving up."""
    made = kopf.OperatorSettings()
    # kopf removes its finalizer from whatever it watches; with its default name it would remove another operator's.
    made.persistence.finalizer = f"{names.GROUP}/unused"
    made.posting.enabled = False
    made.scanning.disabled = True
    made.process.ultimate_exiting_timeout = None
    made.networking.connect_timeout = requests.connect
    made.networking.error_backoffs = ERROR_BACKOFFS
    made.watching.connect_timeout = requests.connect
    made.watching.inactivity_timeout = 70.0  # seconds; the API server sends a bookmark every 60
    made.watching.chunk_size = watching.PAGE
    for child in CHILDREN:
        made.watching.label_selectors[child] = names.LABEL_EXPERIMENT
    return made


def shrink_pages(settings: kopf.OperatorSettings) -> None:
    """Let kopf list in small pages from now on."""
    settings.watching.chunk_size = watching.SMALL_PAGE


def quieten() -> None:
    """kopf logs every event of every object, and every retry of a watch as an error."""
    for name in ("kopf.objects", "kopf.activities", "kopf._core.engines.activities"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("kopf._core.reactor.running").setLevel(logging.WARNING)
    logging.getLogger("kopf._cogs.clients.watching").setLevel(logging.CRITICAL)
