"""Services of others that would lead their users to a candidate's pods, by labels that its template has."""

from collections.abc import Callable, Mapping
from typing import Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Selection
from interleaver.api.revision import Revision, resolve
from interleaver.api.sizes import COMPARING
from interleaver.controller.cluster.gateway import Cluster
from interleaver.experiment.orders.serving import is_untried

OURS: Final = (f"{names.GROUP}/", names.LABEL_MANAGED_BY)  # how labels begin that no template gives to our pods
SOON: Final = 5.0  # seconds after which a Service that is in the way is looked at again

Selectors = Mapping[str, Mapping[str, str]]  # by the Service's name


class Selecting:
    """Whom the Services of a namespace select: asked only while a candidate is, or is about to be, on trial, and once
    for all experiments of the namespace."""

    def __init__(self, clock: Callable[[], float], recheck: float) -> None:
        self._clock = clock  # seconds, never going back
        self._recheck = recheck  # seconds
        self._known: dict[str, tuple[float, Selectors]] = {}  # by namespace

    async def find(self, cluster: Cluster, experiment: Experiment) -> dict[str, Selection]:
        """The Service that selects the candidate's pods beside ours, by the candidate's hash. Raises ClusterError."""
        candidate = find_tried(experiment)
        labels = list_copied_labels(candidate.template) if candidate else {}
        if candidate is None or not labels:
            return {}
        namespace, entry = experiment.metadata.namespace, experiment.spec.service.name
        found = find_selection(await self._read(cluster, namespace, self._recheck), labels, entry)
        if found:  # whoever has been told may have mended it by now
            found = find_selection(await self._read(cluster, namespace, SOON), labels, entry)
        return {candidate.hash: found} if found else {}

    async def _read(self, cluster: Cluster, namespace: str, oldest: float) -> Selectors:
        asked, selectors = self._known.get(namespace, (float("-inf"), {}))
        if self._clock() - asked >= oldest:
            listed = await cluster.list_services(namespace)
            selectors = {live["metadata"]["name"]: live["spec"]["selector"] for live in listed}
            now = self._clock()
            recent = {other: known for other, known in self._known.items() if now - known[0] < self._recheck}
            self._known = recent | {namespace: (now, selectors)}
        return selectors


def find_tried(experiment: Experiment) -> Revision | None:
    """The candidate that is on trial, or that is to be; None when there is none."""
    candidate, run = experiment.spec.candidate, experiment.status.run
    if candidate is None:
        return None
    is_on_trial = run is not None and run.stage in COMPARING and run.plan.candidate.revision == candidate.revision
    return resolve(candidate) if is_on_trial or is_untried(experiment, experiment.status) else None


def list_copied_labels(template: Manifest) -> dict[str, str]:
    """The labels that pods have from their template. The API server need not have checked it yet."""
    metadata = template.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    given = labels.items() if isinstance(labels, dict) else ()
    return {key: value for key, value in given if isinstance(value, str) and not key.startswith(OURS)}


def find_selection(selectors: Selectors, labels: Mapping[str, str], entry: str) -> Selection | None:
    """The first Service, by name, that selects by these labels alone. One that asks for a label of ours as well was
    written for the experiment. That of the entry's name is adopted, or stands in the way of everything."""
    for name, selector in sorted(selectors.items()):
        if name != entry and selector.items() <= labels.items():
            return Selection(name, ", ".join(f"{key}={value}" for key, value in sorted(selector.items())))
    return None
