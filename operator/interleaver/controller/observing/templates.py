"""Templates: whether the API server would take a revision's Deployment, asked by a dry run and remembered."""

from collections.abc import Callable

from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.revision import Snapshot
from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError

Deployment = Callable[[Experiment, Snapshot, int], Manifest]


class Templates:
    """Answers of the API server, by namespace and hash. A refusal is asked for again after a while."""

    def __init__(self, deployment: Deployment, clock: Callable[[], float], recheck: float) -> None:
        self._deployment = deployment
        self._clock = clock  # seconds, never going back
        self._recheck = recheck  # seconds
        self._known: dict[tuple[str, str], tuple[float, str | None]] = {}

    async def refusal(self, cluster: Cluster, experiment: Experiment, snapshot: Snapshot) -> str | None:
        """The API server's words on why it refuses the revision; None when it takes it.

        Raises ClusterError when it gave no answer that is about the template.
        """
        key = (experiment.metadata.namespace, snapshot.hash)
        asked, words = self._known.get(key, (float("-inf"), None))
        if self._clock() - asked >= self._recheck:
            words = await self._ask(cluster, experiment, snapshot)
            now = self._clock()
            recent = {other: known for other, known in self._known.items() if now - known[0] < self._recheck}
            self._known = recent | {key: (now, words)}
        return words

    async def _ask(self, cluster: Cluster, experiment: Experiment, snapshot: Snapshot) -> str | None:
        try:
            manifest = self._deployment(experiment, snapshot, 1)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The CRD lets any object be a template, so a list may stand where an object belongs.
            return f"not a PodTemplateSpec: {error}"
        try:
            await cluster.apply(manifest, dry_run=True)
        except ClusterError as error:
            if is_denied(error):
                return error.message
            raise
        return None
