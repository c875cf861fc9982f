"""Rankings that stand as one list of items, each with an id."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from interleaver.interleaving.ranking import Identity, identify
from interleaver.lab.terms.ids import Spellings

from .bare_words import mask
from .content import Content, Reader, Unreadable
from .pointers import ITEMS, UNREADABLE, follow, is_name, locate, read_scalar, resolve, split_pointer

MOST_AROUND: Final = 4096  # bytes that are kept of an answer
SCALARS: Final = str | int | float | bool
IdReader = Callable[[bytes], list[Any]]


class ListReader(Reader):
    """Reads lists by a contract's two pointers."""

    def __init__(self, items: str, item_id: str, spellings: Spellings) -> None:
        self.where = f"no list of items at {items!r}" + (f" with ids at {item_id!r}" if item_id else "")
        self.path = split_pointer(items)
        self.around = b"", b""  # what stood before and behind the list in the last answer
        self.id_path = split_pointer(item_id)
        self.spellings = spellings
        self.at_hand = not self.id_path or is_name(self.id_path)  # ids are read without decoding the rest of an item
        self.read_ids = make_id_reader(self.id_path, SCALARS)
        self.read_texts = make_id_reader(self.id_path, str)

    def read(self, body: bytes) -> Content:
        """The ranking in an answer. Raises Unreadable."""
        before, behind = self.around
        if before and body.startswith(before) and body.endswith(behind):
            try:  # one list there makes a document of the same members
                return self.read_list(body[len(before) : len(body) - len(behind)])
            except UNREADABLE:
                return self.read_any(body)
        return self.read_any(body)

    def read_any(self, body: bytes) -> Content:
        """The ranking in an answer, wherever in it the list stands."""
        try:
            start, end = locate(body, self.path)
            content = self.read_list(body[start:end])
        except UNREADABLE as error:
            masked = mask(body)
            if masked is body:
                raise Unreadable(f"{self.where}: {error}") from None
            return self.read_masked(masked)
        if len(body) - (end - start) <= MOST_AROUND:
            self.around = body[:start], body[end:]
        return content

    def read_list(self, text: bytes) -> Content:
        """The ranking in a list."""
        text.decode()  # strings that are not looked into are not checked
        return write_content(self.identify_all(text), self.spellings)

    def read_masked(self, masked: bytes) -> Content:
        """The ranking in an answer of which numbers were masked."""
        try:
            start, end = locate(masked, self.path)
            text = masked[start:end]
            raws = ITEMS.decode(text)
            ids = self.identify_all(text) if self.at_hand else [identify(self.find_id(raw)) for raw in raws]
            return write_content(ids, self.spellings)
        except UnicodeDecodeError:
            raise Unreadable(f"{self.where}: NaN or Infinity stands where an id is read") from None
        except UNREADABLE as error:
            raise Unreadable(f"{self.where}: {error}") from None

    def find_id(self, raw: msgspec.Raw) -> Any:
        """The id in an item, without decoding its rest."""
        return read_scalar(follow(raw, self.id_path))

    def identify_all(self, text: bytes) -> Sequence[Identity]:
        """The identities of a list's items. A text is its own: as long as all are texts, that is all."""
        if self.at_hand:
            try:
                return self.read_texts(text)
            except msgspec.ValidationError:
                pass
        return [identify(value) for value in self.read_ids(text)]


def write_content(ids: Sequence[Identity], spellings: Spellings) -> Content:
    """A ranking of these ids. Of those that are the same the first one counts."""
    unique = dict.fromkeys(ids)
    return Content(tuple(map(spellings.__getitem__, unique)), None, len(ids) - len(unique))


def make_id_reader(path: Sequence[str], kinds: Any) -> IdReader:
    """A function from the list's bytes to its ids."""
    if not path:
        return msgspec.json.Decoder(list[kinds]).decode
    if is_name(path):
        item = msgspec.defstruct("Item", [("id", kinds)], rename={"id": path[0]}, gc=False)
        decode: IdReader = msgspec.json.Decoder(list[item]).decode  # type: ignore[valid-type]
        return lambda text: [each.id for each in decode(text)]
    return lambda text: [resolve(each, path) for each in msgspec.json.decode(text, type=list[Any])]
