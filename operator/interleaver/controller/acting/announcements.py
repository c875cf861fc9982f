"""Announcements: Kubernetes Events about an experiment, as `kubectl describe` shows them.

What may come and go is told once for as long as its Event is kept, which is an hour unless the API server is told
otherwise: the Event is named after its words, so that it is there already when they come again. That needs no right to
change Events, and holds for an operator that has just started (decision 54).
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Metadata
from interleaver.api.fields import micro_timestamp
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.surroundings import Surroundings
from interleaver.experiment.telling.announce import Announcement

log: Final = logging.getLogger(__name__)

LONGEST_NOTE: Final = 1024  # characters, the API server's bound
LONGEST_REASON: Final = 128  # characters, likewise


def event(about: Metadata, announcement: Announcement, now: datetime, suffix: str, instance: str) -> Manifest:
    """The Event object. `suffix` tells its name from others; `instance` says which operator process posts it."""
    return {
        "apiVersion": kinds.api_version("Event"),
        "kind": "Event",
        "metadata": {"name": f"{about.name}.{suffix}", "namespace": about.namespace},
        "eventTime": micro_timestamp(now),
        "reportingController": f"{names.GROUP}/operator",
        "reportingInstance": instance[:LONGEST_REASON],
        "action": announcement.reason[:LONGEST_REASON],
        "reason": announcement.reason[:LONGEST_REASON],
        "type": announcement.kind,
        "note": announcement.message[:LONGEST_NOTE],
        # Without the uid, `kubectl describe` does not show the event.
        "regarding": {
            "apiVersion": f"{names.GROUP}/{names.VERSION}",
            "kind": names.KIND,
            "namespace": about.namespace,
            "name": about.name,
            "uid": about.uid,
        },
    }


def name_words(about: Metadata, announcement: Announcement) -> str:
    """What the Event of a state is named by: the same for the same words about the same experiment."""
    said = announcement.topic or announcement.message
    return sha256("\n".join((about.uid, announcement.kind, announcement.reason, said)).encode()).hexdigest()[:16]


async def post(cluster: Cluster, announcements: Iterable[Announcement], about: Metadata, around: Surroundings) -> None:
    """Post events, but for those that are there. One that cannot be posted is lost: the status says the same."""
    for one in announcements:
        log.info("announced kind=%s reason=%s message=%s", one.kind, one.reason, one.message)
        suffix = name_words(about, one) if one.is_state else around.token(8)
        manifest = event(about, one, around.now(), suffix, around.instance)
        try:
            await cluster.create(manifest)
        except ClusterError as error:
            log.warning("event not posted reason=%s error=%s", one.reason, error)
