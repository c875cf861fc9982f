"""The Secret with the token keys: made once, and never read by the operator.

Where it may get Secrets it sees the metadata alone, and whose the Secret is. Where it may not, the status remembers
that it was made: who cannot delete Secrets cannot have put another one in its place.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.claiming import NOTHING, Refused
from interleaver.controller.cluster.denial import explain_denial, is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.ownership import describe_clash, is_ours
from interleaver.controller.secrets.named_secret import GRANTING
from interleaver.resources.keys import key_secret

UNSEEN: Final = (
    "Secret {name} is there, and whose it is cannot be seen: delete it if it is nobody's, or let the operator get it "
    f"({GRANTING})"
)


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
        return await create_unseen_key(cluster, manifest, made=experiment.status.keys_made)
    if found is None:
        return await create_key(cluster, manifest)
    if is_ours(found, experiment):
        return Attempt(True)
    return Attempt(False, Refused(clashes=(describe_clash(found, "Secret", experiment),)))


async def create_unseen_key(cluster: Cluster, manifest: Manifest, made: bool) -> Attempt:
    """Create the Secret without a right to look. One that is there is ours if it was `made` before, else anybody's.

    Raises ClusterError.
    """
    attempt = await create_key(cluster, manifest)
    if attempt.is_there or attempt.refused.denied:
        return attempt
    if made:
        return Attempt(True)
    return Attempt(False, Refused(denied=(UNSEEN.format(name=manifest["metadata"]["name"]),)))


async def create_key(cluster: Cluster, manifest: Manifest) -> Attempt:
    """Create the Secret. One that came in between is looked at the next time. Raises ClusterError."""
    try:
        return Attempt(await cluster.create(manifest))
    except ClusterError as error:
        if not is_denied(error):
            raise
        return Attempt(False, Refused(denied=(explain_denial(manifest, error),)))
