"""The Secret with the keys that sign impression tokens. It is created once and never read by the operator."""

from interleaver.api.experiment import Metadata
from interleaver.api.manifest import Manifest
from interleaver.resources.metadata import child, router_object_name


def key_secret(owner: Metadata, key_id: str, key: str, salt: str) -> Manifest:
    """A Secret with one key, the id of the key that signs, and the salt of the coins, which outlives the keys.

    Key and salt are 32 bytes in hexadecimal each.
    """
    head = child(owner, "v1", "Secret", router_object_name(owner.name))
    return head | {"type": "Opaque", "stringData": {"current": key_id, key_id: key, "salt": salt}}
