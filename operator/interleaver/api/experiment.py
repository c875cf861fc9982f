"""An InterleavingExperiment as it is read from the API server."""

from interleaver.api.fields import Model
from interleaver.api.status import Status
from interleaver.api.v1alpha1 import Spec


class Metadata(Model):
    """What the operator uses of the resource's metadata."""

    name: str
    namespace: str
    uid: str
    generation: int = 0
    resource_version: str = ""
    annotations: dict[str, str] = {}
    deletion_timestamp: str | None = None


class Experiment(Model):
    """An InterleavingExperiment as read from the API server."""

    metadata: Metadata
    spec: Spec
    status: Status = Status()
