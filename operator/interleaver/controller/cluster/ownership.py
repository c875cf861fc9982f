"""Whose an object is, by its labels: a name is no proof of ownership."""

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest


def is_ours(live: Manifest, experiment: Experiment) -> bool:
    """Whether the object was made for this very experiment."""
    labels = live["metadata"].get("labels") or {}
    return is_of_that_name(live, experiment) and labels.get(names.LABEL_EXPERIMENT_UID) == experiment.metadata.uid


def is_adopted_by(live: Manifest, experiment: Experiment) -> bool:
    """Whether an adopted Service is this very experiment's. Who made it may have claimed since to manage it."""
    labels, meta = live["metadata"].get("labels") or {}, experiment.metadata
    return (labels.get(names.LABEL_EXPERIMENT), labels.get(names.LABEL_EXPERIMENT_UID)) == (meta.name, meta.uid)


def is_of_that_name(live: Manifest, experiment: Experiment) -> bool:
    """Whether the operator made it, for this experiment or for one of its name before it."""
    labels = live["metadata"].get("labels") or {}
    made = labels.get(names.LABEL_MANAGED_BY) == names.FIELD_MANAGER
    return made and labels.get(names.LABEL_EXPERIMENT) == experiment.metadata.name
