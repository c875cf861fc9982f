"""Why a ranking request names no unit: asked only where it does not, so that it costs others nothing. Pure."""

from typing import Final

import msgspec

from interleaver.router.config.in_force import UnitReader
from interleaver.router.http1.message import Request
from interleaver.router.rankings.bare_words import read_past_words
from interleaver.router.rankings.documents import find, read_scalar
from interleaver.router.rankings.members import WHITE

TEXT: Final = msgspec.json.Decoder(msgspec.Raw)
TENSORS: Final = b"inference-header-content-length"  # of the Open Inference Protocol: so much of the body is JSON


def name_header_fault(request: Request, unit: UnitReader) -> str:
    """Why the head names nobody, where it is the head that should."""
    return "header-missing" if request.fields.get(unit.header or b"") is None else "header-empty"


def name_unread(request: Request, unit: UnitReader) -> str:
    """Why a request names nobody whose body found no room among the others."""
    return "body-crowded" if unit.header is None else name_header_fault(request, unit)


def name_fault(request: Request, unit: UnitReader, text: bytes, packed: str) -> str:
    """Why a request names nobody, now that its body is here; `packed` says why that is still compressed, if it is."""
    if unit.header is not None:
        return name_header_fault(request, unit)
    return name_body_fault(request, text, packed) or name_place_fault(unit, text)


def name_body_fault(request: Request, text: bytes, packed: str) -> str:
    """Why a body is none that can be read; empty when it is JSON."""
    if not text.strip(WHITE):
        return "body-empty"
    try:
        read_past_words(TEXT.decode, text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return "body-compressed" if packed else name_form(request)
    return ""


def name_form(request: Request) -> str:
    """What a body that is no JSON is instead, as far as the head tells."""
    return "body-binary" if request.fields.get(TENSORS) is not None else "body-not-json"


def name_place_fault(unit: UnitReader, body: bytes) -> str:
    """What is wrong with what a JSON body holds at the unit's place."""
    try:
        text = find(body, unit.path)
    except (msgspec.MsgspecError, ValueError, LookupError, TypeError, RecursionError):
        return "pointer-missing"
    try:
        value = read_scalar(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return "unit-not-scalar"
    return "unit-empty" if value is None or value == "" else "unit-not-scalar"
