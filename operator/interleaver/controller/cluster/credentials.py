"""Credentials: one configuration for our client and for kopf, re-read when the token is rotated."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import kopf
from kubernetes.aio import config
from kubernetes.aio.client import Configuration

# The client re-reads a rotated token at most once a minute; kopf asks again when this is over.
LIFETIME: Final = timedelta(minutes=1)


class NoCredentials(Exception):
    """There is neither a ServiceAccount nor a usable kubeconfig; the message says what was tried."""


async def load() -> Configuration:
    """The credentials of the pod's ServiceAccount or, outside a cluster, of the kubeconfig. Raises NoCredentials."""
    configuration = Configuration()
    try:
        if "KUBERNETES_SERVICE_HOST" in os.environ and "KUBECONFIG" not in os.environ:
            config.load_incluster_config(client_configuration=configuration)
        else:
            await config.load_kube_config(client_configuration=configuration)
    except (config.ConfigException, OSError) as error:
        raise NoCredentials(f"no credentials for the API server: {error}") from None
    return configuration


async def connection(configuration: Any) -> kopf.ConnectionInfo:
    """The same credentials in kopf's form."""
    token = await configuration.get_api_key_with_prefix("BearerToken", alias="authorization")
    scheme, _, word = token.partition(" ") if token else ("", "", "")
    return kopf.ConnectionInfo(
        server=configuration.host,
        ca_path=configuration.ssl_ca_cert,
        ca_data=configuration.ca_cert_data,
        insecure=not configuration.verify_ssl,
        scheme=scheme or None,
        token=word or None,
        certificate_path=configuration.cert_file,
        private_key_path=configuration.key_file,
        expiration=datetime.now(UTC) + LIFETIME if token else None,
    )
