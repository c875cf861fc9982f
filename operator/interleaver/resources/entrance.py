"""The entrance: where the entry's port leads to in the pods of what serves, also while that is being changed.

A number holds for all pods, so it would be wrong for some of them during a rolling update that changes it. Meanwhile
the port is found by a name that every pod gives its own number (decision 33). It is a number again as soon as
all pods agree, for some tools look for names among a pod's ordinary containers only.
"""

from interleaver.api.experiment import Experiment
from interleaver.api.observed import Observed
from interleaver.api.sidecar import Sidecar
from interleaver.api.status import Renewal
from interleaver.resources.metadata import router_port_name


def find_target_port(experiment: Experiment, observed: Observed, hash_: str) -> int | str:
    """Where the entry's port leads to in the pods of a revision."""
    found = observed.deployed.get(hash_)
    if found is None:
        return experiment.spec.router.port
    renewal = find_renewal(experiment, hash_)
    wanted = (renewal.sidecar if renewal else found.snapshot.sidecar).port
    is_mixed = bool(found.ports - {wanted})
    return router_port_name(hash_) if is_mixed and found.is_named else wanted


def find_renewal(experiment: Experiment, hash_: str) -> Renewal | None:
    """What is going on about the routers of a revision; None when nothing is."""
    return next((each for each in experiment.status.renewals if each.hash == hash_), None)


def is_open_to(sidecar: Sidecar, observed: Observed, hash_: str) -> bool:
    """Whether pods with this sidecar would be found: their port is the one of now, or is found by its name."""
    found, entry = observed.deployed[hash_], observed.entry
    is_same = found.ports <= {sidecar.port}
    return is_same or not found.is_named or (entry is not None and entry.target == router_port_name(hash_))
