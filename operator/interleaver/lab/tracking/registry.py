"""The candidate in MLflow's model registry: a version with the alias `candidate`, once a gate has passed."""

from typing import TYPE_CHECKING, Final

from interleaver.lab.terms.unusable import Unusable

if TYPE_CHECKING:
    from mlflow import MlflowClient

ALIAS: Final = "candidate"
"""Aliases tell capital letters apart, and `latest` and `v1` are MLflow's own."""
OPTION: Final = "--register"


def read_name(text: str) -> tuple[str, str | None]:
    """`NAME` or `NAME/VERSION`: a model, and a version that is there already."""
    name, _, version = text.removeprefix("models:/").partition("/")
    if not name or ":" in name or (version and not version.isdecimal()):
        raise Unusable(
            OPTION, f"{text} is no model", "give NAME for a new version, or NAME/VERSION for one that is there"
        )
    return name, version or None


def register(client: "MlflowClient", text: str, run: str, source: str, tags: dict[str, str]) -> str:
    """Give the alias to the version, which is made if none is named, and return it as `NAME/VERSION`. A version needs a
    source: that of a new one is the run's own files, because the model itself is behind a URL."""
    name, version = read_name(text)
    if version is None:
        make_model(client, name)
        version = str(client.create_model_version(name, source, run_id=run, tags=tags).version)
    else:
        for key, value in tags.items():
            client.set_model_version_tag(name, version, key, value)
    client.set_registered_model_alias(name, ALIAS, version)
    return f"{name}/{version}"


def make_model(client: "MlflowClient", name: str) -> None:
    """Have a model of this name."""
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
