"""The lines of an answer file: what the first one says of the run, and what each other says of a case. Pure."""

import hashlib
import math
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from interleaver.lab.suites.suite import ScoringContract, Suite
from interleaver.lab.terms.ids import Spellings
from interleaver.lab.terms.metric import Task

from .answers import State
from .outcome import Outcome
from .reading.content import Content
from .reading.lists import ListReader

VERSION: Final = 1
NOTHING: Final = msgspec.Raw(b"")
NAMES: Final = {
    State.ANSWERED: "answered",
    State.REFUSED: "refused",
    State.FAILED: "failed",
    State.UNREADABLE: "unreadable",
}
STATES: Final = {name: state for state, name in NAMES.items()}


class Header(msgspec.Struct, frozen=True):
    """The first line."""

    answers: int
    """Version of the format."""
    model: str
    suite: str
    contract: str
    task: Literal["ranking", "scoring"]


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one case. A later line of a case counts instead of an earlier one."""

    case: str
    state: Literal["answered", "refused", "failed", "unreadable"]
    ranking: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    score: float | None = None
    milliseconds: float | None = None
    size: int = 0
    duplicates: int = 0
    retries: int = 0
    words: str = ""
    again: bool = False
    """Whether the case was asked a second time, to see whether the model says the same."""


HEADER: Final = msgspec.json.Decoder(Header)
LINE: Final = msgspec.json.Decoder(Line)


def make_header(model: str, suite: Suite) -> Header:
    """The first line of this model's answers to this suite."""
    return Header(VERSION, model, suite.asked or suite.digest, digest_contract(suite), suite.task.value)


def digest_contract(suite: Suite) -> str:
    """SHA-256 in hex over the contract: answers that were read by another one are other answers."""
    contract = suite.contract
    document: object = contract if isinstance(contract, ScoringContract) else contract.to_dict()
    return hashlib.sha256(msgspec.json.encode(document, order="sorted")).hexdigest()


def write_line(case: str, outcome: Outcome, again: bool = False) -> bytes:
    """An outcome as a line, with its end."""
    content = outcome.content
    if content is not None and content.ranking is not None and not (content.duplicates or outcome.retries or again):
        return write_usual_line(case, outcome, content.ranking)
    ranking: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    if content is not None and content.ranking is not None:
        ranking = msgspec.Raw(f"[{','.join(content.ranking)}]".encode())
    line = Line(
        case=case,
        state=NAMES[outcome.state],  # type: ignore[arg-type]
        ranking=ranking,
        score=None if content is None else content.score,
        milliseconds=None if math.isnan(outcome.milliseconds) else round(outcome.milliseconds, 3),
        size=outcome.size,
        duplicates=0 if content is None else content.duplicates,
        retries=outcome.retries,
        words=outcome.words,
        again=again,
    )
    return msgspec.json.encode(line) + b"\n"


def write_usual_line(case: str, outcome: Outcome, ranking: Sequence[str]) -> bytes:
    """The same of a query that was answered at once, as nearly all are, without building the line first."""
    took = "" if math.isnan(outcome.milliseconds) else f',"milliseconds":{outcome.milliseconds:.3f}'
    size = f',"size":{outcome.size}' if outcome.size else ""
    name = msgspec.json.encode(case).decode()
    return f'{{"case":{name},"state":"answered","ranking":[{",".join(ranking)}]{took}{size}}}\n'.encode()


class LineReader:
    """Reads lines of one task."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.ids = ListReader("", "", Spellings())

    def read(self, line: Line) -> Outcome:
        """The outcome in a line. Raises ValueError in words."""
        state = STATES[line.state]
        milliseconds = math.nan if line.milliseconds is None else line.milliseconds
        content = self.read_content(line) if state is State.ANSWERED else None
        return Outcome(state, line.words, milliseconds, line.size, content, line.retries)

    def read_content(self, line: Line) -> Content:
        """What the model answered."""
        if self.task is Task.RANKING:
            if isinstance(line.ranking, msgspec.UnsetType):
                raise ValueError("an answer to a query has a ranking")
            read = self.ids.read(bytes(line.ranking))
            return Content(ranking=read.ranking, duplicates=line.duplicates + read.duplicates)
        if line.score is None:
            raise ValueError("an answer to a sample has a score")
        return Content(score=line.score)
