"""Handlers: kopf tells of events, and all they do is put a key into the work queue.

Only `on.event`: every other handler of kopf adds finalizers or annotations to what it watches. They return nothing,
for kopf would write a result into the resource.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import kopf

from interleaver.api import names
from interleaver.controller.cluster import credentials
from interleaver.controller.process import watching
from interleaver.controller.settings import Requests
from interleaver.controller.visits.visit import Key

CHILDREN: Final = (("", "v1", "pods"), ("apps", "v1", "deployments"), ("", "v1", "services"))
# kopf gives up on 403 and 5xx for good once these are used up; a restarting API server may say both for minutes.
ERROR_BACKOFFS: Final = (1, 1, 2, 3, 5, 8, 13, 21, *(30,) * 20)

LOGIN_GAP: Final = 2.0  # seconds between logins


def key_of_experiment(body: Mapping[str, Any]) -> Key:
    """The key of an experiment."""
    return Key(body["metadata"]["namespace"], body["metadata"]["name"])


def key_of_child(body: Mapping[str, Any]) -> Key | None:
    """The key of the experiment that an object belongs to, as its label says."""
    name = (body["metadata"].get("labels") or {}).get(names.LABEL_EXPERIMENT)
    return Key(body["metadata"]["namespace"], name) if name else None


def wait_for_login(last: float, now: float) -> float:
    """Seconds before the next login.

    To kopf every session is another login, so that it asks again at once when the API server refuses one, as it does
    for up to a minute after a token was rotated.
    """
    return max(0.0, last + LOGIN_GAP - now)


def make_registry(add: Callable[[Key], None], configuration: Any) -> kopf.OperatorRegistry:
    """A registry whose handlers call `add` with the key of whatever an event is about."""
    made = kopf.OperatorRegistry()

    last = float("-inf")

    @kopf.on.login(registry=made)
    async def log_in(**_: Any) -> kopf.AiohttpSession:
        nonlocal last
        await asyncio.sleep(wait_for_login(last, time.monotonic()))
        last = time.monotonic()
        return watching.make_session(await credentials.connection(configuration))

    @kopf.on.event(names.GROUP, names.VERSION, names.PLURAL, registry=made)
    async def see_experiment(body: kopf.Body, **_: Any) -> None:
        add(key_of_experiment(body))

    async def see_child(body: kopf.Body, **_: Any) -> None:
        key = key_of_child(body)
        if key is not None:
            add(key)

    for group, version, plural in CHILDREN:
        kopf.on.event(group, version, plural, id=f"see_{plural}", registry=made)(see_child)
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


def quieten() -> None:
    """kopf logs every event of every object, and every retry of a watch as an error."""
    for name in ("kopf.objects", "kopf.activities", "kopf._core.engines.activities"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("kopf._core.reactor.running").setLevel(logging.WARNING)
    logging.getLogger("kopf._cogs.clients.watching").setLevel(logging.CRITICAL)
