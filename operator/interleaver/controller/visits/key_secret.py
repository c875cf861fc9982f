"""The Secret with the token keys: made once, and never read by the operator."""

from interleaver.api.experiment import Metadata
from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.pods import is_ready
from interleaver.controller.observing.observe import Seen
from interleaver.controller.surroundings import Surroundings
from interleaver.controller.visits.visit import Core, Notes


async def ensure_key(
    cluster: Cluster, core: Core, around: Surroundings, rest: float, owner: Metadata, seen: Seen, notes: Notes
) -> list[str]:
    """Create the key Secret unless there is one; returns the API server's words if it denied a missing one.

    We do not look, so we try, but only every `rest` seconds once we made it, or a Ready pod proves that it is there: a
    Secret that exists before that may be a predecessor's, which the garbage collector takes away.
    """
    now, proven = around.monotonic(), any(is_ready(pod) for pod in seen.children.pods)
    if now - notes.secret < rest:
        return []
    manifest = core.secret(owner, f"k{around.token(4)}", around.token(32), around.token(32))
    try:
        made = await cluster.create(manifest)
    except ClusterError as error:
        # A quota that is used up denies what exists, too.
        if not is_denied(error):
            raise
        if not proven:
            return [f"Secret {manifest['metadata']['name']}: {error.message}"]
        made = False
    if made or proven:
        notes.secret = now
    return []
