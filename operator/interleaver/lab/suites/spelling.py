"""Texts that can be stored, and ids of items that are given as text of JSON."""

from interleaver.lab.suites.json_text import read_json
from interleaver.lab.terms.ids import spell_id


def read_item(text: str | bytes) -> str:
    """The spelling of an item whose id is given as JSON text. Raises ValueError where it is none."""
    return spell_id(read_json(text))
