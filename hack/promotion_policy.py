"""Who may promote: the documents of deploy/who-may-promote.yaml.

Whoever may patch an experiment may promote, abort and name another champion, for RBAC knows no fields. An admission
policy tells these changes from others, and asks the API server's authorizer for a verb of its own. Commands come from
the table of names, and fields from the model of the spec: what is new is covered from its first day.
"""

from typing import Any, Final

from interleaver.api import names
from interleaver.api.v1alpha1 import Spec

Document = dict[str, Any]

POLICY: Final = "interleaver-who-may-promote"
ROLE: Final = "interleaver-promoter"
VERB: Final = "promote"
LABELS: Final = {"app.kubernetes.io/name": "interleaver"}
# To propose, to slow down and to stop takes no permission. All else decides what serves, by which routers it is served
# and counted, what counts as a vote, or on which terms a candidate comes to serve: each would be a way to promote.
FREE: Final = ("suspend", "replicas", "candidate", "traffic")
FIELDS: Final = tuple(field.alias or name for name, field in Spec.model_fields.items() if name not in FREE)
PLACE: Final = f"{names.PLURAL}.{names.GROUP}"


def build_promotion_policy() -> list[Document]:
    """The policy, its binding for the whole cluster, and a role to give to whom may promote."""
    return [_build_policy(), _build_binding(), _build_role()]


def _build(version: str, kind: str, name: str, body: Document) -> Document:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "labels": LABELS}, **body}


def _build_policy() -> Document:
    rule = {
        "apiGroups": [names.GROUP],
        "apiVersions": ["*"],
        "operations": ["CREATE", "UPDATE"],
        "resources": [names.PLURAL],
    }
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [rule]},
        "variables": [{"name": name, "expression": text} for name, text in _list_variables().items()],
        "validations": [_build_validation()],
    }
    return _build("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", POLICY, {"spec": spec})


def _list_variables() -> dict[str, str]:
    """What was asked for: commands that are new or mean another run, and fields that changed."""
    commands = ", ".join(f"'{name}'" for name in names.COMMANDS)
    is_new = (
        "name in variables.given && (!(name in variables.former) || variables.given[name] != variables.former[name])"
    )
    return {
        "given": _read_annotations("object"),
        "former": _read_annotations("oldObject"),
        "commands": f"[{commands}].filter(name, {is_new})",
        "fields": " + ".join(_find_change(field) for field in FIELDS),
        "owners": _find_new_owners(),
        "lifted": _find_lifted(),
        "asked": "variables.commands + variables.fields + variables.owners + variables.lifted",
    }


def _read_annotations(source: str) -> str:
    """The annotations; there is no former object at a creation, and annotations that are all taken away are null."""
    found = f"{source}.metadata.annotations"
    return f"{source} != null && has({found}) && {found} != null ? {found} : {{}}"


def _find_change(field: str) -> str:
    """A list with the field's path if an update changes it; creating an experiment changes nothing that serves."""
    return f"(oldObject != null && object.spec.?{field} != oldObject.spec.?{field} ? ['spec.{field}'] : [])"


def _find_new_owners() -> str:
    """A list with the field's path if an update adds an owner. The garbage collector deletes what has none but owners
    that are gone, so whoever may name one may delete, and put another experiment in this one's place."""
    field = "metadata.ownerReferences"
    known = f"has(oldObject.{field}) && oldObject.{field}.exists(known, known.uid == owner.uid)"
    added = f"has(object.{field}) && object.{field}.exists(owner, !({known}))"
    return f"oldObject != null && {added} ? ['{field}'] : []"


def _find_lifted() -> str:
    """What an update takes away although it held something back: anybody may stop, but not undo that another did."""
    held = "oldObject.spec.?suspend.orValue(false) && !object.spec.?suspend.orValue(false)"
    kept = f"'{names.ANNOTATION_GIVE_BACK_SERVICE}'"  # as long as it stands, the Service is not taken over again
    taken = f"{kept} in variables.former && !({kept} in variables.given)"
    return f"oldObject == null ? [] : ({held} ? ['spec.suspend'] : []) + ({taken} ? [{kept}] : [])"


def _build_validation() -> Document:
    resource = f"authorizer.group('{names.GROUP}').resource('{names.PLURAL}')"
    allowed = f"{resource}.namespace(request.namespace).name(request.name).check('{VERB}').allowed()"
    words = (
        f"request.userInfo.username + ' may not change ' + variables.asked.join(', ') + ': it takes the verb {VERB} on"
        f" {PLACE} in namespace ' + request.namespace + ', which the ClusterRole {ROLE} grants'"
    )
    return {
        "expression": f"variables.asked.size() == 0 || {allowed}",
        "messageExpression": words,
        "reason": "Forbidden",
    }


def _build_binding() -> Document:
    spec = {"policyName": POLICY, "validationActions": ["Deny"]}
    return _build("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", POLICY, {"spec": spec})


def _build_role() -> Document:
    """Beside the right to patch experiments, which it does not grant."""
    rules = [{"apiGroups": [names.GROUP], "resources": [names.PLURAL], "verbs": [VERB]}]
    return _build("rbac.authorization.k8s.io/v1", "ClusterRole", ROLE, {"rules": rules})
