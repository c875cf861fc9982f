"""The Secret with the token keys: made once, and never read by the operator.

Where it may get Secrets it sees the metadata alone, and whose the Secret is. Where it may not, the status remembers
that it was made: who cannot delete Secrets cannot have put another one in its place.
"""

import logging
from collections.abc import Callable
from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.claiming import NOTHING, Refused
from interleaver.controller.cluster.denial import explain_denial, is_denied
from interleaver.controller.cluster.gateway import Cluster, ClusterError
from interleaver.controller.cluster.ownership import (
    describe_clash,
    is_adopted_by,
    is_inherited,
    is_ours,
    is_owned_by,
    read_keeper,
)
from interleaver.controller.secrets.named_secret import GRANTING
from interleaver.resources.keys import key_secret
from interleaver.resources.metadata import keep

log: Final = logging.getLogger(__name__)

UNSEEN: Final = (
    "Secret {name} is there, and whose it is cannot be seen: delete it if it is nobody's, or let the operator get it "
    f"({GRANTING})"
)


class Attempt(NamedTuple):
    """Whether the Secret is there for certain, and what stands in the way of a missing one."""

    is_there: bool
    refused: Refused = NOTHING


async def ensure_key(cluster: Cluster, experiment: Experiment, token: Callable[[int], str]) -> Attempt:
    """Create the Secret unless there is one.

    One that somebody else made is no key: whoever knows it could cast votes. One of an experiment of this name that is
    gone is about to be removed. Raises ClusterError.
    """
    made = key_secret(experiment.metadata, f"k{token(4)}", token(32), token(32), token(32))
    manifest = keep(made) if experiment.spec.deletion_policy == "KeepServing" else made
    try:
        found = await cluster.get_metadata("Secret", experiment.metadata.namespace, manifest["metadata"]["name"])
    except ClusterError as error:
        if error.code != 403:
            raise
        return await create_unseen_key(cluster, manifest, made=experiment.status.keys_made)
    if found is None:
        return await create_key(cluster, manifest)
    if is_ours(found, experiment) or await is_left_alone(cluster, experiment, found):
        await tie(cluster, experiment, found, manifest)
        return Attempt(True)
    return Attempt(False, Refused(clashes=(describe_clash(found, "Secret", experiment),)))


async def is_left_alone(cluster: Cluster, experiment: Experiment, found: Manifest) -> bool:
    """Whether the Secret was kept by a former experiment of this name, and nothing that needs it beside. Raises
    ClusterError."""
    meta = found["metadata"]
    beside = is_inherited(found, experiment) and await cluster.get_metadata(
        "ConfigMap", meta["namespace"], meta["name"]
    )
    return beside is None


async def tie(cluster: Cluster, experiment: Experiment, found: Manifest, wanted: Manifest) -> None:
    """Let the Secret live as long as the policy says by now, and say whose it is. Its content is not touched.

    Without the right to patch it stays as it is: docs/how-to/remove-an-experiment.md says what a person has to do then.
    Raises ClusterError.
    """
    meta, uid = wanted["metadata"], experiment.metadata.uid
    is_tied, owners = is_owned_by(found, experiment), meta.get("ownerReferences", [])
    if is_tied == bool(owners) and read_keeper(found) == read_keeper(wanted) and is_adopted_by(found, experiment):
        return
    others = [one for one in found["metadata"].get("ownerReferences") or [] if one["uid"] != uid]
    annotations = {names.ANNOTATION_KEPT: meta["annotations"].get(names.ANNOTATION_KEPT)}
    patch = {"labels": {names.LABEL_EXPERIMENT_UID: uid}, "annotations": annotations}
    try:
        await cluster.patch(found, {"metadata": patch | {"ownerReferences": others + owners}})
    except ClusterError as error:
        if error.code != 403:
            raise
        log.warning("not tied object=Secret/%s error=%s", meta["name"], error)


async def create_unseen_key(cluster: Cluster, manifest: Manifest, made: bool) -> Attempt:
    """Create the Secret without a right to look. One that is there is ours if it was `made` before, else anybody's.

    Raises ClusterError.
    """
    attempt = await create_key(cluster, manifest)
    if attempt.is_there or attempt.refused.denied:
        return attempt
    if made:
        return Attempt(True)
    return Attempt(False, Refused(denied=(UNSEEN.format(name=manifest["metadata"]["name"]),)))


async def create_key(cluster: Cluster, manifest: Manifest) -> Attempt:
    """Create the Secret. One that came in between is looked at the next time. Raises ClusterError."""
    try:
        return Attempt(await cluster.create(manifest))
    except ClusterError as error:
        if not is_denied(error):
            raise
        return Attempt(False, Refused(denied=(explain_denial(manifest, error),)))
