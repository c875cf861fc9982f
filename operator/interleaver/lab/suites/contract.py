"""A contract of an experiment in a suite: held to what the API server would hold it to."""

from collections.abc import Iterator

from pydantic import BaseModel

from interleaver.api.v1alpha1 import Contract
from interleaver.lab.terms.nearest import nearest

Fault = tuple[list[str | int], str, str]
"""Keys that lead to it, what was found, and what is wanted."""


def list_faults(contract: Contract, document: object) -> Iterator[Fault]:
    """What the model of the contract leaves to the API server: keys that are not known, and its rules."""
    yield from list_unknown(contract, document, ["contract"])
    if (contract.items is None) == (contract.tensor is None):
        yield ["contract"], "has both or none of items and tensor", "give exactly one of items and tensor"
    if contract.items is None and contract.item_id:
        yield ["contract", "itemId"], "stands beside tensor", "itemId belongs to items, not to tensor"
    if (contract.unit.header is None) == (contract.unit.pointer is None):
        yield ["contract", "unit"], "has both or none of header and pointer", "give exactly one of header and pointer"


def list_unknown(model: BaseModel, document: object, above: list[str | int]) -> Iterator[Fault]:
    """Keys of a document that the model, which ignores what it does not know, has no field for."""
    if not isinstance(document, dict):
        return
    names: dict[str, str] = {field.alias or name: name for name, field in type(model).model_fields.items()}
    for key, value in document.items():
        if key not in names:
            yield [*above, key], "is no such key", nearest(key, names)
        inner = getattr(model, names.get(key, str(key)), None)
        for index, part in enumerate(inner if isinstance(inner, list) else [inner]):
            place = [*above, key, index] if isinstance(inner, list) else [*above, key]
            if isinstance(part, BaseModel):
                yield from list_unknown(part, value[index] if isinstance(inner, list) else value, place)
