"""Which API server, as whom, in which namespace: what kubectl would take from the same flags and files.

The client library reads kubeconfigs as kubectl does: several files in KUBECONFIG, contexts, certificates, tokens, exec
plugins, OIDC, proxies. Without any, in a pod, its ServiceAccount is taken.
"""

import os
from pathlib import Path
from typing import Any, Final, NamedTuple

from kubernetes import config
from kubernetes.client import ApiClient, Configuration
from yaml import YAMLError

from interleaver.plugin.cluster.api import Api
from interleaver.plugin.refusal import Refusal

# What the library raises about files that are missing, are no YAML, or hold something else than a kubeconfig.
UNREADABLE: Final = (config.ConfigException, YAMLError, OSError, ValueError, KeyError, TypeError, AttributeError)
OWN_NAMESPACE: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class Place(NamedTuple):
    """What the flags name; None is what the kubeconfig has."""

    kubeconfig: str | None = None
    context: str | None = None
    namespace: str | None = None


def connect(place: Place) -> Api:
    """The API server, and the namespace that is meant. Raises Refusal when there are no credentials."""
    configuration = Configuration()
    try:
        namespace = read_pod(configuration) if is_pod(place) else read_kubeconfig(place, configuration)
    except UNREADABLE as error:
        words = (
            f"no credentials for a cluster: {str(error).rstrip('.')}. Name a kubeconfig with --kubeconfig or KUBECONFIG"
        )
        raise Refusal(f"{words}, and a context of it with --context") from None
    configuration.retries = False  # an API server that is not there is told at once
    return Api(ApiClient(configuration), place.namespace or namespace or "default")


def is_pod(place: Place) -> bool:
    """Whether this is a pod that was given no kubeconfig, in any of the ways in which kubectl looks for one."""
    is_told = place.kubeconfig or place.context or os.environ.get("KUBECONFIG")
    return not is_told and not Path("~/.kube/config").expanduser().exists() and "KUBERNETES_SERVICE_HOST" in os.environ


def read_pod(configuration: Any) -> str:
    """The credentials of the pod; returns its namespace."""
    config.load_incluster_config(client_configuration=configuration)
    return OWN_NAMESPACE.read_text().strip()


def read_kubeconfig(place: Place, configuration: Any) -> str | None:
    """The credentials of the context; returns its namespace."""
    config.load_kube_config(place.kubeconfig, place.context, configuration, persist_config=False)
    contexts, active = config.list_kube_config_contexts(place.kubeconfig)
    chosen = active if place.context is None else next(one for one in contexts if one["name"] == place.context)
    namespace: str | None = (chosen.get("context") or {}).get("namespace")
    return namespace
