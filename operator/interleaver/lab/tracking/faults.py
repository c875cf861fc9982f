"""What MLflow says when it does not do what it is asked, in words that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .place import hide_password

if TYPE_CHECKING:
    from mlflow.exceptions import MlflowException


class NotTracked(Exception):
    """Something could not be kept in MLflow. The evaluation is whole all the same: its files are in its folder."""


@contextmanager
def explained(uri: str) -> Iterator[None]:
    """Whatever MLflow, its connection or its database raises becomes NotTracked, with words."""
    import requests
    import sqlalchemy.exc
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        raise NotTracked(tell(uri, str(error), status_of(error))) from error
    except (requests.RequestException, sqlalchemy.exc.SQLAlchemyError, OSError, ImportError) as error:
        raise NotTracked(tell(uri, str(error), 0)) from error


def tell(uri: str, said: str, status: int) -> str:
    """Which store it is, what is wrong and what to do."""
    return hide_password(f"{uri}: {explain(uri, said, status)}", uri)


def status_of(error: "MlflowException") -> int:
    """HTTP's status for what a server or a store refused."""
    return int(error.get_http_status_code())  # type: ignore[no-untyped-call]


def explain(uri: str, said: str, status: int) -> str:
    """The words for one fault; `status` is HTTP's, or 0."""
    server = urlsplit(uri).netloc.rpartition("@")[2]
    if "Invalid Host header" in said:
        return (
            f"the server does not answer to the name {server} (403, although its /health says 200); start it with "
            f"--allowed-hosts '{server},localhost:*', and for its own pages with --cors-allowed-origins "
            f"'{urlsplit(uri).scheme}://{server}'"
        )
    if any(sign in said for sign in ("Max retries exceeded", "Connection aborted", "Timed out", "timed out")):
        return f"the server cannot be reached ({innermost(said)}); is it running, and is the URL right?"
    if "unsupported URI" in said or "find a registered" in said:
        return "MLflow knows no store of this kind; give http://SERVER:PORT, sqlite:///FILE or another database"
    if status in (401, 403):
        return (
            f"the server refuses ({status}: {first_line(said)}); give it MLFLOW_TRACKING_TOKEN, or "
            "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
        )
    if "valid JSON format" in said or ("failed with error code" in said and status in (0, 404, 405)):
        return f"something answers there, and it is no MLflow ({first_line(said)}); is the URL right?"
    return first_line(said)


def innermost(said: str) -> str:
    """The cause at the end of a chain of exceptions: `Connection refused`."""
    for sign in ("Connection refused", "Name or service not known", "Temporary failure in name resolution"):
        if sign in said:
            return sign.lower()
    return "no answer in time" if "imed out" in said else first_line(said)


def first_line(said: str) -> str:
    """What was said, without what follows it over pages."""
    line = said.strip().partition("\n")[0]
    return line if len(line) <= 300 else f"{line[:300]}…"
