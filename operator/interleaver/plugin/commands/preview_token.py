"""`kubectl interleaver preview-token`."""

import argparse
import base64
from typing import Final

from interleaver.api import names
from interleaver.plugin.cluster.access import connect
from interleaver.plugin.cluster.api import Api, Failed, place
from interleaver.plugin.cluster.asking import NAMESPACES
from interleaver.plugin.cluster.experiments import read_experiment, read_name
from interleaver.plugin.commands.place import read_place
from interleaver.plugin.refusal import Refusal
from interleaver.resources.metadata import router_object_name

MISSING: Final = (
    "Secret {secret} was made by an earlier version and has no preview token. Give it one: kubectl -n {namespace} "
    'patch secret {secret} --type=merge -p "{{\\"stringData\\":{{\\"{key}\\":\\"$(openssl rand -hex 32)\\"}}}}"'
)


def run(options: argparse.Namespace) -> int:
    name = read_name(options.name)
    with connect(read_place(options)) as api:
        read_experiment(api, name)
        print(read_token(api, name))
    return 0


def read_token(api: Api, experiment: str) -> str:
    """The token of an experiment's previews. Raises Refusal when there is none, or it may not be read."""
    secret = router_object_name(experiment)
    try:
        held = api.get(place(NAMESPACES, api.namespace, "secrets", secret)).get("data") or {}
    except Failed as error:
        if error.code != 404:
            raise
        raise Refusal(
            f"there is no Secret {secret!r} yet: the operator makes it when it deploys the champion"
        ) from None
    token = base64.b64decode(held.get(names.PREVIEW_TOKEN_FILE) or "").decode(errors="replace").strip()
    if not token:
        raise Refusal(MISSING.format(secret=secret, namespace=api.namespace, key=names.PREVIEW_TOKEN_FILE))
    return token
