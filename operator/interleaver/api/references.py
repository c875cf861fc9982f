"""References: where the pod template of a revision is copied from, when the spec names an object in its place.

Whatever decides knows of no reference: it gets a spec in which they are filled in, and may forget them (decision 46).
"""

from collections.abc import Mapping
from typing import NamedTuple

from interleaver.api.manifest import Manifest
from interleaver.api.spec.source import Candidate, Source
from interleaver.api.v1alpha1 import Spec


class Origin(NamedTuple):
    """An object that has a pod template, and the field of a source that names it."""

    field: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name!r}"


def find_origin(source: Source) -> Origin | None:
    """The object that a source names; None when it holds the template itself."""
    if source.pod_template_ref:
        return Origin("podTemplateRef", "PodTemplate", source.pod_template_ref.name)
    if source.deployment_ref:
        return Origin("deploymentRef", "Deployment", source.deployment_ref.name)
    return None


def list_owners(spec: Spec) -> dict[str, Candidate]:
    """What has a source, by its field."""
    return {"champion": spec.champion} | ({"candidate": spec.candidate} if spec.candidate else {})


def name_source(role: str, owner: Candidate) -> str:
    """Where a template stands, for people: the field, and the object that it names."""
    origin = find_origin(owner.source)
    return f"spec.{role}.source.{origin.field} ({origin})" if origin else f"spec.{role}.source.template"


def fill(spec: Spec, templates: Mapping[str, Manifest]) -> Spec:
    """The spec with these templates, by the field of their owner, as if they stood in it. What they were copied from
    is still named, for words to people."""
    owners = list_owners(spec)
    filled = {role: fill_owner(owners[role], template) for role, template in templates.items()}
    return spec.model_copy(update=filled) if filled else spec


def fill_owner(owner: Candidate, template: Manifest) -> Candidate:
    """A champion or candidate with a template."""
    return owner.model_copy(update={"source": owner.source.model_copy(update={"template": template})})
