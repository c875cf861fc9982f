"""Values of attributes: whatever type they have in a file, groups are named by texts."""

import math
import re
from decimal import Decimal
from typing import Final

from interleaver.lab.suites.coding import spell_codes
from interleaver.lab.suites.json_text import check_whole
from interleaver.lab.suites.rows import ATTRIBUTE_PATTERN
from interleaver.lab.suites.tables import PREFIX, Table
from interleaver.lab.suites.wording import describe_kind, shorten
from interleaver.lab.terms.labels import Labels

_NAME: Final = re.compile(ATTRIBUTE_PATTERN)


def spell_attribute(value: object) -> str | None:
    """The text that names the group: numbers and booleans as JSON spells them, 30.0 as 30. None is missing.

    An empty text is missing, and so is NaN, which is how a column of numbers says it.
    Raises ValueError for lists, objects and infinity.
    """
    if isinstance(value, str):
        return check_whole(value) or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        value = float(value) if value % 1 else int(value)
        return spell_attribute(value)
    if not isinstance(value, float) or math.isinf(value):
        raise ValueError(f"found {describe_kind(value)} ({shorten(value)}); a text, number or boolean is wanted")
    if math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() else repr(value)


def take_attributes(table: Table) -> dict[str, Labels]:
    """The table's attributes in the order of their names; one that is missing in all rows is none.

    Raises Unusable for a name that cannot be one, and for a column of lists or the like.
    """
    for name in table.attributes:
        if not _NAME.fullmatch(name):
            wanted = "letters, digits, spaces, and the signs _ . - are taken"
            raise table.refuse(None, PREFIX + name, "is no name of an attribute", wanted)
    found = {name: spell_codes(table, PREFIX + name, spell_attribute) for name in table.attributes}
    return {name: labels for name, labels in found.items() if labels.names}
