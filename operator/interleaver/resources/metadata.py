"""Names, labels and owner references of child objects, and the digest that tells whether one must be applied.

Names and selectors carry the hash and never the role: a change of role restarts no pod
(docs/explanation/what-serves.md#revisions-and-their-objects).
"""

from interleaver.api import names
from interleaver.api.experiment import Metadata
from interleaver.api.manifest import Manifest
from interleaver.api.revision import Identity, digest


def revision_object_name(experiment: str, hash_: str) -> str:
    """Name of a revision's Deployment, Service and ControllerRevision."""
    return f"{experiment}-{hash_}"


def router_port_name(hash_: str) -> str:
    """Name of the port for requests in a revision's pods. No template can have it, for the hash is made of it."""
    return f"ilv-{hash_}"


def router_object_name(experiment: str) -> str:
    """Name of the ConfigMap with the router's configuration and of the Secret with the token keys."""
    return f"{experiment}-router"


def store_object_name(experiment: str) -> str:
    """Name of the Secret with what routers get of other Secrets: the vote store's URL, and the feedback token."""
    return f"{experiment}-store"


def list_shared_names(experiment: str) -> tuple[str, str]:
    """Names of what all pods of an experiment mount."""
    return router_object_name(experiment), store_object_name(experiment)


def experiment_labels(owner: Metadata) -> dict[str, str]:
    """Labels of every child. The uid tells children of a resource that was deleted from those of its successor."""
    return {
        names.LABEL_EXPERIMENT: owner.name,
        names.LABEL_EXPERIMENT_UID: owner.uid,
        names.LABEL_MANAGED_BY: names.FIELD_MANAGER,
    }


def revision_labels(revision: Identity) -> dict[str, str]:
    """Labels that tell a revision's objects apart."""
    return {names.LABEL_REVISION: revision.revision, names.LABEL_HASH: revision.hash}


def pod_selector(experiment: str, hash_: str) -> dict[str, str]:
    """What selects the pods of one revision."""
    return {names.LABEL_EXPERIMENT: experiment, names.LABEL_HASH: hash_}


def owner_reference(owner: Metadata) -> Manifest:
    """Ties a child's life to the experiment's. It does not block the experiment's deletion."""
    return {
        "apiVersion": f"{names.GROUP}/{names.VERSION}",
        "kind": names.KIND,
        "name": owner.name,
        "uid": owner.uid,
        "controller": True,
        "blockOwnerDeletion": False,
    }


def child(owner: Metadata, api_version: str, kind: str, name: str, **metadata: dict[str, str]) -> Manifest:
    """The head of a child object; `labels` and `annotations` are added to those that every child has."""
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": owner.namespace,
            "labels": experiment_labels(owner) | metadata.get("labels", {}),
            "annotations": metadata.get("annotations", {}),
            "ownerReferences": [owner_reference(owner)],
        },
    }


def keep(manifest: Manifest) -> Manifest:
    """The object without an owner, saying that it was kept, and by whom once more: labels alone are soon taken away."""
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "ownerReferences"}
    mark = {names.ANNOTATION_KEPT: metadata["labels"][names.LABEL_EXPERIMENT_UID]}
    return manifest | {"metadata": metadata | {"annotations": metadata["annotations"] | mark}}


def stamp(manifest: Manifest, kept: bool = False) -> Manifest:
    """The manifest with its own digest as an annotation, so that it is applied again only when it has changed; without
    an owner where it is `kept` when the experiment goes."""
    manifest = keep(manifest) if kept else manifest
    metadata = manifest["metadata"]
    annotations = metadata["annotations"] | {names.ANNOTATION_APPLIED: digest(manifest)}
    return manifest | {"metadata": metadata | {"annotations": annotations}}
