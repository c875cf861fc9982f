"""Answer files: JSON lines that say what a model answered to the cases of a suite (docs/reference/lab-answers.md)."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.unusable import Place, Unusable

from .answer_lines import HEADER, LINE, VERSION, Header, LineReader, make_header, write_line
from .answers import Answers, State
from .assembling import assemble
from .outcome import Outcome
from .reading.content import Content

START_ANEW = "give another file, or move this one away to ask everything anew"


@dataclass
class Kept:
    """What a file holds."""

    model: str
    outcomes: list[Outcome | None]
    second: dict[int, Outcome] = field(default_factory=dict)
    end: int = 0
    """Bytes up to the end of its last whole line: what follows was torn."""


def read_answers(path: Path, suite: Suite) -> Answers:
    """A model's answers out of a file. Cases that it does not hold were not asked. Raises Unusable."""
    kept = read_kept(path, suite)
    missing = kept.outcomes.count(None)
    stopped = f"{path} has no answer for {missing:,} cases" if missing else ""
    return assemble(kept.model, suite.task, kept.outcomes, kept.second, stopped)


def write_answers(path: Path, suite: Suite, answers: Answers) -> None:
    """Write a model's answers, for instance a run that was imported; a file that is there is written over."""
    with path.open("wb") as file:
        file.write(msgspec.json.encode(make_header(answers.model, suite)) + b"\n")
        for row, case in enumerate(suite.cases.ids):
            if answers.states[row] != State.NOT_ASKED:
                file.write(write_line(case, take_outcome(answers, row)))


def take_outcome(answers: Answers, row: int) -> Outcome:
    """One case of a model's answers."""
    state = State(int(answers.states[row]))
    content = None
    if state is State.ANSWERED and answers.rankings is not None:
        content = Content(ranking=tuple(answers.rankings[row]))
    elif state is State.ANSWERED and answers.scores is not None:
        content = Content(score=check_score(answers.model, row, float(answers.scores[row])))
    return Outcome(state, answers.words[row], float(answers.milliseconds[row]), int(answers.sizes[row]), content)


def check_score(model: str, row: int, score: float) -> float:
    """A score, if it can be one. Raises Unusable."""
    if not math.isfinite(score):
        raise Unusable(Place(model, row + 1, "score"), f"{score} is no score", "scores are finite numbers")
    return score


def read_kept(path: Path, suite: Suite) -> Kept:
    """What a file holds of this suite. Raises Unusable."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unusable(Place(str(path)), error.strerror or str(error), "give a file that can be read") from None
    lines = data.split(b"\n")[:-1]  # what stands behind the last line's end was torn when the run ended
    if not lines:
        raise Unusable(Place(str(path), line=1), "this is no answer file", START_ANEW)
    header = check_header(path, lines[0], suite)
    kept = Kept(header.model, [None] * len(suite.cases), end=sum(map(len, lines)) + len(lines))
    reader = LineReader(suite.task)
    rows = {case: row for row, case in enumerate(suite.cases.ids)}
    for place, case, again, outcome in read_lines(path, lines[1:], reader):
        if case not in rows:
            raise Unusable(place, f"the suite has no case {case!r}", START_ANEW)
        if again:
            kept.second[rows[case]] = outcome
        else:
            kept.outcomes[rows[case]] = outcome
    return kept


def check_header(path: Path, line: bytes, suite: Suite) -> Header:
    """The first line, if the file is about this suite. Raises Unusable."""
    try:
        header = HEADER.decode(line)
    except msgspec.MsgspecError as error:
        raise Unusable(Place(str(path), line=1), f"this is no answer file: {error}", START_ANEW) from None
    wanted = make_header(header.model, suite)
    if header.answers != VERSION:
        raise Unusable(
            Place(str(path), line=1, field="answers"), f"its format is {header.answers}, not {VERSION}", START_ANEW
        )
    if header.contract != wanted.contract or header.task != wanted.task:
        raise Unusable(
            Place(str(path), line=1, field="contract"), "these answers were read by another contract", START_ANEW
        )
    if header.suite != wanted.suite:
        raise Unusable(
            Place(str(path), line=1, field="suite"),
            f"these are answers to another suite, or to this one before it was changed ({header.suite[:12]}, "
            f"not {wanted.suite[:12]})",
            START_ANEW,
        )
    return header


def check_model(path: Path, found: str, wanted: str) -> None:
    """Raises Unusable for answers of another model."""
    if found != wanted:
        place = Place(str(path), line=1, field="model")
        raise Unusable(place, f"these are answers of {found}, not of {wanted}", START_ANEW)


def check_file(path: Path, model: str, suite: Suite) -> None:
    """Raises Unusable for a file that is not about this model and suite, by its first line. None is there yet: good."""
    try:
        with path.open("rb") as file:
            line, end, _ = file.readline().partition(b"\n")
    except FileNotFoundError:
        return
    except OSError as error:
        raise Unusable(Place(str(path)), error.strerror or str(error), "give another file") from None
    if end:
        check_model(path, check_header(path, line, suite).model, model)


def read_lines(path: Path, lines: Sequence[bytes], reader: LineReader) -> Iterator[tuple[Place, str, bool, Outcome]]:
    """The cases in a file."""
    for number, text in enumerate(lines, 2):
        place = Place(str(path), line=number)
        try:
            line = LINE.decode(text)
            outcome = reader.read(line)
        except (msgspec.MsgspecError, ValueError) as error:
            raise Unusable(place, str(error), "take the line out; its case will be asked again") from None
        yield place, line.case, line.again, outcome
