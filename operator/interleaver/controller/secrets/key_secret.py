"""The Secret with the token keys: made once, and never read by the operator."""

from collections.abc import Callable
from typing import NamedTuple

from interleaver.api.experiment import Metadata
from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.resources.keys import key_secret


class Attempt(NamedTuple):
    """Whether the Secret is there for certain, and the API server's words if it denied a missing one."""

    is_there: bool
    denials: tuple[str, ...] = ()


async def create_key(cluster: Cluster, owner: Metadata, token: Callable[[int], str], proven: bool) -> Attempt:
    """Create the Secret unless there is one. It is `proven` to be there once a pod is Ready, which mounts it.

    A Secret that exists before that may be a predecessor's, which the garbage collector is about to remove. Raises
    ClusterError.
    """
    manifest = key_secret(owner, f"k{token(4)}", token(32), token(32))
    try:
        made = await cluster.create(manifest)
    except ClusterError as error:
        # A quota that is used up denies what exists, too.
        if not is_denied(error):
            raise
        return Attempt(True) if proven else Attempt(False, (f"Secret {manifest['metadata']['name']}: {error.message}",))
    return Attempt(made or proven)
