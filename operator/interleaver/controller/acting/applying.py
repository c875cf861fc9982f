"""Applying: what is desired is applied where the live object does not say so already."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Clash
from interleaver.api.revision import digest
from interleaver.controller.cluster.children import Children
from interleaver.controller.cluster.claiming import NOTHING, Refused, is_record, try_claim
from interleaver.controller.cluster.containment import agrees
from interleaver.controller.cluster.gateway import Cluster
from interleaver.controller.cluster.ownership import is_ours
from interleaver.resources.metadata import list_shared_names

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
        return agrees(live, wanted) or self.forms.get(identity(wanted)) == digest(form(live))

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


def name_object(manifest: Manifest) -> str:
    """What a line of the log calls an object of the experiment's namespace."""
    return f"{manifest['kind']}/{manifest['metadata']['name']}"


def form(live: Manifest) -> Manifest:
    """What of a live object can be ours: no status, and of the metadata what an apply sets."""
    meta = {key: live["metadata"].get(key) for key in ("labels", "annotations", "ownerReferences")}
    # The Deployment's controller counts rollouts in an annotation of its own.
    meta["annotations"] = {
        key: value for key, value in (meta["annotations"] or {}).items() if key.startswith(f"{names.GROUP}/")
    }
    return {key: value for key, value in live.items() if key not in ("status", "metadata")} | {"metadata": meta}


async def apply_all(
    cluster: Cluster,
    experiment: Experiment,
    wanted: Iterable[Manifest],
    children: Children,
    applied: Applied,
    refused: Refused = NOTHING,
) -> tuple[int, Refused]:
    """Apply what is not as wanted, in order; returns how many were, and what could not be, after what was before that.

    One that cannot be applied does not keep the others from it: the champion must not wait for a candidate. Raises
    ClusterError for every failure that may pass.
    """
    count = 0
    for manifest in wanted:
        live = find_live(manifest, children, experiment)
        if applied.is_current(manifest, live) or is_held(manifest, experiment.metadata.name, refused.clashes):
            continue
        stored = await try_claim(cluster, experiment, manifest, live)
        if isinstance(stored, Refused):
            # A record gets another name, once it is seen that its own is taken.
            refused += NOTHING if stored.clashes and is_record(manifest) else stored
            continue
        applied.note(manifest, stored)
        count += 1
        log.info("applied object=%s", name_object(manifest))
    return count, refused


def find_live(manifest: Manifest, children: Children, experiment: Experiment) -> Manifest | None:
    """Our live object of a manifest's kind and name, or the very Service that the manifest is to take over.

    The entry Service is known even without the labels.
    """
    kind, _, name = identity(manifest)
    if (kind, name) != ("Service", experiment.spec.service.name):
        return children.find(kind, name)
    entry = children.entry
    meant = entry is not None and manifest["metadata"].get("uid") == entry["metadata"].get("uid")
    return entry if entry and (meant or is_ours(entry, experiment)) else None


def is_held(manifest: Manifest, experiment: str, clashes: Iterable[Clash]) -> bool:
    """Whether pods must not be made: they would mount, or be known by, what is somebody else's."""
    if manifest["kind"] != "Deployment":
        return False
    needed = {manifest["metadata"]["name"], *list_shared_names(experiment)}
    return any(clash.name in needed for clash in clashes)
