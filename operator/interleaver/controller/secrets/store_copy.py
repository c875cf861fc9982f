"""The Secret that routers mount, with a copy of what other Secrets hold (decision 11)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from interleaver.api import conditions
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Supply
from interleaver.controller.cluster.claiming import NOTHING, Refused, try_claim
from interleaver.controller.cluster.containment import agrees
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.ownership import describe_clash, is_going, is_ours, read_keeper
from interleaver.controller.secrets.named_secret import GRANTING, Unusable
from interleaver.experiment.orders.complaints import explain_clash
from interleaver.resources.metadata import keep, store_object_name
from interleaver.resources.store import store_secret

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Supplied:
    """What routers are to get, by file. Its content is for the API server alone, and is left out of `repr`."""

    supply: Supply = field(default_factory=Supply)
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    kept: frozenset[str] = frozenset()  # files that cannot be read now, and stay as they are
    live: Manifest | None = field(default=None, repr=False)  # the Secret as it stands
    concerned: bool = False  # whether there is or was anything to give


async def read_copy(cluster: Cluster, experiment: Experiment) -> Manifest | None:
    """The Secret that routers mount, as it stands. Raises Unusable when the operator may not look."""
    name = store_object_name(experiment.metadata.name)
    try:
        return await cluster.get("Secret", experiment.metadata.namespace, name)
    except ClusterError as error:
        if error.code != 403:
            raise
        words = f"Secret {name!r} cannot be read: let the operator get and patch it ({GRANTING})"
        raise Unusable(conditions.SECRET_NOT_USABLE, words) from None


def find_name_clash(experiment: Experiment, live: Manifest | None) -> Unusable | None:
    """Why the Secret of the copy's name must be left alone; None when it is ours, not there, or about to go."""
    if live is None or is_ours(live, experiment) or is_going(live, experiment):
        return None
    return Unusable(conditions.OBJECT_EXISTS, explain_clash(describe_clash(live, "Secret", experiment)))


async def ensure_supply(cluster: Cluster, experiment: Experiment, supplied: Supplied) -> Refused:
    """Bring the copy up to date; returns what stands in the way of that. Raises ClusterError."""
    live = supplied.live
    if not supplied.concerned:
        return NOTHING
    if live is not None and not is_ours(live, experiment):
        return Refused(clashes=(describe_clash(live, "Secret", experiment),))
    made = store_secret(experiment.metadata, supplied.files)
    wanted = keep(made) if experiment.spec.deletion_policy == "KeepServing" else made
    data = (live or {}).get("data") or {}
    wanted["data"] |= {name: data[name] for name in supplied.kept if name in data}
    if is_current(live, wanted) if live else not wanted["data"]:
        return NOTHING
    stored = await try_claim(cluster, experiment, wanted, live)
    if isinstance(stored, Refused):
        return stored
    files = ",".join(sorted(wanted["data"])) or "none"
    log.info("supplied object=Secret/%s files=%s", wanted["metadata"]["name"], files)
    return NOTHING


def is_current(live: Manifest, wanted: Manifest) -> bool:
    """Whether the copy says and holds what it should, nothing beside, and lives as long as it should."""
    holds = read_keeper(live) == read_keeper(wanted) and (live.get("data") or {}) == wanted["data"]
    return holds and agrees(live, wanted)
