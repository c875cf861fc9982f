"""The lines that routers write (docs/how-to/build-a-suite-from-production.md), as both engines are to read them.

Only what is needed here. A field that is not there, or is of another kind, is null; so is all of a line that is no
JSON.
"""

from typing import Final

VERSION: Final = "1"
IMPRESSION: Final = "impression"
CONVERSION: Final = "conversion"

SLOT: Final = {"item": "VARCHAR", "rank": "BIGINT", "other": "BIGINT", "propensity": "DOUBLE"}
FIELDS: Final = {
    "line": "VARCHAR",  # engines differ on whether a text may be a number, and agree that a number is a text
    "kind": "VARCHAR",
    "at": "BIGINT",
    "impression": "VARCHAR",
    "unit": "VARCHAR",
    "query": "VARCHAR",
    "headers": "VARCHAR",
    "body": "VARCHAR",
    "item": "VARCHAR",
}
"""Names and types in DuckDB's words; `slots`, a list of SLOT, comes on top."""
