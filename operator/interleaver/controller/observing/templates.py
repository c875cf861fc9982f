"""Templates: whether the API server would accept a revision's Deployment, asked by a dry run and remembered."""

from collections.abc import Callable

from interleaver.api.experiment import Experiment
from interleaver.api.revision import Snapshot
from interleaver.controller.cluster.claiming import ABSENT, guard
from interleaver.controller.cluster.denial import is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.resources.deployment import deployment


class Templates:
    """Answers of the API server, by namespace and hash. They are asked for again after a while."""

    def __init__(self, clock: Callable[[], float], recheck: float) -> None:
        self._clock = clock  # seconds, never going back
        self._recheck = recheck  # seconds
        self._answers: dict[tuple[str, str], tuple[float, str | None]] = {}

    async def denial(self, cluster: Cluster, experiment: Experiment, snapshot: Snapshot) -> str | None:
        """The API server's words on why it denies the revision; None when it accepts it.

        Raises ClusterError when it gave no answer that is about the template.
        """
        key = (experiment.metadata.namespace, snapshot.hash)
        asked, words = self._answers.get(key, (float("-inf"), None))
        if self._clock() - asked >= self._recheck:
            words = await self._ask(cluster, experiment, snapshot)
            now = self._clock()
            recent = {other: answer for other, answer in self._answers.items() if now - answer[0] < self._recheck}
            self._answers = recent | {key: (now, words)}
        return words

    async def _ask(self, cluster: Cluster, experiment: Experiment, snapshot: Snapshot) -> str | None:
        try:
            # One that is there was accepted, or is somebody else's, and must not be mixed with ours.
            manifest = guard(deployment(experiment, snapshot, 1), **ABSENT)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The CRD lets any object be a template, so a list may stand where an object belongs.
            return f"not a PodTemplateSpec: {error}"
        try:
            await cluster.apply(manifest, dry_run=True)
        except ClusterError as error:
            if is_denied(error):
                return error.message
            if error.code != 409:
                raise
        return None
