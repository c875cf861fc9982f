"""spec.store and spec.feedback: what needs a Secret of the experiment's namespace."""

from interleaver.api.fields import Line, Model


class SecretKey(Model):
    """A key of a Secret in the experiment's namespace."""

    name: Line
    """Name of the Secret."""
    key: Line
    """Key inside the Secret."""


class Store(Model):
    """The vote store that several routers share. Not yet supported."""

    url_secret_ref: SecretKey
    """Secret with the URL of a Valkey or Redis server."""


class Feedback(Model):
    """The unit-and-item form of feedback. Not yet supported."""

    token_secret_ref: SecretKey
    """Secret with the bearer token that such events must carry."""
