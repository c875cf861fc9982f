"""What to do about requests that name no unit, by the routers' reason."""

from typing import Final

from interleaver.api.v1alpha1 import Contract
from interleaver.experiment.telling.silence import Silence, find_greatest

HEADER: Final = "mend spec.contract.unit.header, or let the shop send it"
POINTER: Final = "mend spec.contract.unit.pointer, or name the unit in a header (spec.contract.unit.header)"
FIXES: Final = {
    "header-missing": f"they have no such header: {HEADER}",
    "header-empty": f"the header is there and empty: {HEADER}",
    "body-empty": f"they have no body, like GET requests: {POINTER}",
    "body-long": "their bodies exceed 1 MB, which no router keeps: send less",
    "body-crowded": "too many bodies were on their way at once: give routers more pods, or name the unit in a header "
    "(spec.contract.unit.header)",
    "body-compressed": "their bodies are compressed as no router reads them: send them plain, or as gzip of at most "
    "1 MB unpacked and 50 times its size, or name the unit in a header (spec.contract.unit.header)",
    "body-binary": "their tensors are binary (Inference-Header-Content-Length): set binary_data=False for the client's "
    "inputs and outputs, or name the unit in a header (spec.contract.unit.header)",
    "body-not-json": f"their bodies are no JSON: {POINTER}",
    "pointer-missing": f"nothing stands there: {POINTER}",
    "unit-empty": f'"" or null stands there: {POINTER}',
    "unit-not-scalar": f"what stands there is neither a string nor a whole number: {POINTER}",
}


def explain_unitless(silence: Silence) -> str:
    """Why most requests name no unit, and what to do."""
    greatest, all_ = find_greatest(silence.unitless), sum(silence.unitless.values())
    place = describe_place(silence.run.plan.contract)
    words = (
        f"{all_} of {silence.ranking} ranking request(s) name no unit in {place}, {silence.unitless[greatest]} of them "
    )
    return f"{words}{greatest!r}: {FIXES[greatest]}. What the plan has frozen takes a new name of the candidate"


def explain_heavy(silence: Silence) -> str:
    """The units that send more than their share, and what to do."""
    units = sorted(silence.heavy.items(), key=lambda unit: -unit[1])
    shares = ", ".join(f"{unit} {share} %" for unit, share in units)
    place = describe_place(silence.run.plan.contract)
    return (
        f"of the ranking requests so many come from one unit each, by the hash of {place} or by its word: {shares}. A "
        "unit has one vote: let every user or session have a value of its own, and leave robots out by contract.exclude"
    )


def describe_place(contract: Contract) -> str:
    """Where the unit should stand."""
    if contract.unit.header is not None:
        return f"spec.contract.unit.header {contract.unit.header!r}"
    return f"spec.contract.unit.pointer {contract.unit.pointer!r}"
