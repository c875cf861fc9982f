"""The Services: the entry, whose selector is the pointer, and one per revision for the routers' calls."""

from interleaver.api import names
from interleaver.api.experiment import Experiment, Metadata
from interleaver.api.manifest import Manifest
from interleaver.api.revision import Snapshot
from interleaver.resources.metadata import child, pod_selector, revision_labels, revision_object_name, stamp


def entry_service(experiment: Experiment, serving_hash: str, router_port: int) -> Manifest:
    """The Service that shoppers use: it selects the routers of the serving revision, and their port by its number.

    A name would be looked for in the template's own containers first, and could lead round the router.

    The annotations rebuild the pointer on the day the status is lost (docs/explanation/what-serves.md#the-rule).
    """
    spec, status, owner = experiment.spec, experiment.status, experiment.metadata
    annotations = {names.ANNOTATION_SEED: status.serving.seed if status.serving else spec.champion.revision}
    if status.concluded:
        annotations[names.ANNOTATION_CONCLUDED] = f"{status.concluded.candidate}/{status.concluded.verdict}"
    head = child(owner, "v1", "Service", spec.service.name, annotations=annotations)
    port = {"name": "http", "port": spec.service.port, "targetPort": router_port, "protocol": "TCP"}
    return stamp(head | {"spec": {"selector": pod_selector(owner.name, serving_hash), "ports": [port]}})


def revision_service(owner: Metadata, snapshot: Snapshot) -> Manifest:
    """The Service by which routers in other pods reach a revision's model servers."""
    name = revision_object_name(owner.name, snapshot.hash)
    head = child(owner, "v1", "Service", name, labels=revision_labels(snapshot.identity))
    port = {
        "name": names.MODEL_PORT_NAME,
        "port": snapshot.port,
        "targetPort": snapshot.port,
        "protocol": "TCP",
    }
    return stamp(head | {"spec": {"selector": pod_selector(owner.name, snapshot.hash), "ports": [port]}})
