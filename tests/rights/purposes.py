"""What rights are for, as calls: a right may be used all the time, and not for all that it is granted for."""

from collections.abc import Iterable
from typing import Final

from tests.rights.calls import Call

Purpose = tuple[str, str, str]  # verb, resource and name

OF_REFERENCES: Final[dict[Purpose, str]] = {
    ("get", "deployments", "team-v42"): "copy the template of the Deployment that deploymentRef names",
}
OF_SECRETS: Final[dict[Purpose, str]] = {
    ("get", "secrets", "votes"): "the store's URL",
    ("get", "secrets", "monitoring"): "the token for Prometheus",
    ("get", "podtemplates", "v43"): "copy the template that podTemplateRef names",
}


def find_unserved(purposes: dict[Purpose, str], calls: Iterable[Call]) -> list[str]:
    """What no call was made for, that was allowed."""
    made = {(call.verb, call.resource, call.name) for call in calls if not call.is_refused}
    return [words for purpose, words in purposes.items() if purpose not in made]
