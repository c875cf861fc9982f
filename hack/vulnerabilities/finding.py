"""What asking a source came to: findings, or that it could not be asked, which is not the same as none."""

from dataclasses import dataclass


class NotAsked(Exception):
    """A source gave no answer that could be read; the message says which and why."""


@dataclass(frozen=True, order=True)
class Finding:
    """A package of ours with something known about it. `names` are its id and what else it is called."""

    package: str
    version: str
    names: tuple[str, ...]
    fixed: str  # versions, or "no version yet"

    def __str__(self) -> str:
        return f"{self.package} {self.version}: {', '.join(self.names)}; fixed in {self.fixed}"
