"""`desired` says what the cluster must look like. It is pure: plain manifests from status and what is observed."""

from collections.abc import Iterator

from interleaver.api import conditions
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Observed
from interleaver.api.revision import Snapshot, resolve, snapshot
from interleaver.api.sizes import candidate_size, serving_size
from interleaver.resources.deployment import deployment
from interleaver.resources.entrance import find_renewal, find_target_port, is_open_to
from interleaver.resources.keeping import find_kept
from interleaver.resources.metadata import keep
from interleaver.resources.record import record_map
from interleaver.resources.routing import config_map, router_config
from interleaver.resources.service import entry_service, made_service, revision_service
from interleaver.resources.snapshot import controller_revision


def desired(experiment: Experiment, observed: Observed) -> list[Manifest]:
    """Every object that must exist, in the order in which to apply them.

    Reads the *new* status. What needs something that is still missing is left out until the next time: the router's
    configuration needs the cluster IP of the serving revision's Service, and pods need that configuration. A record
    never changes: one that exists is left alone.
    """
    taken = [name for found in observed.records for name in found.taken]
    record = None if observed.recorded else record_map(experiment, taken)
    return [*list_served(experiment, observed), *([record] if record else [])]


def list_served(experiment: Experiment, observed: Observed) -> list[Manifest]:
    """What the revisions need to serve."""
    owner, sizes = experiment.metadata, dict(find_sizes(experiment))
    wanted = {hash_: found for hash_ in sizes if (found := find_snapshot(experiment, observed, hash_))}
    kept = find_kept(experiment, observed, sizes, rollout_hash(experiment))
    manifests = [controller_revision(owner, found, hash_ in kept) for hash_, found in wanted.items()]
    manifests += [revision_service(owner, found, hash_ in kept) for hash_, found in wanted.items()]
    entrance = entry_hash(experiment)
    if entrance is None:
        return manifests
    made = made_service(experiment, entrance, find_target_port(experiment, observed, entrance))
    if entry := entry_service(experiment, observed, keep(made) if kept else made):
        manifests.append(entry)
    config = router_config(experiment, observed, entrance)
    if config is not None:
        # Whoever comes again knows by it that the keys are its own, which outlive the experiment from the first.
        keeps = experiment.spec.deletion_policy == "KeepServing"
        manifests.append(config_map(owner, config, experiment.status.keys_made, keeps))
        for hash_, found in wanted.items():
            uid = find_pods_uid(observed, hash_)
            manifests.append(deployment(experiment, found, sizes[hash_], uid, hash_ in kept))
    return manifests


def find_pods_uid(observed: Observed, hash_: str) -> str | None:
    """The experiment's uid in the labels of a revision's pods: it stays that of a former experiment, for another one
    would restart them."""
    deployed = observed.deployed.get(hash_)
    return deployed.pods_uid if deployed else None


def entry_hash(experiment: Experiment) -> str | None:
    """The hash of what the entry Service selects: what serves, or else what is being rolled out."""
    serving = experiment.status.serving
    return serving.hash if serving else rollout_hash(experiment)


def rollout_hash(experiment: Experiment) -> str | None:
    """The hash of the champion that `advance` has decided to roll out, if it has."""
    underway = experiment.status.underway
    if underway is None or underway.reason != conditions.ROLLING_OUT:
        return None
    champion = resolve(experiment.spec.champion)
    return champion.hash if champion else None


def find_sizes(experiment: Experiment) -> Iterator[tuple[str, int]]:
    """Which revisions must exist, by hash, each once, and with how many pods."""
    status = experiment.status
    replicas = serving_size(experiment.spec, status.run)
    found: dict[str, int] = {}
    if status.serving:
        found[status.serving.hash] = replicas
        if status.serving.former:
            found[status.serving.former.hash] = replicas
    if rollout := rollout_hash(experiment):
        found[rollout] = replicas
    if status.run and status.run.plan.candidate.hash not in found:
        found[status.run.plan.candidate.hash] = candidate_size(status.run, replicas)
    yield from found.items()


def find_snapshot(experiment: Experiment, observed: Observed, hash_: str) -> Snapshot | None:
    """The snapshot of a revision: as it was deployed, with the sidecar that is to replace its own, as soon as the entry
    finds that one; or else made now from the spec."""
    if hash_ in observed.deployed:
        kept = observed.deployed[hash_].snapshot
        renewal = find_renewal(experiment, hash_)
        is_due = renewal and (hash_ != entry_hash(experiment) or is_open_to(renewal.sidecar, observed, hash_))
        return kept.renew(renewal.sidecar) if renewal and is_due else kept
    sources = [experiment.spec.champion, *([experiment.spec.candidate] if experiment.spec.candidate else [])]
    revisions = (revision for source in sources if (revision := resolve(source)))
    matching = (revision for revision in revisions if revision.hash == hash_)
    return next((snapshot(revision, experiment.spec.router, observed.router_image) for revision in matching), None)
