"""What the repository says: which commit to compare with, whether the router differs, and what costs on purpose."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = "operator/interleaver"
# All that serves a router's requests; a test compares it with what a router really loads.
ROUTER_CODE: Final = (
    f"{PACKAGE}/__init__.py",
    f"{PACKAGE}/__main__.py",
    f"{PACKAGE}/cli.py",
    f"{PACKAGE}/api/__init__.py",
    f"{PACKAGE}/api/names.py",
    f"{PACKAGE}/api/http.py",
    f"{PACKAGE}/api/paging.py",
    f"{PACKAGE}/api/parts.py",
    f"{PACKAGE}/api/routing.py",
    f"{PACKAGE}/api/store_form.py",
    f"{PACKAGE}/api/store_url.py",
    f"{PACKAGE}/interleaving",
    f"{PACKAGE}/router",
)


class NoParent(Exception):
    """There is nothing to compare with."""


class Repository:
    """A checkout, and the questions asked of it."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root

    def git(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        command = ["git", "-C", str(self.root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=check)

    def find_base(self, named: str | None) -> str:
        """The commit named, else HEAD if the router's code has changes that are not committed, else HEAD's parent.

        Raises NoParent in words.
        """
        name = named or ("HEAD" if self.differs_from("HEAD") else "HEAD^")
        found = self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", check=False)
        if found.returncode == 0:
            return found.stdout.strip()
        if self.git("rev-parse", "--is-shallow-repository").stdout.strip() == "true":
            raise NoParent(f"this clone is shallow and does not hold {name}: `git fetch --deepen=1` brings the parent")
        raise NoParent(f"there is no commit {name}" if named else "the first commit has no parent")

    def differs_from(self, base: str) -> bool:
        """Whether the router's code in the working tree is another than in `base`. Files that git ignores are none."""
        changed = self.git("diff", "--quiet", base, "--", *ROUTER_CODE, check=False).returncode != 0
        return changed or bool(self.git("ls-files", "--others", "--exclude-standard", "--", *ROUTER_CODE).stdout)

    def read_trailers(self, base: str) -> list[str]:
        """The values of all trailers `Instructions:` from `base`, exclusive, to HEAD."""
        form = "--format=%(trailers:key=Instructions,valueonly,unfold)"
        lines = self.git("log", form, f"{base}..HEAD").stdout.splitlines()
        return [line.strip() for line in lines if line.strip()]

    def name(self, commit: str) -> str:
        """A commit as people know it."""
        return self.git("log", "-1", "--format=%h (%s)", commit).stdout.strip()

    @contextmanager
    def check_out(self, commit: str, folder: Path) -> Iterator[Path]:
        """The package's folder of a commit, in a worktree that is gone afterwards."""
        self.git("worktree", "add", "--quiet", "--detach", str(folder), commit)
        try:
            yield folder / "operator"
        finally:
            self.git("worktree", "remove", "--force", str(folder))
