"""Models that rank a catalogue and answer by pages, as search and feed servers do."""

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .model_servers import Answerer, Reply, Seen

Asked = Callable[[Seen], tuple[int, int]]  # where a page begins, and how many items it has

PAGE = {"offset": {"query": "from"}, "size": {"query": "size", "default": 10}}
IN_BODY = {"offset": {"pointer": "/from"}, "size": {"pointer": "/size", "default": 10}}


def make_contract(page: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A contract with pages."""
    fixed = {"path": "/recommend", "unit": {"header": "X-User-Id"}, "items": "/items", "itemId": "/id"}
    return fixed | {"page": PAGE if page is None else page} | changes


def by_offset(seen: Seen) -> tuple[int, int]:
    """`from` and `size` of the query; the last one counts where there are two."""
    query = parse_qs(urlsplit(seen.target).query)
    return read(query.get("from", ["0"])[-1]), read(query.get("size", ["10"])[-1])


def by_number(first: int) -> Asked:
    """`page`, from `first` at the top, and `size` of the query."""

    def asked(seen: Seen) -> tuple[int, int]:
        query = parse_qs(urlsplit(seen.target).query)
        number, size = read(query.get("page", [str(first)])[-1]), read(query.get("size", ["10"])[-1])
        return (number - first) * size, size

    return asked


def by_body(seen: Seen) -> tuple[int, int]:
    """`from` and `size` of a JSON body."""
    document = json.loads(seen.body or b"{}")
    return document.get("from") or 0, document.get("size", 10)


def read(text: str) -> int:
    """A number, 0 for anything else."""
    return max(0, int(text)) if text.lstrip("-").isdecimal() else 0


def rank(items: Sequence[object], model: str, asked: Asked = by_offset, most: int = 5000) -> Answerer:
    """A model that ranks these items, and gives at most so many at once."""

    def answer(seen: Seen) -> Reply:
        start, size = asked(seen)
        page = items[start : start + min(size, most)]
        more = start + size < len(items)
        body = {"by": model, "from": start, "items": [{"id": item, "of": model} for item in page], "more": more}
        return Reply(json.dumps(body).encode())

    return answer
