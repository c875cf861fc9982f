"""What a store means that answers and refuses, in words for whoever runs it. Of its own words none is told on: they may
quote what is secret."""

import re
from collections.abc import Sequence
from typing import Final

ROUTING: Final = (
    "the URL leads to one node of a cluster of several, which does not hold this run's keys: "
    "give redis+cluster://HOST:PORT,HOST:PORT in its place, or the URL of a server without cluster mode"
)
RIGHTS: Final = "the URL's user lacks a right to a command or to keys that begin with interleaver:"

# By the kind of the error, as the client library tells kinds apart.
KINDS: Final = {
    "MovedError": ROUTING,
    "AskError": ROUTING,
    "TryAgainError": "the run's keys are on their way from one node of the cluster to another: votes wait for them",
    "ClusterCrossSlotError": "keys that share a hash tag lie in several slots: give the cluster itself, and no proxy",
    "ClusterDownError": "the cluster is down or does not serve all slots: see what its CLUSTER INFO says",
    "ReadOnlyError": "the URL leads to a replica, which takes no votes: give the URL of the primary",
    "MasterDownError": "the URL leads to a replica that has lost its primary: give the URL of the primary",
    "NoPermissionError": RIGHTS,
    "OutOfMemoryError": "the server's memory is full: give it more, or empty what it should not hold",
}
# By how its words begin or what they hold, where the kind says nothing.
WORDS: Final = (
    ("WRONGTYPE", "the key is somebody else's and of another kind: remove it, or use a server or database of our own"),
    (
        "unknown command",
        "no store answers: at a Sentinel, which only knows where it is, give redis+sentinel://HOST:PORT,HOST:PORT/NAME",
    ),
    ("user executing the script", RIGHTS),  # Redis
    ("ACL failure in script", RIGHTS),  # Valkey
    ("unauthenticated", "the server wants a password, and the URL holds none"),
    ("SELECT is not allowed", "a cluster has no database but 0: give a URL that ends with /0"),
    ("cluster support disabled", "the server is no node of a cluster: give redis:// in place of redis+cluster://"),
    ("NOREPLICAS", "fewer replicas follow the primary than its min-replicas-to-write asks for: bring them back"),
    ("DB index", "the server has no database of the URL's number"),
)
OTHER: Final = "the server's own log may say more"

WRONG_TYPE: Final = "WRONGTYPE"
CODE: Final = re.compile(r"[A-Z]+\b")  # with which the words of an error begin


class StoreAway(Exception):
    """The store cannot be used now. Its words hold no address and no secret."""


class StoreRefuses(StoreAway):
    """The store is there and refuses: the code of its error, what that means, and the key if one is of another kind."""

    def __init__(self, code: str, key: str | None, meaning: str) -> None:
        super().__init__(code if key is None else f"{code} {key}")
        self.code = code
        self.key = key
        self.meaning = meaning


def explain(error: Exception, command: Sequence[str | bytes | int] = ()) -> StoreRefuses:
    """What an error of the store says of a command."""
    found = CODE.match(str(error))
    code = found[0] if found is not None else type(error).__name__
    if code != WRONG_TYPE:
        return StoreRefuses(code, None, find_meaning(error))
    named = (part for part in command if isinstance(part, str) and f" {part} " in f"{error} ")
    return StoreRefuses(code, next(named, str(command[1])), find_meaning(error))


def find_meaning(error: Exception) -> str:
    """What the error means, and what to do about it."""
    by_words = (meaning for words, meaning in WORDS if words in str(error))
    return KINDS.get(type(error).__name__) or next(by_words, OTHER)
