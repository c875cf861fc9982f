"""Which revisions outlive the experiment (spec.deletionPolicy).

What serves has no owner, so that no garbage collector takes it away; whose it is stands in its labels. A revision that
is to serve is set free once it is Ready, before the pointer moves (decision 44).
"""

from interleaver.api.experiment import Experiment
from interleaver.api.observed import Observed


def find_kept(experiment: Experiment, observed: Observed, sizes: dict[str, int], rollout: str | None) -> frozenset[str]:
    """The hashes of the revisions that outlive the experiment; `sizes` has all that must exist, and `rollout` is the
    champion that is being rolled out."""
    status = experiment.status
    if experiment.spec.deletion_policy == "Delete":
        return frozenset()
    serving = [status.serving, status.serving.former] if status.serving else []
    kept = {identity.hash for identity in serving if identity}
    promoted = status.run.plan.candidate.hash if status.run and status.run.stage == "Promoting" else None
    return frozenset(kept | {hash_ for hash_ in (rollout, promoted) if hash_ and is_due(observed, hash_, sizes[hash_])})


def is_due(observed: Observed, hash_: str, size: int) -> bool:
    """Whether a revision that is about to serve is Ready, or was: it is not tied again because a pod is restarted."""
    deployed = observed.deployed.get(hash_)
    is_free = deployed is not None and deployed.size is not None and not deployed.owned
    return deployed is not None and (is_free or deployed.is_ready_at(size))
