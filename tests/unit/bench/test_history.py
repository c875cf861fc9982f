"""What is compared with what, asked of real repositories."""

import subprocess
import sys
from pathlib import Path

import pytest
from bench.instructions.history import PACKAGE, ROOT, ROUTER_CODE, NoParent, Repository

LOADED = """
import sys
import interleaver.router.process.program
for module in list(sys.modules.values()):
    print(getattr(module, "__file__", None) or "")
"""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Two commits, of which the second changes the router."""
    made = Repository(tmp_path / "origin")
    subprocess.run(["git", "init", "--quiet", str(made.root)], check=True)
    (made.root / PACKAGE / "router").mkdir(parents=True)
    commit(made, "router/merge.py", "1", "feat: first")
    commit(made, "router/merge.py", "2", "feat: second\n\nInstructions: +8% because it is worth it")
    return made


def commit(repository: Repository, path: str, text: str, message: str) -> str:
    write(repository, path, text)
    repository.git("add", ".")
    repository.git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", message)
    return repository.git("rev-parse", "HEAD").stdout.strip()


def write(repository: Repository, path: str, text: str) -> None:
    file = repository.root / PACKAGE / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def parent(repository: Repository) -> str:
    return repository.git("rev-parse", "HEAD^").stdout.strip()


def test_a_commit_is_compared_with_its_parent(repository: Repository) -> None:
    base = repository.find_base(None)
    assert base == parent(repository)
    assert repository.differs_from(base)


def test_uncommitted_code_is_compared_with_its_commit(repository: Repository) -> None:
    write(repository, "router/merge.py", "3")
    assert repository.find_base(None) == repository.git("rev-parse", "HEAD").stdout.strip()


def test_a_new_file_of_the_router_is_a_difference(repository: Repository) -> None:
    write(repository, "router/breaker.py", "")
    assert repository.differs_from("HEAD")


def test_code_that_the_router_does_not_run_is_no_difference(repository: Repository) -> None:
    commit(repository, "controller/looks.py", "1", "feat: a look")
    write(repository, "stats/tally.py", "1")
    assert not repository.differs_from(repository.find_base(None))


def test_a_base_can_be_named(repository: Repository) -> None:
    first = parent(repository)
    commit(repository, "router/pool.py", "1", "feat: third\n\nInstructions: +2% because of\n  a pool")
    assert repository.find_base("HEAD~2") == first
    assert repository.read_trailers(first) == ["+2% because of a pool", "+8% because it is worth it"]
    assert repository.read_trailers("HEAD~1") == ["+2% because of a pool"]


def test_the_first_commit_has_nothing_to_be_compared_with(repository: Repository) -> None:
    repository.git("checkout", "--quiet", parent(repository))
    with pytest.raises(NoParent, match="first commit"):
        repository.find_base(None)


def test_a_shallow_clone_says_that_it_cannot_be_measured(repository: Repository, tmp_path: Path) -> None:
    shallow = Repository(tmp_path / "shallow")
    subprocess.run(
        ["git", "clone", "--quiet", "--depth=1", repository.root.as_uri(), str(shallow.root)],
        check=True,
        capture_output=True,
    )
    with pytest.raises(NoParent, match="shallow"):
        shallow.find_base(None)


def test_the_parent_is_checked_out_beside_and_leaves_nothing(repository: Repository, tmp_path: Path) -> None:
    with repository.check_out(parent(repository), tmp_path / "parent") as source:
        assert (source / "interleaver/router/merge.py").read_text() == "1"
    assert not (tmp_path / "parent").exists()
    assert len(repository.git("worktree", "list").stdout.splitlines()) == 1


def test_every_module_that_a_router_loads_is_compared() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT / "operator", capture_output=True, check=True)
    files = [Path(line) for line in done.stdout.decode().splitlines() if line]
    ours = {str(file.relative_to(ROOT)) for file in files if (ROOT / PACKAGE) in file.parents}
    assert len(ours) > 20
    assert [each for each in sorted(ours) if not each.startswith(ROUTER_CODE)] == []
