"""What is asked of models that score: drawn samples, each again and disturbed; pictures in every kind and strength."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import partial

from interleaver.lab.suites.json_text import read_json
from interleaver.lab.suites.requests import make_envelope
from interleaver.lab.suites.suite import Request, ScoringContract, Suite
from interleaver.lab.terms.unusable import Unusable

from .corruptions import CORRUPTIONS, STRENGTHS, corrupt, decode
from .demands import SAME, Demand, Disturbed
from .disturbing import Frame, disturb
from .own_cases import Applying, Own
from .plan import Plan, Planning, draw_rows


def plan_scoring(suite: Suite, count: int, seed: int, own: Sequence[Own] = ()) -> Plan:
    """So many samples of a suite, and every disturbed form of them. Raises Unusable for what is no picture."""
    planning, applying = Planning(suite), Applying(own)
    for row in draw_rows(suite.cases, count, seed):
        if suite.cases.pictures and suite.cases.pictures[row]:
            check_picture(suite, row)
            planning.add(row, list(spoil(suite, row, seed)))
        else:
            body = suite.cases.requests[row].body
            planning.add(row, [*disturb(body, Frame()), *applying.make(read_json(body))])
    applying.check()
    return planning.finish("stress")


def check_picture(suite: Suite, row: int) -> None:
    """Raises Unusable for a file that cannot be read as a picture, before anything is asked."""
    try:
        decode(read_picture(suite, row))
    except ValueError as error:
        assert suite.cases.pictures is not None
        raise Unusable(str(suite.folder / str(suite.cases.pictures[row])), str(error)) from None


def spoil(suite: Suite, row: int, seed: int) -> Iterator[Disturbed]:
    """The same picture again, and all that may have happened to it. They are made when their turn comes."""
    yield Disturbed("again", "the same picture", suite.cases.requests[row].body, Demand(overlap=SAME))
    for place, kind in enumerate(CORRUPTIONS):
        for strength in STRENGTHS:
            make = partial(make_spoilt, suite, row, kind, strength, (seed, row, place))
            yield Disturbed(kind, f"strength {strength}", b"", Demand(), make=make)


def make_spoilt(suite: Suite, row: int, kind: str, strength: int, seed: tuple[int, ...]) -> Request:
    """The request of a corrupted picture."""
    return wrap(suite, corrupt(read_picture(suite, row), kind, strength, seed))


def wrap(suite: Suite, picture: bytes) -> Request:
    """A picture's file as a request."""
    assert isinstance(suite.contract, ScoringContract)
    return Request(make_envelope(suite.contract.input).wrap(b'"' + b64encode(picture) + b'"'), {})


def read_picture(suite: Suite, row: int) -> bytes:
    """The file of a sample's picture."""
    assert suite.cases.pictures is not None
    return (suite.folder / str(suite.cases.pictures[row])).read_bytes()
