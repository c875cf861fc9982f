"""The ranked list in a model's answer, found byte by byte so that all the rest can stay as it is."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from interleaver.interleaving.ranking import Identity, identify

from .bare_words import mask, unmask
from .documents import find, read_scalar
from .members import ITEMS, Step, locate
from .plain_list import COMPILED, read_plain_list

Text = Any  # of an item: bytes or msgspec.Raw, of which its stub wrongly says that it is bytes as well


class Unusable(ValueError):
    """The answer holds no list of items with ids at the contract's pointers."""


class Ranking:
    """A model's ranking, wherever in its answer it stands."""

    def __init__(self, items: dict[Identity, Any], form: object = None) -> None:
        self.items = items  # what stands for each item, by id, duplicates dropped, in order
        self.form = form  # must be equal in both models, or items of the one have no place in the other's answer

    def splice(self, body: bytes, items: Iterable[Any]) -> bytes:
        """The answer with its ranking replaced and every other byte kept."""
        raise NotImplementedError


class Reader:
    """Reads rankings by a contract."""

    def read(self, body: bytes) -> Ranking:
        """The ranking in an answer. Raises Unusable."""
        raise NotImplementedError


class Ranked(Ranking):
    """A list of items: where it stands in the answer, and the bytes of each item. Any has a place in any list."""

    def __init__(self, start: int, end: int, items: dict[Identity, Text]) -> None:
        super().__init__(items)
        self.start = start
        self.end = end

    def splice(self, body: bytes, items: Iterable[Text]) -> bytes:
        """The answer with its list replaced and every other byte kept."""
        return b"".join((body[: self.start], b"[", b",".join(items), b"]", body[self.end :]))


SCALARS: Final = str | int | float | bool
UNREADABLE: Final = (msgspec.MsgspecError, ValueError, LookupError, TypeError, RecursionError)
NO_NUMBER: Final = "NaN or Infinity stands where an id or a name is read"
BESIDE_WORDS: Final = "NaN or Infinity, which is there as well, is taken for a string"
IdReader = Callable[[bytes], list[Any]]


class ListReader(Reader):
    """Reads lists by a contract's two pointers."""

    def __init__(self, items: str, item_id: str, plain: bool = COMPILED) -> None:
        tokens, path = split_pointer(items), split_pointer(item_id)
        self.path = [Step(token) for token in tokens]
        self.id_path = path
        named = is_name(path)
        # The names as they stand in a plain answer; without them every list is read in the long way.
        self.names = quote_all([*tokens, *path]) if plain and named else None
        self.read_ids = make_id_reader(path)
        self.read_texts = make_id_reader(path, str) if named or not path else None

    def read(self, body: bytes) -> Ranked:
        """The list in an answer. Raises Unusable."""
        if self.names is not None:
            found = read_plain_list(body, self.names)
            if found is not None:
                return Ranked(found.start, found.end, found.items)
        return self.read_any(body)

    def read_any(self, body: bytes) -> Ranked:
        """The list in an answer of any form."""
        try:
            start, end = locate(body, self.path)
            text = body[start:end]
            text.decode()  # strings that are not looked into are not checked: one item must not spoil the whole answer
            raws = ITEMS.decode(text)
            ids = self.identify_all(text)
        except UNREADABLE as error:
            masked = mask(body)
            if masked is body:
                raise Unusable(str(error)) from None
            return self.read_masked(masked)
        return Ranked(start, end, pair(ids, raws))

    def read_masked(self, masked: bytes) -> Ranked:
        """The list in an answer of which numbers were masked, as it came."""
        try:
            start, end = locate(masked, self.path)
            text = masked[start:end]
            raws = ITEMS.decode(text)
            ids = self.identify_all(text) if self.is_at_hand() else [identify(self.find_id(raw)) for raw in raws]
        except UnicodeDecodeError:
            raise Unusable(NO_NUMBER) from None
        except UNREADABLE as error:
            raise Unusable(f"{error}; {BESIDE_WORDS}") from None
        return Ranked(start, end, pair(ids, list(map(unmask, raws))))

    def is_at_hand(self) -> bool:
        """Whether ids are read without decoding the rest of the item."""
        return not self.id_path or is_name(self.id_path)

    def find_id(self, raw: msgspec.Raw) -> Any:
        """The id in an item, without decoding its rest."""
        return read_scalar(find(bytes(raw), self.id_path))

    def identify_all(self, text: bytes) -> list[Identity]:
        """The identities of a list's items. A string is its own, so that as long as all are strings that is all."""
        if self.read_texts is not None:
            try:
                return self.read_texts(text)
            except msgspec.ValidationError:
                ids = [identify(value) for value in self.read_ids(text)]
                self.read_texts = None  # the list is good and holds others: no need to try that every time
                return ids
        return [identify(value) for value in self.read_ids(text)]


def pair(ids: list[Identity], texts: list[Text]) -> dict[Identity, Text]:
    """The text of each item by its id, in order. Of items with one id the first one counts."""
    items: dict[Identity, Text] = dict(zip(ids, texts))  # noqa: B905 - of one list; to say `strict` costs as much as ten pairs
    if len(items) == len(texts):
        return items
    unique: dict[Identity, Text] = {}
    for item, text in zip(ids, texts, strict=True):
        unique.setdefault(item, text)
    return unique


def quote_all(tokens: list[str]) -> list[bytes] | None:
    """Names as JSON spells them without escapes; None if one cannot be spelled so."""
    if any(character < " " or character in '"\\' for token in tokens for character in token):
        return None
    try:
        return [f'"{token}"'.encode() for token in tokens]
    except UnicodeEncodeError:  # a lone surrogate
        return None


def split_pointer(pointer: str) -> list[str]:
    """The tokens of a JSON pointer (RFC 6901); none for the whole document."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def is_name(path: list[str]) -> bool:
    """Whether it leads to a member of an object; a number may be a place in a list as well."""
    return len(path) == 1 and not path[0].isdecimal()


def resolve(document: Any, path: Iterable[str]) -> Any:
    """What a pointer points at in a decoded document. Raises LookupError or TypeError if there is nothing."""
    for token in path:
        document = document[int(token)] if isinstance(document, list) else document[token]
    return document


def make_id_reader(path: list[str], kinds: Any = SCALARS) -> IdReader:
    """A function from the list's bytes to its ids.

    Ids at a name of each item, the usual case, are read without decoding the rest of the item.
    """
    if not path:
        return msgspec.json.Decoder(list[kinds]).decode
    if is_name(path):
        item = msgspec.defstruct("Item", [("id", kinds)], rename={"id": path[0]}, gc=False)
        decode: IdReader = msgspec.json.Decoder(list[item]).decode  # type: ignore[valid-type]
        return lambda text: [each.id for each in decode(text)]
    return lambda text: [resolve(each, path) for each in msgspec.json.decode(text, type=list[Any])]
