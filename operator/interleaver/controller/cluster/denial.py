"""Denials: the API server understood a request, and will say no again until a person changes something. Pure."""

from typing import Final

from interleaver.api.manifest import Manifest
from interleaver.controller.cluster.gateway import ClusterError

# The API server says 500 where it means 422: when a field of the template has a name it does not know.
_UNTYPED: Final = "failed to create typed patch object"
# Quotas, policies and pod security say 403, and so does an API server that has just started, or lets go of a namespace.
_PASSING: Final = (
    'User "',  # our own permissions, which are not known yet for a moment after a restart
    "not yet ready to handle request",
    "because it is being terminated",
)
# Another object has the name by now; the next visit sees whose it is.
_REPLACED: Final = "metadata.uid: Invalid value"


def explain_denial(manifest: Manifest, error: ClusterError) -> str:
    """What was denied, in the API server's words, and what to do."""
    name = f"{manifest['kind']} {manifest['metadata']['name']}"
    return f"the API server denied {name}: {error.message}. Change the quota or the policy"


def is_denied(error: ClusterError) -> bool:
    """Whether the request was denied for what it asks, and the denial will not pass by itself."""
    if _REPLACED in error.message:
        return False
    if error.code == 403:
        return not any(words in error.message for words in _PASSING)
    return error.code in (400, 422) or (error.code == 500 and _UNTYPED in error.message)
