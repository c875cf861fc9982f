"""What a container gets that may preview: the token, by reference, so that nobody here ever reads it."""

from interleaver.api import names
from interleaver.api.manifest import Manifest
from interleaver.resources.metadata import router_object_name


def preview_token_variable(experiment: str, name: str = names.PREVIEW_TOKEN_VARIABLE) -> Manifest:
    """An element of a container's `env`, in the experiment's namespace: the token of its previews.

    Keys that were made by an earlier version have no token beside them. Then the variable is not set, and the container
    starts all the same.
    """
    reference = {"name": router_object_name(experiment), "key": names.PREVIEW_TOKEN_FILE, "optional": True}
    return {"name": name, "valueFrom": {"secretKeyRef": reference}}
