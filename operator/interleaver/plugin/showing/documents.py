"""What programs read: JSON, or YAML for people who prefer it."""

import json
from typing import Any


def render(found: Any, form: str) -> str:
    """The document, without its last line feed."""
    if form == "json":
        return json.dumps(found, indent=2, ensure_ascii=False)
    import yaml

    return str(yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=118)).rstrip("\n")
