"""Whatever a page, a docstring, a comment or a script names is there."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from .prose import list_files, read_prose
from .references import (
    find_foreign_sections,
    find_lost_decisions,
    find_lost_links,
    find_lost_modules,
    find_lost_paths,
    find_lost_targets,
    list_anchors,
)

Find = Callable[[Path, str], list[str]]

PROSE: Final = {path: read_prose(path) for path in list_files()}
PAGES: Final = {path: text for path, text in PROSE.items() if path.suffix == ".md"}
# File and name of what need not be there, with the reason.
EXCEPTIONS: Final[dict[tuple[str, str], str]] = {
    ("hack/gitops/build", "helm.sh"): "the first word of Helm's Go module",
}


def collect(find: Find, texts: dict[Path, str]) -> dict[str, list[str]]:
    """What is lost, by file, without the exceptions."""
    found = {str(path): find(path, text) for path, text in texts.items()}
    lost = {path: [name for name in names if (path, name) not in EXCEPTIONS] for path, names in found.items()}
    return {path: names for path, names in lost.items() if names}


@pytest.mark.parametrize(
    "find",
    [
        pytest.param(find_lost_paths, id="file, folder and heading"),
        pytest.param(find_lost_decisions, id="decision"),
        pytest.param(find_lost_targets, id="target of make"),
        pytest.param(find_lost_modules, id="module to run"),
        pytest.param(find_foreign_sections, id="numbered section"),
    ],
)
def test_whatever_is_named_is_there(find: Find) -> None:
    assert collect(find, PROSE) == {}


def test_every_link_of_a_page_leads_to_a_file_and_to_a_heading_of_it() -> None:
    assert collect(find_lost_links, PAGES) == {}


def test_all_kinds_of_files_are_read() -> None:
    names = set(map(str, PROSE))
    assert {
        "README.md",
        "Makefile",
        ".ci/run",
        "hack/test",
        "setup.py",
        "docs/decisions/0001-decide-then-do.md",
    } <= names
    assert {"operator/interleaver/cli.py", "tests/unit/documents/test_references.py", "demo/Dockerfile"} <= names


HERE: Final = Path("docs/explanation/statistics.md")


@pytest.mark.parametrize(
    ("find", "text", "lost"),
    [
        (find_lost_paths, "see hack/test, `tests/unit/` and docs/decisions/*.md.", []),
        (find_lost_paths, "see experiment/run.py, position.md and `api/spec/`", []),
        (find_lost_paths, "the rules (statistics.md#what-decides)", []),
        (
            find_lost_paths,
            "the plan (blueprint" + ".md) and (docs/nowhere" + "/x.txt)",
            ["blueprint.md", "docs/nowhere/x.txt"],
        ),
        (find_lost_paths, "in `api/nowhere/` or statistics" + ".md#nothing", ["statistics.md#nothing", "api/nowhere/"]),
        (find_lost_paths, "https://example.com/docs/x.md, $DIR/hack/x.sh, /etc/x.yaml", []),
        (find_lost_decisions, "(decision 5), decisions 1, 2 and 17; two decisions; decision\n22", []),
        (find_lost_decisions, "(decisions" + " 5 and 899), Decision" + " 900", ["decision 899", "decision 900"]),
        (find_lost_links, "[a](#what-decides) [b](../../README.md#see-it-run) [c](https://example.com/x)", []),
        (find_lost_links, "[a](#nothing) [b](nowhere.md)", ["#nothing", "nowhere.md"]),
        (find_lost_targets, "`make demo SWAP=1`, make sense, `make`\n\n    make unit", []),
        (find_lost_targets, "`make" + " sense`\n\n    make haste", ["make sense", "make haste"]),
        (find_lost_modules, "python -m tests.router.differential and -m interleaver router, -m pytest", []),
        (find_lost_modules, "python -m" + " hack.nothing", ["hack.nothing"]),
        (find_foreign_sections, "RFC 9110 section 7.8, a section of 3", []),
        (find_foreign_sections, "the plan, section" + " 3.1", ["section 3.1"]),
    ],
)
def test_what_is_not_there_is_found(find: Find, text: str, lost: list[str]) -> None:
    assert find(HERE, text) == lost


def test_a_heading_that_comes_again_gets_a_number(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# What's in it?\n\n## In `code`\n\n```sh\n# no heading\n```\n\n## In code\n")
    assert list_anchors(page) == ["whats-in-it", "in-code", "in-code-1"]
