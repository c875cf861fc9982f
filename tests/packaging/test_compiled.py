"""The compiled package: which modules are, that they behave as their sources do, and what the compiler gets wrong."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from bench.compiled import find_package

from tests.cluster import ROOT

PLAIN: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["interleaver"]["plain"]
# In these no double stands for a class of the router's, which compiled code would refuse.
IN_PROCESS = (
    "unit/interleaving",
    "router/shared/test_courier.py",
    "router/rankings/test_fuzz_lists.py",
    "router/rankings/test_plain_lists.py",
    "router/rankings/test_ranked_lists.py",
    "router/rankings/test_tensors.py",
)
ORIGINS = """
import importlib, json, sys
print(json.dumps({name: importlib.import_module(name).__file__ for name in sys.argv[1:]}))
"""


def load_setup() -> ModuleType:
    """setup.py, of which nothing is built by this."""
    spec = importlib.util.spec_from_file_location("setup_of_the_project", ROOT / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


COMPILED = [Path(path) for path in load_setup().list_modules(ROOT)]


@pytest.fixture(scope="module")
def package() -> Path:
    if os.environ.get("UNCOMPILED"):
        pytest.skip("UNCOMPILED is set")
    return find_package()


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "operator").with_suffix("").parts)


def test_whatever_is_to_be_compiled_is_and_a_process_loads_it_compiled(package: Path) -> None:
    names = [name_of(path) for path in COMPILED]
    command = [sys.executable, "-c", ORIGINS, *names]
    done = subprocess.run(command, env={"PYTHONPATH": str(package)}, capture_output=True, timeout=60, check=True)
    plain = {name for name, origin in json.loads(done.stdout).items() if not origin.endswith(".so")}
    assert len(names) > 50
    assert plain == set()


def test_only_what_is_listed_with_its_reason_stays_python(package: Path) -> None:
    built = {path.relative_to(package / "interleaver").as_posix() for path in (package / "interleaver").rglob("*.so")}
    sources = {
        path.relative_to(package / "interleaver").as_posix()
        for folder in ("interleaving", "router")
        for path in (package / "interleaver" / folder).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert sources - {f"{path.split('.')[0]}.py" for path in built} == set(PLAIN)
    assert all(PLAIN.values())


def test_the_tests_in_process_pass_with_the_compiled_modules(package: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", f"pythonpath={package} ."]
    files = [f"tests/{name}" for name in IN_PROCESS]
    done = subprocess.run(
        [*command, *files], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(package)}, capture_output=True, text=True,
        timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", COMPILED, ids=name_of)
def test_no_coroutine_that_is_compiled_awaits_in_an_except_or_finally(path: Path) -> None:
    """Compiled, it may raise an exception again that was dealt with before."""
    for attempt in find(ast.Try, path):
        last = [*attempt.finalbody, *(each for handler in attempt.handlers for each in handler.body)]
        assert not [node for part in last for node in ast.walk(part) if isinstance(node, ast.Await)]


@pytest.mark.parametrize("path", COMPILED, ids=name_of)
def test_no_function_that_is_compiled_gives_two_kinds_of_errors_one_name(path: Path) -> None:
    """Compiled, a name has one type, and the second kind would be refused."""
    for kind in (ast.FunctionDef, ast.AsyncFunctionDef):
        for function in find(kind, path):
            kinds: dict[str, set[str]] = {}
            for node in ast.walk(function):
                if isinstance(node, ast.ExceptHandler) and node.name and node.type:
                    kinds.setdefault(node.name, set()).add(ast.unparse(node.type))
            assert all(len(each) == 1 for each in kinds.values()), kinds


def find(kind: Any, path: Path) -> Iterator[Any]:
    """The nodes of a kind in a file."""
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kind))


def test_a_compiled_router_loads_nothing_more_than_a_plain_one(package: Path) -> None:
    loaded = "import sys, interleaver.router.process.program; print(*{name.partition('.')[0] for name in sys.modules})"
    listings = [
        subprocess.run(
            [sys.executable, "-c", loaded], env={"PYTHONPATH": str(each)}, capture_output=True, text=True, timeout=60,
            check=True,
        ).stdout.split()
        for each in (ROOT / "operator", package)
    ]  # fmt: skip
    assert set(listings[1]) - set(listings[0]) <= {"interleaver__mypyc"}


@pytest.mark.parametrize(
    ("line", "misread"),
    [
        ('if (likely(r.f0 != -113.0 && PyErr_Occurred())) goto A;\n  PyErr_SetString(E, "was not set");', True),
        ('if (likely(!(r.f0 == -113.0 && PyErr_Occurred()))) goto A;\n  PyErr_SetString(E, "was not set");', False),
    ],
)
def test_a_tuple_that_the_compiler_misreads_ends_the_build(line: str, misread: bool, tmp_path: Path) -> None:
    (tmp_path / "made.c").write_text(line)
    setup = load_setup()
    if misread:
        with pytest.raises(SystemExit, match="mypyc misreads"):
            setup.refuse_misread(tmp_path)
    else:
        setup.refuse_misread(tmp_path)
