"""CEL rules: what the API server can check by itself, beside the field that it is about."""

from typing import Any


def rule(expression: str, message: str) -> dict[str, Any]:
    """A CEL rule for the API server, with what it says when the rule fails."""
    return {"rule": expression, "message": message}


def rules(*given: dict[str, Any]) -> dict[str, Any]:
    """The rules as the schema extension that carries them."""
    return {"x-kubernetes-validations": list(given)}
