"""Secrets that an experiment names: each is read only for the one use that its label allows.

Whoever may write an experiment must not be able to have any Secret of the namespace carried anywhere. What a Secret
holds appears in no log line, message or error.
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Final

from interleaver.api import conditions, names
from interleaver.api.v1alpha1 import SecretKey
from interleaver.controller.cluster.gateway import Cluster, ClusterError

Data = Mapping[str, str]  # values in base64
GRANTING: Final = "docs/how-to/let-the-operator-use-secrets.md"


class Unusable(Exception):
    """Something may not be used: a reason in one word, and what to do."""

    def __init__(self, reason: str, message: str, seen: bool = True) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.seen = seen  # whether this was found by looking; without the right to look it may be as it was

    @classmethod
    def of_secret(cls, reference: SecretKey, field: str, words: str, seen: bool = True) -> "Unusable":
        """A Secret that may not be used, or that holds nothing of use; `field` is where the spec names it."""
        return cls(conditions.SECRET_NOT_USABLE, f"Secret {reference.name!r} of {field} {words}", seen)


async def read_named(cluster: Cluster, namespace: str, reference: SecretKey, use: str, field: str) -> str:
    """The text at the Secret's key. Raises as `fetch` and `read_key` do."""
    return read_key(await fetch(cluster, namespace, reference, use, field), reference, field)


async def fetch(cluster: Cluster, namespace: str, reference: SecretKey, use: str, field: str) -> Data:
    """All that the Secret holds.

    Raises Unusable when it is not there or not meant for that use, and ClusterError when it cannot be read for a
    passing reason.
    """
    try:
        secret = await cluster.get("Secret", namespace, reference.name)
    except ClusterError as error:
        if error.code != 403:
            raise
        words = f"cannot be read: let the operator get it ({GRANTING})"
        raise Unusable.of_secret(reference, field, words, seen=False) from None
    if secret is None:
        raise Unusable.of_secret(reference, field, "does not exist: create it")
    if (secret["metadata"].get("labels") or {}).get(names.LABEL_USE) != use:
        raise Unusable.of_secret(reference, field, f"is not meant for it: label it {names.LABEL_USE}={use}")
    return secret.get("data") or {}


def read_key(data: Data, reference: SecretKey, field: str) -> str:
    """The text at the key without white space around it; empty when it is no text of ASCII characters. Raises Unusable
    when there is no such key."""
    if reference.key not in data:
        raise Unusable.of_secret(reference, field, f"has no key {reference.key!r}")
    return decode_value(data[reference.key])


def decode_value(value: str) -> str:
    """A value of a Secret as text without white space around it; empty when it is no text of ASCII characters."""
    try:
        return b64decode(value).decode("ascii").strip()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def is_word(text: str) -> bool:
    """Whether a text is one word that can be printed, as tokens and URLs are."""
    return bool(text) and text.isprintable() and " " not in text
