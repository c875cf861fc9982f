"""The Services: the entry, whose selector is the pointer, and one per revision for the routers' calls."""

from interleaver.api import conditions, names
from interleaver.api.adoption import Former, Terms, write_former
from interleaver.api.experiment import Experiment, Metadata
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Observed
from interleaver.api.revision import Snapshot
from interleaver.resources.metadata import child, pod_selector, revision_labels, revision_object_name, stamp


def entry_service(experiment: Experiment, observed: Observed, made: Manifest) -> Manifest | None:
    """The entry Service as it must be; None while one that somebody else made is left alone."""
    entry, terms = observed.entry, observed.terms
    if entry is None or (entry.ours and entry.former is None):
        return stamp(made)
    underway = experiment.status.underway
    reason = underway.reason if underway else None
    if entry.former and entry.ours:
        return None if reason == conditions.GIVING_BACK_SERVICE else adopted_service(made, entry.former)
    is_due = reason == conditions.ADOPTING_SERVICE and terms is not None
    return adopted_service(made, terms.former, terms) if is_due and terms and terms.former else None


def made_service(experiment: Experiment, serving_hash: str, target: int | str) -> Manifest:
    """The Service that shoppers use: it selects the routers of the serving revision, and their port by its number.

    A name that the template can have would be looked for in its own containers first, and could lead round the router.

    The annotations rebuild the pointer on the day the status is lost (docs/explanation/what-serves.md#the-rule).
    """
    spec, status, owner = experiment.spec, experiment.status, experiment.metadata
    annotations = {names.ANNOTATION_SEED: status.serving.seed if status.serving else spec.champion.revision}
    if status.concluded:
        annotations[names.ANNOTATION_CONCLUDED] = f"{status.concluded.candidate}/{status.concluded.verdict}"
    head = child(owner, "v1", "Service", spec.service.name, annotations=annotations)
    port = {"name": "http", "port": spec.service.port, "targetPort": target, "protocol": "TCP"}
    return head | {"spec": {"selector": pod_selector(owner.name, serving_hash), "ports": [port]}}


def adopted_service(made: Manifest, former: Former, terms: Terms | None = None) -> Manifest:
    """The same for a Service that somebody else made: of it only the selector and one target port are ours.

    It has no owner reference, for it does not go with the experiment. The uid keeps a Service that was just deleted
    from being made again in this form; `terms`, while it is being taken over, keep whoever is faster from being
    overruled.
    """
    meta = {key: value for key, value in made["metadata"].items() if key != "ownerReferences"}
    meta["annotations"] = meta["annotations"] | {names.ANNOTATION_ADOPTED: write_former(former)}
    port = {key: made["spec"]["ports"][0][key] for key in ("targetPort", "protocol")} | {"port": former.port}
    stamped = stamp(made | {"metadata": meta | {"uid": former.uid}, "spec": made["spec"] | {"ports": [port]}})
    guard = {"resourceVersion": terms.version} if terms else {}
    return stamped | {"metadata": stamped["metadata"] | guard}


def revision_service(owner: Metadata, snapshot: Snapshot, kept: bool = False) -> Manifest:
    """The Service by which routers in other pods reach a revision's model servers."""
    name = revision_object_name(owner.name, snapshot.hash)
    head = child(owner, "v1", "Service", name, labels=revision_labels(snapshot.identity))
    port = {
        "name": names.MODEL_PORT_NAME,
        "port": snapshot.port,
        "targetPort": snapshot.port,
        "protocol": "TCP",
    }
    return stamp(head | {"spec": {"selector": pod_selector(owner.name, snapshot.hash), "ports": [port]}}, kept)
