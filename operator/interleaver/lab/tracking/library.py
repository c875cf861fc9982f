"""MLflow's client, made to be quiet and quick: it reports nothing to its makers, and gives up within a minute."""

import logging
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mlflow import MlflowClient

# What is set already stays: a team may know its server to be slower. As MLflow has them, seven retries of two minutes
# each let a URL with a typing error look like a run that hangs.
DEFAULTS: Final = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",  # where `--json` prints a document
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
}


def connect(uri: str) -> "MlflowClient":
    """A client of this tracking server, or of this database, for runs and models. Sends nothing yet."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    from mlflow import MlflowClient  # takes seconds, and reads some of these when it is loaded

    logging.getLogger("mlflow").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    return MlflowClient(tracking_uri=uri, registry_uri=uri)
