"""Objects of the cluster as JSON: what `desired` asks for, what the API server answers."""

from typing import Any

Manifest = dict[str, Any]
