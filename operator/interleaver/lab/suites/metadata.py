"""The items of a ranking suite out of their table: what people see of them."""

import json
from collections.abc import Mapping
from typing import Any

from interleaver.lab.suites.columns import take_text, take_unique
from interleaver.lab.suites.pictures import check_pictures
from interleaver.lab.suites.tables import Table


def take_items(table: Table) -> dict[str, Any]:
    """The checked columns of `items`; columns that the schema does not name are JSON text. Raises Unusable."""
    columns = {"item": take_unique(table, "item"), "title": take_text(table, "title")}
    columns["picture"] = take_text(table, "picture")
    check_pictures(table, columns["picture"])
    return columns | {name: take_text(table, name) for name in sorted(table.list_others())}


def make_items(columns: dict[str, Any]) -> Mapping[str, Mapping[str, object]]:
    """What is known of each item, by its spelling; what is missing is left out."""
    ids = columns["item"].to_pylist()
    plain = {name: columns[name].to_pylist() for name in ("title", "picture")}
    others = {name: columns[name].to_pylist() for name in columns if name not in ("item", *plain)}
    items: dict[str, dict[str, object]] = {}
    for row, item in enumerate(ids):
        known: dict[str, object] = {name: texts[row] for name, texts in plain.items() if texts[row] is not None}
        read = {name: json.loads(texts[row]) for name, texts in others.items() if texts[row] is not None}
        items[item] = known | read
    return items
