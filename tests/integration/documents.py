"""Kubernetes documents for tests: the examples, and copies of them with one thing changed."""

import copy
from pathlib import Path
from typing import Any, Final

import yaml

from tests.cluster import Cluster

ROOT: Final = Path(__file__).parent.parent.parent
CRD_FILE: Final = ROOT / "crds" / "interleavingexperiments.yaml"
OPERATOR_FILE: Final = ROOT / "deploy" / "operator.yaml"
EXAMPLES: Final = sorted((ROOT / "examples").glob("*.yaml"))

Document = dict[str, Any]


def load(name: str = "minimal") -> Document:
    """One of the examples."""
    document: Document = yaml.safe_load((ROOT / "examples" / f"{name}.yaml").read_text())
    return document


def install_crd(cluster: Cluster) -> None:
    """Have the API server serve the kind."""
    cluster.kubectl("apply", "-f", str(CRD_FILE))
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", str(CRD_FILE))


def move_definition(group: str) -> Document:
    """The CRD for another API group, without the short name, which is taken."""
    definition: Document = yaml.safe_load(CRD_FILE.read_text())
    definition["metadata"]["name"] = f"{definition['spec']['names']['plural']}.{group}"
    definition["spec"]["group"] = group
    del definition["spec"]["names"]["shortNames"]
    return definition


def change(document: Document, path: str, value: Any) -> Document:
    """A copy with the value at a dotted path set (parents are made); None removes it."""
    out = copy.deepcopy(document)
    *parents, last = path.split(".")
    node = out
    for key in parents:
        node = node.setdefault(key, {})
    if value is None:
        del node[last]
    else:
        node[last] = value
    return out


def find_rules(schema: Document) -> list[Document]:
    """Every CEL rule in a schema, wherever it stands."""
    below = [schema.get("items", {}), schema.get("additionalProperties", {}), *schema.get("properties", {}).values()]
    own: list[Document] = schema.get("x-kubernetes-validations", [])
    return own + [found for child in below if child for found in find_rules(child)]
