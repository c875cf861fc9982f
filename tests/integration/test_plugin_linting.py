"""`lint` and the real API server are of one mind about every field at its bounds, past them, and of other types."""

import copy
import os
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml

from interleaver.plugin.cluster.access import Place, connect
from interleaver.plugin.cluster.api import EXPERIMENTS, Api, Failed, place
from interleaver.plugin.linting.edge import find_complaints
from interleaver.plugin.linting.linting import lint
from interleaver.plugin.linting.schema import fill, read_schema
from tests.cluster import Cluster
from tests.integration.documents import ROOT

pytestmark = pytest.mark.cluster
Path = tuple[str | int, ...]

VALUES: Final = int(os.environ.get("LINT_VALUES", "2"))  # of each field, in turn; 20 are all of them


def list_fields(value: Any, schema: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every field of the schema that a document has, with what the schema says of it."""
    yield path, schema
    for name, below in schema.get("properties", {}).items():
        if isinstance(value, dict) and name in value:
            yield from list_fields(value[name], below, (*path, name))
    if isinstance(value, list) and value and "items" in schema:
        yield from list_fields(value[0], schema["items"], (*path, 0))


def list_values(schema: dict[str, Any], value: Any) -> Iterator[Any]:
    """Values at the bounds of a field, past them, and of other types."""
    yield from (None, True, [], {})
    if schema.get("type") == "integer":
        for bound, past in (("minimum", -1), ("maximum", 1)):
            if bound in schema:
                yield from (schema[bound], schema[bound] + past)
        yield "7"
    if schema.get("type") == "string":
        yield from ("", " ", 7, "x" * (schema.get("maxLength", 300) + 1), "0", "-1", "1h", "/x")
    if schema.get("type") == "object" and isinstance(value, dict):
        yield value | {"unheardOf": 1}


def make_documents(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Copies of the document in each of which one field has another value."""
    for number, (path, below) in enumerate(list_fields(document["spec"], schema["properties"]["spec"], ("spec",))):
        values = list(list_values(below, find(document, path)))
        for value in [values[(number + turn) % len(values)] for turn in range(min(len(values), VALUES))]:
            changed = copy.deepcopy(document)
            find(changed, path[:-1])[path[-1]] = value
            yield f"{'.'.join(map(str, path))}={str(value)[:30]!r}", changed


def find(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def is_accepted(api: Api, document: dict[str, Any]) -> bool:
    """Whether the API server would store the document as it stands."""
    where = place(EXPERIMENTS, "namespaces", "default", "interleavingexperiments")
    try:
        api.create(where, document, dryRun="All", fieldValidation="Strict")
    except Failed as error:
        if error.code not in (400, 422):
            raise
        return False
    return True


def test_whatever_a_field_is_set_to_lint_and_the_api_server_agree(cluster: Cluster) -> None:
    schema = read_schema()
    document = yaml.safe_load((ROOT / "examples" / "full.yaml").read_text())
    different, counts = [], {True: 0, False: 0}
    with connect(Place(kubeconfig=str(cluster.kubeconfig))) as api:
        for what, changed in make_documents(document, schema):
            accepted = is_accepted(api, changed)
            counts[accepted] += 1
            fails = [found for found in lint(changed, schema) if found.level == "FAIL"]
            # What the operator alone refuses is accepted by the API server.
            own = find_complaints(fill(changed, schema)) if accepted and fails else []
            if accepted == bool([found for found in fails if found not in own]):
                different.append((what, accepted, fails))
    assert different == []
    assert min(counts.values()) > 20, counts
