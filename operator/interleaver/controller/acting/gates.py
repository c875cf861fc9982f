"""Gates in the cluster: the Job of a gate that was begun is made, and that of one that was given up is ended."""

import logging
from typing import Final

from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Observed
from interleaver.controller.acting.applying import name_object
from interleaver.controller.cluster.claiming import NOTHING, Refused
from interleaver.controller.cluster.denial import explain_denial, is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.resources.gate_job import find_due_job

log: Final = logging.getLogger(__name__)


async def tend_gates(cluster: Cluster, experiment: Experiment, observed: Observed, live: Manifest | None) -> Refused:
    """Make the Job that is due, or end the `live` one that is not wanted any more; returns what could not be made.

    Raises ClusterError for every failure that may pass.
    """
    due = find_due_job(experiment, observed)
    if due is not None:
        return await make(cluster, due)
    if live is not None and is_unwanted(experiment, observed):
        await cluster.delete(live)
        log.info("deleted object=%s", name_object(live))
    return NOTHING


async def make(cluster: Cluster, job: Manifest) -> Refused:
    """Make a Job. Whatever has its name already is seen at the next visit."""
    try:
        await cluster.create(job)
    except ClusterError as error:
        if is_denied(error):
            return Refused(denied=(explain_denial(job, error),))
        if error.code == 403:  # a right is missing, which the next visits may find given
            return Refused(denied=(f"{name_object(job)} was not made: {error.message}",))
        raise
    log.info("created object=%s", name_object(job))
    return NOTHING


def is_unwanted(experiment: Experiment, observed: Observed) -> bool:
    """Whether the Job that was seen goes on although its gate is over."""
    run, job = experiment.status.run, observed.gating.job
    last = run.gates[-1] if run and run.gates else None
    return bool(last and job and not last.is_open and last.job == job.name and job.state == "Active")
