"""The Secret with the keys that sign impression tokens. It is created once and never read by the operator."""

from interleaver.api import names
from interleaver.api.experiment import Metadata
from interleaver.api.manifest import Manifest
from interleaver.resources.metadata import child, router_object_name


def key_secret(owner: Metadata, key_id: str, key: str, salt: str, preview: str) -> Manifest:
    """A Secret with one key, the id of the key that signs, the salt of the coins, which outlives the keys, and the
    token of previews.

    Key, salt and token are 32 bytes in hexadecimal each. The token must be: a router of before takes it for a key, and
    refuses all of them for one that is none.
    """
    head = child(owner, "v1", "Secret", router_object_name(owner.name))
    content = {"current": key_id, key_id: key, "salt": salt, names.PREVIEW_TOKEN_FILE: preview}
    return head | {"type": "Opaque", "stringData": content}
