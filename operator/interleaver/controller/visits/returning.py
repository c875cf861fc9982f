"""When to come back to an experiment. Pure."""

from interleaver.api import conditions
from interleaver.api.experiment import Experiment
from interleaver.api.fields import seconds
from interleaver.api.status import Status
from interleaver.controller.cluster.pods import is_settling
from interleaver.controller.observing.looks import Moment, PastLooks, wait_for_look
from interleaver.controller.observing.observe import Seen
from interleaver.controller.settings import Pace


def seconds_until_next(experiment: Experiment, seen: Seen, looks: PastLooks, moment: Moment, pace: Pace) -> float:
    """Seconds until the next visit is due even if no event asks for it: a look, a deadline, or the resync."""
    dates = [pace.resync]
    look = wait_for_look(experiment, seen.children.pods, seen.observed.config, looks, moment)
    if look is not None:
        dates.append(look)
    if experiment.status.serving and experiment.status.serving.former:
        dates.append(seconds(experiment.spec.metrics.interval))
    if any(is_settling(pod, moment.now) for pod in seen.children.pods):
        dates.append(pace.soon)
    if seen.children.strangers or seen.observed.invalid or seen.observed.inquiry.reason or seen.observed.supply.reason:
        # A template is asked for again once the former answer is old, a Secret gets its label; only visits notice that.
        dates.append(pace.stalled)
    if not conditions.is_true(experiment.status, conditions.READY):
        # After a while that is said to need a person, and no event tells when.
        dates.append(pace.stalled)
    if is_in_progress(experiment.status):
        is_stuck = conditions.is_true(experiment.status, conditions.STALLED)
        dates.append(pace.stalled if is_stuck else pace.soon)
    return min(dates)


def is_in_progress(status: Status) -> bool:
    """Whether something is under way that no event need tell of, such as a deadline."""
    if status.renewals or (status.run and status.run.stage in ("Preparing", "Promoting", "RollingBack")):
        return True
    return conditions.is_true(status, conditions.RECONCILING)
