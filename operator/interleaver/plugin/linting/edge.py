"""What the operator would say of a spec that the API server accepts: the same model, and the same questions."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from interleaver.api.references import list_owners, name_source
from interleaver.api.revision import resolve
from interleaver.api.v1alpha1 import Spec
from interleaver.experiment.orders.refusal import find_refusal
from interleaver.plugin.linting.finding import Finding
from interleaver.plugin.linting.schema import name_field


def find_complaints(document: dict[str, Any]) -> list[Finding]:
    """Its refusals, and what it would be Stalled for."""
    try:
        spec = Spec.model_validate(document["spec"])
    except ValidationError as error:
        return [Finding("FAIL", name_field(("spec", *each["loc"])), each["msg"]) for each in error.errors()]
    refusal = find_refusal(spec)
    found = [Finding("FAIL", "", f"Stalled/{refusal.reason}: {refusal.message}")] if refusal else []
    return [*found, *list_complaints(spec), *list_incomplete(spec)]


def list_complaints(spec: Spec) -> Iterator[Finding]:
    """What keeps the candidate from being tried."""
    candidate, champion = spec.candidate, spec.champion
    if candidate and champion.pinned:
        words = f"is true, so {candidate.revision} is not tried: remove pinned, or spec.candidate"
        yield Finding("FAIL", "spec.champion.pinned", f"{words} (Stalled/ChampionPinned)")
    if candidate and candidate.revision == champion.revision:
        yield compare_namesakes(spec)
    if candidate and spec.replicas > 1 and spec.store is None:
        words = (
            f"is {spec.replicas}, but several routers count right only with a vote store: without one of the operator's"
        )
        yield Finding("WARN", "spec.replicas", f"{words} own (spec.store is absent) {candidate.revision} is not tried")


def compare_namesakes(spec: Spec) -> Finding:
    """A candidate that has the champion's name."""
    one, other = resolve(spec.champion), resolve(spec.candidate) if spec.candidate else None
    if one and other and one.hash != other.hash:
        words = "is the champion's name with another source, port or container: give the new version a new name"
        return Finding("FAIL", "spec.candidate.revision", f"{words} (Stalled/RevisionReused)")
    return Finding("WARN", "spec.candidate.revision", "is the champion: there is nothing to try")


def list_incomplete(spec: Spec) -> Iterator[Finding]:
    """What every pod needs, and the API server says only when the operator makes one."""
    for role, owner in list_owners(spec).items():
        template = owner.source.template
        if template is None:
            continue
        field = name_source(role, owner)
        pod = template.get("spec") or {}
        if not pod.get("containers"):
            yield Finding("FAIL", field, "spec.containers: Required value (Stalled/InvalidTemplate)")
        for number, container in enumerate(pod.get("containers") or []):
            for key in ("name", "image"):
                if not container.get(key):
                    words = f"spec.containers[{number}].{key}: Required value (Stalled/InvalidTemplate)"
                    yield Finding("FAIL", field, words)
