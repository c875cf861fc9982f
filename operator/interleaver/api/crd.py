"""The CustomResourceDefinition, generated from the model: what `interleaver crds` prints and crds/ holds."""

from typing import Any, Final

import yaml

from interleaver.api.names import GROUP, KIND, PLURAL, VERSION
from interleaver.api.revision import HASH_LENGTH
from interleaver.api.schema import Schema, structural
from interleaver.api.spec.cel import rule
from interleaver.api.status import NOT_SEEN, Status
from interleaver.api.v1alpha1 import Spec

SHORT_NAME: Final = "ilx"
NAME_LENGTH: Final = 40  # "<name>-<run id>" and "<name>-<hash>" stay legal names of the objects made from it

_DESCRIPTION: Final = (
    "InterleavingExperiment serves a ranking model. While there is a candidate for its place, it interleaves both"
    " models' lists, weighs whose items people convert on, and promotes the candidate or rolls it back."
)


def build_crd() -> dict[str, Any]:
    """The CRD as a document."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{PLURAL}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": KIND,
                "listKind": f"{KIND}List",
                "plural": PLURAL,
                "singular": KIND.lower(),
                "shortNames": [SHORT_NAME],
            },
            "versions": [_build_version()],
        },
    }


def render() -> str:
    """The CRD as YAML."""
    return yaml.safe_dump(build_crd(), sort_keys=False, width=118, allow_unicode=True)


def _build_version() -> dict[str, Any]:
    return {
        "name": VERSION,
        "served": True,
        "storage": True,
        "subresources": {
            "status": {},
            "scale": {
                "specReplicasPath": ".spec.replicas",
                "statusReplicasPath": ".status.replicas",
                "labelSelectorPath": ".status.selector",
            },
        },
        "additionalPrinterColumns": [
            _column("Serving", ".status.serving.revision", "The revision that serves."),
            _column("Candidate", ".spec.candidate.revision", "The revision on trial."),
            _column("Percent", ".status.run.percent", "Share of units whose requests are interleaved.", "integer"),
            _column("Votes", ".status.run.votes", "Votes in the run that is going on.", "integer"),
            _column("Verdict", ".status.decision.verdict", "What the last run came to."),
            _column("Ready", ".status.conditions[?(@.type=='Ready')].status", "Whether something healthy serves."),
            _column("Origin", ".status.serving.origin", "How what serves came to serve.", wide=True),
            _column("Reason", ".status.decision.reason", "Why the last run came to that.", wide=True),
            _column("Age", ".metadata.creationTimestamp", "Time since the resource was created.", "date"),
        ],
        "schema": {"openAPIV3Schema": _build_root()},
    }


def _column(name: str, path: str, description: str, kind: str = "string", *, wide: bool = False) -> dict[str, Any]:
    """A column of `kubectl get`; a wide one is shown with `-o wide` alone."""
    column = {"name": name, "type": kind, "description": description, "jsonPath": path}
    return column | {"priority": 1} if wide else column


def _build_root() -> Schema:
    """The schema of the whole resource. `spec` is required, or else the scale subresource answers 500."""
    return {
        "description": _DESCRIPTION,
        "type": "object",
        "required": ["spec"],
        "x-kubernetes-validations": [_NAME_RULE, _ENTRY_RULE],
        "properties": {
            "apiVersion": {"type": "string", "description": "Version of the schema: interleaver.dev/v1alpha1."},
            "kind": {"type": "string", "description": "InterleavingExperiment."},
            "metadata": {"type": "object"},
            "spec": structural(Spec),
            # Without a status kstatus would call a resource current that nobody has seen yet.
            "status": structural(Status, defaults=False) | {"default": {"observedGeneration": NOT_SEEN}},
        },
    }


_NAME_RULE: Final = rule(
    f"self.metadata.name.size() <= {NAME_LENGTH} && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    f"metadata.name must be at most {NAME_LENGTH} characters: lower case letters, digits and dashes, beginning with"
    " a letter, for objects are named after it",
)
# Such a Service would be wanted in two forms, and applied in turns for ever.
_ENTRY_RULE: Final = rule(
    f"!(self.spec.service.name.size() == self.metadata.name.size() + {1 + HASH_LENGTH}"
    " && self.spec.service.name.startsWith(self.metadata.name + '-')"
    f" && self.spec.service.name.matches('-[0-9a-f]{{{HASH_LENGTH}}}$'))",
    "spec.service.name must not be metadata.name with ten hexadecimal digits, as Services of revisions are named",
)
