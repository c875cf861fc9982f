"""spec.store and spec.feedback: what routers get from Secrets of the experiment's namespace."""

from typing import Annotated

from pydantic import StringConstraints

from interleaver.api.fields import Model, ObjectName

KeyName = Annotated[str, StringConstraints(pattern=r"^[-._a-zA-Z0-9]+$", min_length=1, max_length=253)]


class SecretKey(Model):
    """A key of a Secret in the experiment's namespace."""

    name: ObjectName
    """Name of the Secret."""
    key: KeyName
    """Key inside the Secret."""


class Store(Model):
    """The vote store that all routers of the experiment share: Valkey or Redis, one server, a cluster, or one behind
    Sentinels."""

    url_secret_ref: SecretKey
    """Secret with the store's URL: redis://, redis+cluster:// or redis+sentinel://, rediss in its place for TLS, or
    unix://, with user and password in it where there are any. It must carry the label interleaver.dev/use: store. Its
    content may change at any time, as passwords do; another server in mid-run does not know who has voted, which is
    recorded as a gap."""


class Feedback(Model):
    """Feedback with a bearer token: the unit-and-item form, for systems that know the buyer and not the impression,
    and, where it is required, all others."""

    token_secret_ref: SecretKey
    """Secret with the bearer token that such events must carry. It must carry the label interleaver.dev/use:
    feedback."""
    require_token: bool = False
    """True: no feedback counts without the token, in whatever form: who can merely reach the entry casts no vote."""
