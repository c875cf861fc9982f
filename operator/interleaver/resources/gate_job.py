"""The Job of a gate: the author's pod, once, bounded in time, with both models' addresses and the preview token."""

from collections.abc import Iterator
from math import ceil
from typing import Any, Final

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.api.fields import seconds
from interleaver.api.manifest import Manifest
from interleaver.api.observed import Observed
from interleaver.api.revision import digest, list_objects, without_nulls
from interleaver.api.spec.gates import Gate
from interleaver.api.status import Run
from interleaver.resources.deployment import own_labels
from interleaver.resources.metadata import child
from interleaver.resources.preview import preview_token_variable
from interleaver.resources.routing import find_target

CHAMPION_URL: Final = "CHAMPION_URL"
CANDIDATE_URL: Final = "CANDIDATE_URL"
DRAFT: Final = {CHAMPION_URL: "http://10.0.0.1:65535", CANDIDATE_URL: "http://10.0.0.2:65535"}
# For people who look at a Job and its pod; the status has what matters by then. A Job stays longer than its gate may
# take, so that none that is still looked for has been cleaned up: it would be taken for one that was never made.
KEPT_SECONDS: Final = 86400
LATE_SECONDS: Final = 30  # beyond the pod's deadline, so that the kubelet is heard first


def find_due_job(experiment: Experiment, observed: Observed) -> Manifest | None:
    """The Job that must be made now: that of a gate that was begun, where there is none; None otherwise."""
    run, job = experiment.status.run, observed.gating.job
    gate = run.gate if run and run.stage == "Preparing" else None
    if run is None or gate is None or gate.state != "Starting" or job is None:
        return None
    if (job.name, job.state) != (gate.job, "Absent"):
        return None
    planned = run.plan.find_gate(gate.name)
    urls, deadline = find_urls(run, observed), run.plan.promotion.progress_deadline
    labels = {names.LABEL_RUN: run.id}
    return write_job(experiment, planned, gate.job, deadline, urls, labels) if planned and urls else None


def draft_jobs(experiment: Experiment) -> Iterator[tuple[str, Manifest | str]]:
    """The Jobs that the gates of the spec would have, by gate, to be asked about, with addresses that stand for those
    to come. Words in place of one whose template is none."""
    spec = experiment.spec
    for gate in spec.candidate.gates if spec.candidate else []:
        name = f"{experiment.metadata.name}-gate-{digest([gate.name])}"
        try:
            yield gate.name, write_job(experiment, gate, name, spec.promotion.progress_deadline, DRAFT, {})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            yield gate.name, f"not a PodTemplateSpec: {error}"


def find_urls(run: Run, observed: Observed) -> dict[str, str] | None:
    """Where both models answer, by the variables that say so; None while one has no address."""
    champion, candidate = (find_target(observed, one.hash) for one in (run.plan.champion, run.plan.candidate))
    return {CHAMPION_URL: champion.url, CANDIDATE_URL: candidate.url} if champion and candidate else None


def write_job(
    experiment: Experiment, gate: Gate, name: str, deadline: str, urls: dict[str, str], labels: dict[str, str]
) -> Manifest:
    """The Job of a gate, with that `deadline` where the gate has none. It goes with the experiment.

    The deadline is the pod's, for a Job that meets its own deletes its pod, and the log with it. The Job's is for pods
    that never start.
    """
    limit = max(1, ceil(seconds(gate.deadline or deadline)))
    owner = experiment.metadata
    head = child(owner, "batch/v1", "Job", name, labels={names.LABEL_GATE: gate.name} | labels)
    template = without_nulls(gate.job.template if gate.job else {})
    variables = [*({"name": key, "value": url} for key, url in urls.items()), preview_token_variable(owner.name)]
    spec = {
        "backoffLimit": 0,
        "activeDeadlineSeconds": limit + LATE_SECONDS,
        "ttlSecondsAfterFinished": KEPT_SECONDS + limit,
        "template": pod_template(template, head["metadata"]["labels"], variables, limit),
    }
    return head | {"spec": spec}


def pod_template(template: Manifest, labels: dict[str, str], variables: list[Manifest], limit: int) -> Manifest:
    """The author's template, that no Service of ours selects, and whose pod is tried once, for `limit` seconds."""
    given, spec = template.get("metadata") or {}, template.get("spec") or {}
    theirs = {
        key: value for key, value in own_labels(given.get("labels")).items() if not key.startswith(f"{names.GROUP}/")
    }
    metadata: dict[str, Any] = {"labels": theirs | labels}
    if annotations := own_labels(given.get("annotations")):
        metadata["annotations"] = annotations
    lists = {
        key: [add_variables(each, variables) for each in list_objects(spec.get(key))]
        for key in ("initContainers", "containers")
    }
    containers = {key: found for key, found in lists.items() if found}
    own = spec.get("activeDeadlineSeconds")
    once = {"restartPolicy": "Never", "activeDeadlineSeconds": min(own, limit) if isinstance(own, int) else limit}
    return {"metadata": metadata, "spec": {"automountServiceAccountToken": False} | spec | containers | once}


def add_variables(container: Manifest, variables: list[Manifest]) -> Manifest:
    """A container with these in its environment, whatever else of their names its author gave."""
    taken = {one["name"] for one in variables}
    given = [one for one in list_objects(container.get("env")) if one.get("name") not in taken]
    return container | {"env": [*variables, *given]}
