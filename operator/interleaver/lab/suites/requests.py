"""The requests of a suite, made when they are asked for: bodies and pictures are not all in memory."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, overload

from interleaver.lab.suites.suite import Request

NO_HEADERS: Final[Mapping[str, str]] = {}
_MARK: Final = "\x00"


class Made(Sequence[Request]):
    """A sequence whose parts are made by `make`."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __len__(self) -> int:
        return self._length

    def make(self, index: int) -> Request:
        raise NotImplementedError

    @overload
    def __getitem__(self, index: int) -> Request: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Request]: ...
    def __getitem__(self, index: int | slice) -> Request | Sequence[Request]:
        if isinstance(index, slice):
            return [self.make(place) for place in range(*index.indices(self._length))]
        if not -self._length <= index < self._length:
            raise IndexError(index)
        return self.make(index % self._length)


class QueryRequests(Made):
    """Bodies as the table has them, with the headers of each."""

    def __init__(self, bodies: Any, headers: Any) -> None:
        super().__init__(len(bodies))
        self._bodies, self._headers = bodies, headers

    def make(self, index: int) -> Request:
        headers = self._headers[index].as_py()
        return Request(self._bodies[index].as_py().encode(), json.loads(headers) if headers else NO_HEADERS)


@dataclass(frozen=True)
class Envelope:
    """What stands in the body before and after a sample's input."""

    before: bytes
    after: bytes

    def wrap(self, value: bytes) -> bytes:
        """The body with this JSON text as input."""
        return self.before + value + self.after


def make_envelope(pointer: str) -> Envelope:
    """The body around what stands at a JSON pointer: objects, and for `0` a list of one."""
    body: Any = _MARK
    for token in reversed(pointer.split("/")[1:]):
        name = token.replace("~1", "/").replace("~0", "~")
        body = [body] if name == "0" else {name: body}
    before, _, after = json.dumps(body, separators=(",", ":")).partition(json.dumps(_MARK))
    return Envelope(before.encode(), after.encode())


class SampleRequests(Made):
    """Bodies around each sample's input; a picture is read and written as base64 when its turn comes."""

    def __init__(self, folder: Path, envelope: Envelope, inputs: Any, pictures: Any) -> None:
        super().__init__(len(inputs))
        self._folder, self._envelope, self._inputs, self._pictures = folder, envelope, inputs, pictures

    def make(self, index: int) -> Request:
        picture = self._pictures[index].as_py()
        if picture is None:
            value = self._inputs[index].as_py().encode()
        else:
            value = b'"' + b64encode((self._folder / picture).read_bytes()) + b'"'
        return Request(self._envelope.wrap(value), NO_HEADERS)
