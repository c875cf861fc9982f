"""What a text names, and whether it is there: files, headings, decisions, targets, modules."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from .blocks import ROOT
from .prose import TOPS

PACKAGE: Final = ROOT / "operator/interleaver"
STARTS: Final = (ROOT, ROOT / "operator", PACKAGE)  # of short names: "router/process/program.py"
SUFFIXES: Final = "py|md|sh|toml|yaml|lua"

OWN: Final = (
    "suite.yaml",
    "corners.yaml",
    "stress.yaml",
    "contract.yaml",
    "scoring.yaml",
    "gate.yaml",
    "ours.py",
    "fraud_cost.py",
)  # files that people write for the lab, each in a folder of theirs
KEYS: Final = ("discovery.lua", "action.lua")  # of Argo CD's ConfigMap, which look like files

_TOP: Final = "|".join(map(re.escape, TOPS))
PATH: Final = re.compile(
    rf"(?<![\w./*{{}}$~:<>@%-])((?:{_TOP})/[\w./*-]*|(?:[\w-]+/)*[\w-]+\.(?:{SUFFIXES})\b)(?:#([\w-]+))?"
)
FOLDER: Final = re.compile(r"`((?:[\w.-]+/)+)`")
DECISIONS: Final = re.compile(r"\bdecisions?\s+\(?(\d+(?:(?:,|,?\s+and|,?\s+or)\s+\d+)*)", re.IGNORECASE)
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
QUOTED_TARGET: Final = re.compile(r"`make ([a-z][\w-]*)")
SHOWN_TARGET: Final = re.compile(r"^( *)make ([a-z][\w-]*)", re.MULTILINE)
MODULE: Final = re.compile(r"-m ((?:interleaver|tests|bench|demo|hack)(?:\.\w+)*)")
SECTION: Final = re.compile(r"(?:RFC \d+ )?sections? \d[\d.]*", re.IGNORECASE)
FENCE: Final = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
TARGETS: Final = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def find_lost_paths(page: Path, text: str) -> list[str]:
    """Files, folders and headings of pages that the text names by a path and that are not there."""
    named = [(name.rstrip("."), anchor) for name, anchor in PATH.findall(text)]
    named += [(name, "") for name in FOLDER.findall(text)]
    return [f"{name}#{anchor}" if anchor else name for name, anchor in named if not is_there(page, name, anchor)]


def is_there(page: Path, name: str, anchor: str = "") -> bool:
    """Whether a path leads somewhere from the root, from the package, or from a folder that the page stands in."""
    if name in OWN + KEYS:
        return True
    bases = [*STARTS, *(ROOT / folder for folder in page.parents)]
    found = [target for base in bases for target in (base.glob(name) if "*" in name else [base / name])]
    return any(target.exists() and has_anchor(target, anchor) for target in found)


def has_anchor(page: Path, anchor: str) -> bool:
    """Whether a page has a heading; the empty anchor is its beginning."""
    return not anchor or (page.suffix == ".md" and anchor in list_anchors(page))


@cache
def list_anchors(page: Path) -> list[str]:
    """The anchors of a page's headings, as GitHub makes them: a heading that comes again gets a number."""
    headings = re.findall(r"^#+ (.*?)\s*$", FENCE.sub("", page.read_text()), re.MULTILINE)
    slugs = [re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings]
    before = [slugs[:number].count(slug) for number, slug in enumerate(slugs)]
    return [f"{slug}-{times}" if times else slug for slug, times in zip(slugs, before, strict=True)]


def find_lost_decisions(_: Path, text: str) -> list[str]:
    """Decisions that the text cites by their number and that were never made."""
    numbers = [number for found in DECISIONS.findall(text) for number in re.findall(r"\d+", found)]
    return [f"decision {number}" for number in numbers if not any(ROOT.glob(f"docs/decisions/{int(number):04}-*.md"))]


def find_lost_links(page: Path, text: str) -> list[str]:
    """Links of a page that lead to no file of the repository, or to no heading of one."""
    return [link for link in LINK.findall(text) if "://" not in link and not leads_somewhere(page, link)]


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether a link's file and heading are there, from where the page stands."""
    name, _, anchor = link.partition("#")
    target = (ROOT / page.parent / name).resolve() if name else ROOT / page
    return target.exists() and has_anchor(target, anchor)


def find_lost_targets(page: Path, text: str) -> list[str]:
    """Targets that the text tells people to make and that the Makefile does not have."""
    indented = {".py": 1000, ".md": 4}.get(page.suffix, 0)  # a page's block of code; a docstring is prose at any depth
    shown = [name for spaces, name in SHOWN_TARGET.findall(text) if len(spaces) >= indented]
    return [f"make {name}" for name in [*QUOTED_TARGET.findall(text), *shown] if name not in TARGETS]


def find_lost_modules(_: Path, text: str) -> list[str]:
    """Modules that the text tells people to run and that are not there."""
    return [name for name in MODULE.findall(text) if not is_module(name.replace(".", "/"))]


def is_module(path: str) -> bool:
    """Whether `python -m` finds it: a module, or a package that can be run."""
    files = (f"{path}.py", f"{path}/__main__.py")
    return any((start / file).exists() for start in STARTS for file in files)


def find_foreign_sections(_: Path, text: str) -> list[str]:
    """Numbered sections of something that nobody can look up, for they are of no RFC."""
    return [found for found in SECTION.findall(text) if not found.startswith("RFC")]
