"""Where runs are kept: a tracking server, a database, or by default a database in the evaluation's own folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from interleaver.lab.terms.unusable import Unusable

FOLDER: Final = "mlflow"
OPTION: Final = "--tracking"


@dataclass(frozen=True)
class Store:
    """A place for runs. `artifacts` is where a new experiment keeps its files; None leaves that to the server."""

    uri: str
    artifacts: str | None = None

    @property
    def is_remote(self) -> bool:
        """Whether it is a server, which has pages to look at."""
        return urlsplit(self.uri).scheme in ("http", "https")

    def how_to_look(self) -> str:
        """What to do to see what was kept."""
        uri = hide_password(self.uri, self.uri)
        return f"look at {uri}" if self.is_remote else f"look at it with: mlflow ui --backend-store-uri {uri}"


def hide_password(text: str, uri: str) -> str:
    """A text without the password of a URI, for it may be shown in logs that many read."""
    password = urlsplit(uri).password
    return text.replace(f":{password}@", ":***@") if password else text


def find_store(uri: str | None, output: Path) -> Store:
    """The store of a URI; without one, `OUTPUT/mlflow`, with a database and the files of runs beside it."""
    if uri is not None:
        return Store(uri)
    folder = output.resolve() / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return Store(f"sqlite:///{folder / 'mlflow.db'}", (folder / "artifacts").as_uri())


def check_uri(uri: str) -> None:
    """Refuse what MLflow would take minutes, or words of its own, to refuse."""
    parts, shown = urlsplit(uri), hide_password(uri, uri)
    if parts.scheme in ("", "file"):
        database = Path(parts.path or uri) / "mlflow.db"
        raise Unusable(OPTION, f"{shown} is a folder, and MLflow keeps runs in none", f"give sqlite:///{database}")
    if parts.scheme in ("http", "https") and not parts.hostname:
        raise Unusable(OPTION, f"{shown} names no server", "give a URL like http://mlflow:5000")
    if parts.scheme == "sqlite":
        check_folder(uri, Path(parts.path[1:]).parent)


def check_folder(uri: str, folder: Path) -> None:
    """A database in a folder that is not there is tried for minutes."""
    if not folder.is_dir():
        raise Unusable(OPTION, f"{uri} is in the folder {folder}, which is not there", "make it, or give another place")
