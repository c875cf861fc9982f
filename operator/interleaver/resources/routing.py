"""The router's configuration as the status demands it, in a ConfigMap.

docs/explanation/what-serves.md#what-routers-are-told says what is in it, and how it gets to them.
"""

from datetime import timedelta

import msgspec

from interleaver.api import names
from interleaver.api.experiment import Experiment, Metadata
from interleaver.api.fields import length, seconds
from interleaver.api.guardrail_metrics import Limit
from interleaver.api.http import write_host
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Observed
from interleaver.api.paging import Number, Offset, Page, Size
from interleaver.api.plan import find_store
from interleaver.api.routing import Config, Contract, Exclude, Store, Target, Tensor, Timeouts, Unit, encode
from interleaver.api.sizes import COMPARING
from interleaver.api.spec.page import Page as SpecPage
from interleaver.api.v1alpha1 import Contract as SpecContract
from interleaver.api.v1alpha1 import Exclude as SpecExclude
from interleaver.api.v1alpha1 import Guardrail
from interleaver.resources.metadata import child, router_object_name, stamp
from interleaver.resources.sampling import router_sampling

INTERLEAVING_STAGES = ("Running", "Promoting")
STORE_MARGIN = timedelta(days=1)  # beyond the last vote that can count: a run's end may be noticed late


def router_config(experiment: Experiment, observed: Observed, serving_hash: str) -> Config | None:
    """The configuration that all routers of the experiment get; None while the serving revision has no address.

    The generation rises by one whenever anything else changes, and goes on rising when the ConfigMap was lost: routers
    that still have the former configuration must not seem to have taken the new one.
    """
    serving = find_target(observed, serving_hash)
    if serving is None:
        return None
    live = observed.config
    wanted = configure(experiment, observed, serving, live.generation if live else observed.touched_generation + 1)
    if live is None or wanted == live:
        return wanted
    return msgspec.structs.replace(wanted, generation=live.generation + 1)


def configure(experiment: Experiment, observed: Observed, serving: Target, generation: int) -> Config:
    """The configuration that the status and the plan (or, without a run, the spec) ask for."""
    run, spec = experiment.status.run, experiment.spec
    metrics = run.plan.metrics if run else spec.metrics
    champion_timeout = run.plan.timeouts.champion if run else spec.router.champion_timeout
    candidate_timeout = run.plan.timeouts.candidate if run else spec.router.candidate_timeout
    interleaving = run if run and run.stage in INTERLEAVING_STAGES else None
    # Routers know the candidate before users do, for previews.
    candidate = find_target(observed, run.plan.candidate.hash) if run and run.stage in COMPARING else None
    return Config(
        version=1,
        generation=generation,
        experiment=f"{experiment.metadata.namespace}/{experiment.metadata.name}",
        serving=serving,
        contract=router_contract(run.plan.contract if run else spec.contract),
        run=run.id if run else None,
        candidate=candidate,
        percent=interleaving.percent if interleaving and candidate else 0,
        timeouts=Timeouts(milliseconds(champion_timeout), milliseconds(candidate_timeout)),
        slow_milliseconds=slow_milliseconds(run.plan.guardrails if run else spec.guardrails, candidate_timeout),
        attribution_seconds=max(1, int(seconds(metrics.attribution_window))),
        keys=names.KEYS_DIRECTORY,
        depth=(run.plan.contract if run else spec.contract).depth,
        store=router_store(experiment, observed),
        feedback_token_file=f"{names.STORE_DIRECTORY}/{names.FEEDBACK_TOKEN_FILE}" if spec.feedback else None,
        feedback_needs_token=True if spec.feedback and spec.feedback.require_token else msgspec.UNSET,
        overall=interleaving is not None and any(each.limit is Limit.DROP for each in interleaving.plan.guardrails),
        sampling=router_sampling(spec.sampling, observed) if spec.sampling else msgspec.UNSET,
    )


def router_store(experiment: Experiment, observed: Observed) -> Store | None:
    """Where routers share votes: the run's store, for another one in mid-run would not know who has voted."""
    run, spec = experiment.status.run, experiment.spec
    if (run.plan.store if run else find_store(spec, observed.supply.default_store)) is None:
        return None
    source = run.plan if run else spec
    kept = length(source.analysis.window) + length(source.metrics.attribution_window) + STORE_MARGIN
    return Store(file=f"{names.STORE_DIRECTORY}/{names.STORE_URL_FILE}", retention_seconds=int(kept.total_seconds()))


def find_target(observed: Observed, hash_: str) -> Target | None:
    """How routers reach a revision: by its Service's cluster IP, for no name is looked up in the hot path."""
    deployed = observed.deployed.get(hash_)
    if deployed is None or deployed.address is None:
        return None
    return Target(deployed.snapshot.name, hash_, f"http://{write_host(deployed.address)}:{deployed.snapshot.port}")


def router_contract(contract: SpecContract) -> Contract:
    """The contract in the router's own form."""
    return Contract(
        path=contract.path,
        unit=Unit(header=contract.unit.header, pointer=contract.unit.pointer),
        items=contract.items,
        item_id=contract.item_id,
        tensor=Tensor(contract.tensor.ids, tuple(contract.tensor.columns)) if contract.tensor else None,
        exclude=tuple(router_exclude(exclude) for exclude in contract.exclude),
        page=router_page(contract.page) if contract.page else msgspec.UNSET,
    )


def router_exclude(exclude: SpecExclude) -> Exclude:
    """Who is excluded, in the router's own form."""
    return Exclude(exclude.header, exclude.pattern, exclude.query, exclude.pointer, exclude.when or "Matches")


def router_page(page: SpecPage) -> Page:
    """Where the page stands, in the router's own form."""
    offset, number, size = page.offset, page.number, page.size
    return Page(
        size=Size(size.query, size.pointer, size.default),
        offset=Offset(offset.query, offset.pointer) if offset else None,
        number=Number(number.query, number.pointer, number.first) if number else None,
    )


def slow_milliseconds(guardrails: list[Guardrail], candidate_timeout: str) -> int:
    """Above this a call counts as slow: what guardrails on durations allow, or else nothing short of a timeout.

    They allow the same, but in the plan of a run that began before anybody saw to that.
    """
    allowed = (guardrail.max for guardrail in guardrails if guardrail.limit is Limit.DURATION and guardrail.max)
    return milliseconds(next(allowed, candidate_timeout))


def milliseconds(duration: str) -> int:
    """A duration of the API in whole milliseconds, at least one."""
    return max(1, round(seconds(duration) * 1000))


def config_map(owner: Metadata, config: Config, keys_made: bool = False, kept: bool = False) -> Manifest:
    """The ConfigMap that every pod of the experiment mounts.

    It remembers that the Secret with the keys was made, for an operator that may not look at Secrets, on the day the
    status is lost.
    """
    annotations = {names.ANNOTATION_KEYS_MADE: "true"} if keys_made else {}
    head = child(owner, "v1", "ConfigMap", router_object_name(owner.name), annotations=annotations)
    return stamp(head | {"data": {names.CONFIG_FILE: encode(config) + "\n"}}, kept)
