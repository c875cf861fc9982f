"""Rights that roles grant, one by one. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

Document = dict[str, Any]

ROLES: Final = ("ClusterRole", "Role")
HIDDEN: Final = "secrets"  # that nobody may list, for a list gives all that they hold


@dataclass(frozen=True)
class Right:
    """One verb on one resource. Without a name it holds for all objects, without a namespace in all of them."""

    verb: str
    group: str
    resource: str  # with its subresource, as in `pods/status`
    name: str
    namespace: str
    role: str  # that grants it

    def __str__(self) -> str:
        plural, slash, subresource = self.resource.partition("/")
        place = f"{plural}.{self.group}" if self.group else plural
        return f"{self.verb} {place}{slash}{subresource}" + (f" {self.name}" if self.name else "")


def read_rights(documents: Iterable[Document]) -> list[Right]:
    """All that the roles among the documents grant."""
    return [right for one in documents if one["kind"] in ROLES for rule in one["rules"] for right in spell(one, rule)]


def spell(role: Document, rule: Document) -> Iterator[Right]:
    """A rule's rights."""
    named = f"{role['kind']} {role['metadata']['name']}"
    where = role["metadata"].get("namespace", "") if role["kind"] == "Role" else ""
    names = rule.get("resourceNames") or [""]
    for group, resource, verb, name in product(rule["apiGroups"], rule["resources"], rule["verbs"], names):
        yield Right(verb, group, resource, name, where, named)


def find_excess(documents: Iterable[Document]) -> list[str]:
    """What no role of ours may say, whoever uses it: everything, paths, or all Secrets at once."""
    found = []
    for role in (one for one in documents if one["kind"] in ROLES):
        named = f"{role['kind']} {role['metadata']['name']}"
        for rule in role["rules"]:
            if rule.get("nonResourceURLs"):
                found.append(f"{named} names paths: {rule['nonResourceURLs']}")
            if any("*" in word for words in rule.values() for word in words):
                found.append(f"{named} says * in {rule}")
            if HIDDEN in rule.get("resources", ()) and {"list", "watch", "deletecollection"} & set(rule["verbs"]):
                found.append(f"{named} gives all Secrets at once: {rule}")
    return found
