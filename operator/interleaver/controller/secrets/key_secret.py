"""The Secret with the token keys: made once, and never read by the operator, which sees the metadata alone."""

from collections.abc import Callable
from typing import Final, NamedTuple

from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.claiming import NOTHING, Refused
from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.ownership import describe_clash, is_ours
from interleaver.resources.keys import key_secret

UNSEEN: Final = "Secrets cannot be looked at, so that the keys may be somebody else's: grant the right to get them"


class Attempt(NamedTuple):
    """Whether the Secret is there for certain, and what stands in the way of a missing one."""

    is_there: bool
    refused: Refused = NOTHING


async def ensure_key(cluster: Cluster, experiment: Experiment, token: Callable[[int], str]) -> Attempt:
    """Create the Secret unless there is one.

    One that somebody else made is no key: whoever knows it could cast votes. One of an experiment of this name that is
    gone is about to be removed. Raises ClusterError.
    """
    manifest = key_secret(experiment.metadata, f"k{token(4)}", token(32), token(32))
    try:
        found = await cluster.get_metadata("Secret", experiment.metadata.namespace, manifest["metadata"]["name"])
    except ClusterError as error:
        if error.code != 403:
            raise
        attempt = await create_key(cluster, manifest)
        return attempt if attempt.is_there or attempt.refused.denied else Attempt(False, Refused(denied=(UNSEEN,)))
    if found is None:
        return await create_key(cluster, manifest)
    if is_ours(found, experiment):
        return Attempt(True)
    return Attempt(False, Refused(clashes=(describe_clash(found, "Secret", experiment),)))


async def create_key(cluster: Cluster, manifest: Manifest) -> Attempt:
    """Create the Secret. One that came in between is looked at the next time. Raises ClusterError."""
    try:
        return Attempt(await cluster.create(manifest))
    except ClusterError as error:
        if not is_denied(error):
            raise
        return Attempt(False, Refused(denied=(f"Secret {manifest['metadata']['name']}: {error.message}",)))
