"""Model servers that are too heavy for a test environment: what each one sent on 2026-11-30, byte for byte.

Each file of `recordings` has the answer of a server with a model `v41`, and what it sent when that model raised. Stack
traces are cut, and lengths with them. The versions stand in docs/how-to/model-servers.md.
"""

import re
from pathlib import Path
from typing import Final, NamedTuple

from .model_servers import Reply

FOLDER: Final = Path(__file__).parent / "recordings"
PART: Final = re.compile(r"^=== (answer|failure), connection (open|closed)\n", re.MULTILINE)
LENGTH: Final = re.compile(r"^content-length: (\d+)$", re.MULTILINE | re.IGNORECASE)
IDS: Final = [f"v41-{number}" for number in range(5)]
OTHER_IDS: Final = [f"v42-{number}" for number in range(5)]


class Message(NamedTuple):
    """An answer: its head as it came, its body, and whether the server closed the connection behind it."""

    head: str
    body: str
    closes: bool

    def reply(self) -> Reply:
        raw = (self.head.replace("\n", "\r\n") + "\r\n\r\n" + self.body).encode()
        return Reply(raw=raw, close=self.closes)

    @property
    def status(self) -> int:
        return int(self.head.split(" ")[1])


class Recording(NamedTuple):
    """What a server sent."""

    answer: Message
    failure: Message

    def as_candidate(self) -> Message:
        """The same answer by a model `v42`: its ids and scores are others, and as long."""
        body = re.sub(r"\b1\.(\d+)\b(?=[,\]}\s])", r"2.\1", self.answer.body.replace("v41-", "v42-"))
        return self.answer._replace(body=body)


def read_recording(name: str) -> Recording:
    """The recording of that name."""
    parts = PART.split((FOLDER / f"{name}.http").read_text())[1:]
    kinds, ends, texts = parts[0::3], parts[1::3], parts[2::3]
    found = {kind: read_message(text, end == "closed") for kind, end, text in zip(kinds, ends, texts, strict=True)}
    return Recording(**found)


def read_message(text: str, closes: bool) -> Message:
    """A message, whose body is as long as its head says: the file ends each with a line feed."""
    head, _, rest = text.partition("\n\n")
    length = LENGTH.search(head)
    assert length is not None
    body = rest[: int(length[1])]
    assert len(body) == int(length[1]), "the recording is whole"
    return Message(head, body, closes)
