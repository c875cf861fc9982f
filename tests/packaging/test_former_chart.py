"""The chart before its last change is found in a checkout's history, and a clone without it says that there is none."""

from pathlib import Path

import pytest

from tests.cluster import run
from tests.e2e.former import PLACE, find_former, git, unpack_former


def write(root: Path, name: str, text: str) -> None:
    (file := root / name).parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def commit(root: Path, name: str, text: str) -> str:
    """A commit that changes one file; its hash."""
    write(root, name, text)
    git(root, "add", name)
    person = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")
    git(root, *person, "commit", "--quiet", "--message", text)
    return git(root, "rev-parse", "HEAD").strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose chart was changed once, and whose README after it."""
    git(tmp_path, "init", "--quiet", "made")
    root = tmp_path / "made"
    commit(root, f"{PLACE}/values.yaml", "first")
    commit(root, f"{PLACE}/values.yaml", "second")
    commit(root, "README.md", "last")
    return root


def clone(root: Path, depth: int) -> Path:
    place = root.with_name(f"clone-{depth}")
    run("git", "clone", "--quiet", f"--depth={depth}", f"file://{root}", str(place))
    return place


def test_it_is_the_one_before_the_last_change_of_the_chart(root: Path, tmp_path: Path) -> None:
    found = unpack_former(tmp_path / "former", root)
    assert found is not None
    assert (found / "values.yaml").read_text() == "first"


def test_while_the_chart_is_being_changed_it_is_the_committed_one(root: Path, tmp_path: Path) -> None:
    write(root, f"{PLACE}/values.yaml", "third")
    found = unpack_former(tmp_path / "former", root)
    assert found is not None
    assert (found / "values.yaml").read_text() == "second"


@pytest.mark.parametrize("depth", [1, 2])
def test_a_clone_that_does_not_reach_so_far_back_has_none(root: Path, tmp_path: Path, depth: int) -> None:
    assert find_former(clone(root, depth)) is None
    assert unpack_former(tmp_path / "former", clone(root, depth + 10)) is not None


def test_a_chart_that_was_never_changed_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "new")
    commit(tmp_path / "new", "README.md", "before")
    commit(tmp_path / "new", f"{PLACE}/values.yaml", "first")
    assert find_former(tmp_path / "new") is None
