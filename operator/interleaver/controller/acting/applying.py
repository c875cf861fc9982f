"""Applying: what is desired is applied where the live object does not say so already."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.api.revision import digest
from interleaver.controller.cluster.children import Children
from interleaver.controller.cluster.containment import contains
from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError

log: Final = logging.getLogger(__name__)


@dataclass
class Applied:
    """How the API server stored what was applied, by kind, namespace and name.

    It may write a value in another form (1000m becomes 1); what it made of our words must not be applied for ever.
    """

    forms: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def is_current(self, wanted: Manifest, live: Manifest | None) -> bool:
        """Whether the live object says what is wanted."""
        if live is None or applied_digest(live) != applied_digest(wanted):
            return False
        return contains(live, wanted) or self.forms.get(identity(wanted)) == digest(form(live))

    def note(self, wanted: Manifest, stored: Manifest) -> None:
        """Remember the answer to an apply."""
        self.forms[identity(wanted)] = digest(form(stored))


def applied_digest(manifest: Manifest) -> str | None:
    """The digest of what was applied last, as the object carries it."""
    found: str | None = (manifest["metadata"].get("annotations") or {}).get(names.ANNOTATION_APPLIED)
    return found


def identity(manifest: Manifest) -> tuple[str, str, str]:
    """What tells objects apart: kind, namespace and name."""
    return manifest["kind"], manifest["metadata"]["namespace"], manifest["metadata"]["name"]


def form(live: Manifest) -> Manifest:
    """What of a live object can be ours: no status, and of the metadata what an apply sets."""
    meta = {key: live["metadata"].get(key) for key in ("labels", "annotations", "ownerReferences")}
    # The Deployment's controller counts rollouts in an annotation of its own.
    meta["annotations"] = {
        key: value for key, value in (meta["annotations"] or {}).items() if key.startswith(f"{names.GROUP}/")
    }
    return {key: value for key, value in live.items() if key not in ("status", "metadata")} | {"metadata": meta}


async def apply_all(
    cluster: Cluster, wanted: Iterable[Manifest], children: Children, entry: str, applied: Applied
) -> tuple[int, list[str]]:
    """Apply what is not as wanted, in order; returns how many were, and the API server's words on those it denied.

    A manifest that is denied does not keep the others from being applied: the champion must not wait for a candidate.
    Raises ClusterError for every other failure.
    """
    count, denials = 0, []
    for manifest in wanted:
        if applied.is_current(manifest, find_live(manifest, children, entry)):
            continue
        try:
            applied.note(manifest, await cluster.apply(manifest))
        except ClusterError as error:
            if not is_denied(error):
                raise
            denials.append(f"{manifest['kind']} {manifest['metadata']['name']}: {error.message}")
            continue
        count += 1
        log.info("applied kind=%s namespace=%s name=%s", *identity(manifest))
    return count, denials


def find_live(manifest: Manifest, children: Children, entry: str) -> Manifest | None:
    """The live object of a manifest's kind and name. The entry Service is known even without the labels."""
    kind, _, name = identity(manifest)
    return children.entry if (kind, name) == ("Service", entry) else children.find(kind, name)
