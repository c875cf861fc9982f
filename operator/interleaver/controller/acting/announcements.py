"""Announcements: Kubernetes Events about an experiment, as `kubectl describe` shows them."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Metadata
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster import kinds
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.surroundings import Surroundings
from interleaver.experiment.telling.announce import Announcement

log: Final = logging.getLogger(__name__)

LONGEST_NOTE: Final = 1024  # characters, the API server's bound
LONGEST_REASON: Final = 128  # characters, likewise


def event(about: Metadata, announcement: Announcement, now: datetime, suffix: str, instance: str) -> Manifest:
    """The Event object. `suffix` makes its name unique; `instance` says which operator process posts it."""
    return {
        "apiVersion": kinds.api_version("Event"),
        "kind": "Event",
        "metadata": {"name": f"{about.name}.{suffix}", "namespace": about.namespace},
        "eventTime": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
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


async def post(cluster: Cluster, announcements: Iterable[Announcement], about: Metadata, around: Surroundings) -> None:
    """Post events. One that cannot be posted is lost: the status says the same."""
    for one in announcements:
        log.info(
            "announced namespace=%s name=%s kind=%s reason=%s message=%r",
            *(about.namespace, about.name, one.kind, one.reason, one.message),
        )
        manifest = event(about, one, around.now(), around.token(8), around.instance)
        try:
            await cluster.create(manifest)
        except ClusterError as error:
            log.warning("event not posted reason=%s error=%s", one.reason, error)
