"""What the map shows: the layers of the contracts, what each package and room is for, and who imports whom."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

import grimp

ROOT: Final = Path(__file__).parent.parent.parent
PACKAGE: Final = "interleaver"

Rows = tuple[tuple[str, ...], ...]  # names, from the layer that imports to the one that is imported
Arrows = frozenset[tuple[str, str]]  # who imports whom
QUIET: Final = {"mypy_extensions", "pydantic_core"}  # what comes with the compiler and with pydantic


class Place(NamedTuple):
    """A package or a room of one."""

    name: str  # "router", or "router.client"
    sentence: str  # what it says of itself
    loads: tuple[str, ...]  # what it imports of others, the standard library aside


class Floor(NamedTuple):
    """Places that a contract puts into layers, and the imports between them that no other ones imply."""

    rows: Rows
    arrows: Arrows


class House(NamedTuple):
    """The whole: the floor of the packages, and one for each package with rooms."""

    places: dict[str, Place]
    packages: Floor
    rooms: dict[str, Floor]


def read_house() -> House:
    """The package as it stands in the working tree."""
    layers = read_layers((ROOT / "pyproject.toml").read_text())
    graph = grimp.build_graph(PACKAGE, include_external_packages=True, cache_dir=None)
    floors = {container: read_floor(graph, rows) for container, rows in layers.items()}
    rooms = {container: floor for container, floor in floors.items() if container}
    names = [name for floor in floors.values() for row in floor.rows for name in row]
    return House({name: read_place(graph, name) for name in names}, floors[""], rooms)


def read_layers(text: str) -> dict[str, Rows]:
    """The layers by what contains them, the whole package being "". What only starts the command is left out."""
    contracts = [each for each in tomllib.loads(text)["tool"]["importlinter"]["contracts"] if each["type"] == "layers"]
    found = [(each, container) for each in contracts for container in each.get("containers", [PACKAGE])]
    return {strip(container): name_rows(strip(container), each["layers"]) for each, container in found}


def strip(module: str) -> str:
    """A module's name inside the package; the package itself has none."""
    return module.removeprefix(PACKAGE).removeprefix(".")


def name_rows(container: str, layers: Iterable[str]) -> Rows:
    """A contract's layers as rows of names."""
    rows = [[strip(name) for name in re.split(r"\s*[|:]\s*", layer)] for layer in layers]
    prefix = f"{container}." if container else ""
    return tuple(tuple(prefix + name for name in row) for row in rows if row != ["__main__"])


def read_floor(graph: grimp.ImportGraph, rows: Rows) -> Floor:
    """The layers with the imports between them."""
    names = [name for row in rows for name in row]
    modules = {name: list_modules(graph, name) for name in names}
    imported = {name: find_imported(graph, modules[name]) for name in names}
    return Floor(rows, reduce((a, b) for a in names for b in names if a != b and imported[a] & modules[b]))


def list_modules(graph: grimp.ImportGraph, name: str) -> set[str]:
    """A place's modules."""
    module = f"{PACKAGE}.{name}"
    return {module, *graph.find_descendants(module)}


def find_imported(graph: grimp.ImportGraph, modules: Iterable[str]) -> set[str]:
    """What modules import directly."""
    return {imported for module in modules for imported in graph.find_modules_directly_imported_by(module)}


def reduce(arrows: Iterable[tuple[str, str]]) -> Arrows:
    """The arrows without those that a longer way implies. There are no circles: a contract sees to that."""
    after: dict[str, set[str]] = {}
    for a, b in arrows:
        after.setdefault(a, set()).add(b)

    def reach(start: str) -> set[str]:
        return {found for b in after.get(start, set()) for found in ({b} | reach(b))}

    return frozenset((a, b) for a in after for b in after[a] if not any(b in reach(c) for c in after[a] - {b}))


def read_place(graph: grimp.ImportGraph, name: str) -> Place:
    """A place with what it says of itself, and what it loads."""
    folder = ROOT / "operator" / PACKAGE / name.replace(".", "/")
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    said = ast.get_docstring(ast.parse(file.read_text())) or ""
    loaded = {module.partition(".")[0] for module in find_imported(graph, list_modules(graph, name))}
    return Place(name, read_sentence(said), tuple(sorted(loaded - sys.stdlib_module_names - {PACKAGE} - QUIET)))


def read_sentence(said: str) -> str:
    """The first sentence of a docstring, without what it refers to."""
    sentence = re.split(r"\.(?:\s|$)", said.partition("\n\n")[0], maxsplit=1)[0]
    return " ".join(re.sub(r" \([^)]*\.md[^)]*\)", "", sentence).replace("`", "").split())
