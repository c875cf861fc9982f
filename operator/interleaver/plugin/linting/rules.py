"""The CRD's rules in CEL, evaluated as the API server does: regular expressions by RE2, and Kubernetes' list library.

Rules that compare with what was stored before say nothing about a file.
"""

import json
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, reduce
from typing import Any, Final

import celpy
import re2
from celpy import celtypes
from celpy.evaluation import CELEvalError

from interleaver.plugin.linting.finding import Finding
from interleaver.plugin.linting.schema import Schema

ENVIRONMENT: Final = celpy.Environment()
BEFORE: Final = "oldSelf"


def add_up(values: Any) -> Any:
    """list.sum(), which is nought of nothing; the only lists that our rules add up are of durations."""
    return reduce(lambda left, right: left + right, values) if values else celtypes.DurationType(0)


def match(text: Any, pattern: Any) -> Any:
    """string.matches(), without the words that RE2 would write to standard error."""
    options = re2.Options()
    options.log_errors = False
    try:
        return celtypes.BoolType(re2.search(str(pattern), str(text), options) is not None)
    except re2.error as error:
        return CELEvalError(f"no regular expression: {error}")


def is_sorted(values: Any) -> Any:
    return celtypes.BoolType(list(values) == sorted(values))


LIBRARY: Final[dict[str, Callable[..., Any]]] = {
    "sum": add_up,
    "min": min,
    "max": max,
    "isSorted": is_sorted,
    "matches": match,
}


@cache
def compile_rule(rule: str) -> Any:
    return ENVIRONMENT.program(ENVIRONMENT.compile(rule), functions=LIBRARY)


def find_breaches(document: Any, schema: Schema) -> list[Finding]:
    """The rules that the document breaks. One that cannot be evaluated is broken, as it is for the API server."""
    return [
        Finding("FAIL", field, rule["message"])
        for field, rule, value in pair(document, schema)
        if not holds(rule, value)
    ]


def holds(rule: dict[str, str], value: Any) -> bool:
    return evaluate(rule["rule"], json.dumps(value, default=str))


@lru_cache(maxsize=4096)  # of many experiments most parts are alike
def evaluate(rule: str, text: str) -> bool:
    """Whether a rule holds of a value that is given as JSON."""
    try:
        return bool(compile_rule(rule).evaluate({"self": celpy.json_to_cel(json.loads(text))}))
    except (CELEvalError, ValueError, TypeError, OverflowError, KeyError, IndexError):
        return False


def pair(value: Any, schema: Schema, field: str = "") -> Iterator[tuple[str, dict[str, str], Any]]:
    """Every rule with the value that it is about, and where that stands."""
    for rule in schema.get("x-kubernetes-validations", []):
        if BEFORE not in rule["rule"]:
            yield field, rule, value
    if isinstance(value, dict):
        for name, below in schema.get("properties", {}).items():
            if name in value:
                yield from pair(value[name], below, f"{field}.{name}".lstrip("."))
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from pair(each, schema.get("items", {}), f"{field}[{number}]")
