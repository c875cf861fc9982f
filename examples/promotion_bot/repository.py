"""The repository: a branch with the change, pushed once."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from .recording import CannotRecord, Wanted, record

SECONDS: Final = 120  # for one command of git
LARGEST: Final = 1 << 20  # bytes of a file that is looked at


class GitFailed(Exception):
    """git could not do it now; the message is its own."""


class Repository(NamedTuple):
    """Where experiments are kept, and the branch from which they are deployed."""

    url: str
    base: str

    def has_branch(self, name: str) -> bool:
        """Whether the branch is there. Raises GitFailed."""
        return bool(git("ls-remote", "--heads", "--", self.url, f"refs/heads/{name}").strip())

    def delete(self, name: str) -> None:
        """Delete the branch. Raises GitFailed."""
        with tempfile.TemporaryDirectory() as folder:
            git("init", "--quiet", folder=Path(folder))
            git("push", "--quiet", "--", self.url, f":refs/heads/{name}", folder=Path(folder))

    def push(self, branch: str, wanted: Wanted, message: str) -> bool:
        """Push a branch with the change; False when there is nothing to change. Raises CannotRecord, GitFailed."""
        with tempfile.TemporaryDirectory() as folder:
            clone = Path(folder) / "clone"
            git("clone", "--quiet", "--depth=1", f"--branch={self.base}", "--", self.url, str(clone))
            file, text = find_change(clone, wanted)
            if text == read(file):
                return False
            file.write_text(text, encoding="utf-8", errors="surrogateescape", newline="")
            git("commit", "--quiet", "--all", "--no-verify", f"--message={message}", folder=clone)
            git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}", folder=clone)
        return True


def find_change(clone: Path, wanted: Wanted) -> tuple[Path, str]:
    """The one file that has the experiment, and its text with the change. Raises CannotRecord, GitFailed."""
    found = []
    for name in git("ls-files", "-z", "*.yaml", "*.yml", folder=clone).split("\0"):
        file = clone / name
        if not name or file.is_symlink() or not file.is_file() or file.stat().st_size > LARGEST:
            continue
        text = record(read(file), wanted)
        if text is not None:
            found.append((file, text))
    if len(found) != 1:
        names = ", ".join(str(file.relative_to(clone)) for file, _ in found) or "no file"
        raise CannotRecord(f"{wanted.namespace}/{wanted.name} should be in one file, and is in {names}")
    return found[0]


def read(file: Path) -> str:
    """The text with line ends as they are."""
    with file.open(encoding="utf-8", errors="surrogateescape", newline="") as opened:
        return opened.read()


def git(*words: str, folder: Path | None = None) -> str:
    """What git says. Raises GitFailed."""
    environment = {"GIT_TERMINAL_PROMPT": "0"} | name_author() | os.environ
    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitFailed(f"git {words[0]}: {error}") from None
    if done.returncode != 0:
        raise GitFailed(f"git {words[0]}: {done.stderr.strip()}")
    return done.stdout


def name_author() -> dict[str, str]:
    """Who commits, unless the environment says otherwise."""
    name, mail = "promotion-bot", "promotion-bot@localhost"
    return {
        f"GIT_{role}_{part}": text
        for role in ("AUTHOR", "COMMITTER")
        for part, text in (("NAME", name), ("EMAIL", mail))
    }
