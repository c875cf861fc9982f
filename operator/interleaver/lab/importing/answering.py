"""A run as a model's answers to a suite, in the file that asking a server would have made."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from interleaver.lab.asking.answer_lines import make_header, write_line
from interleaver.lab.asking.answers import State
from interleaver.lab.asking.outcome import Outcome
from interleaver.lab.asking.reading.content import Content
from interleaver.lab.importing.ratings import Spelling
from interleaver.lab.importing.runs import Run
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.ids import spell_id
from interleaver.lab.terms.unusable import Place, Unusable

# A run is final: what it does not list was not wanted by the system. That is no failure to try again.
UNLISTED = Outcome(State.REFUSED, "the run has no line for this query")


@dataclass(frozen=True)
class Answered:
    """An outcome for each query of a suite, in its order, and how many queries of the run are none of the suite's."""

    outcomes: Sequence[Outcome]
    strange: int

    @property
    def unlisted(self) -> int:
        """Queries of the suite that the run has no line for."""
        return sum(outcome is UNLISTED for outcome in self.outcomes)


def answer(run: Run, file: str, suite: Suite, spelling: Spelling) -> Answered:
    """What the run of a file says to the queries of a suite. Raises Unusable where it is about none of them."""
    outcomes = [make_outcome(run, query, spelling) for query in suite.cases.ids]
    strange = len(run.lists) - sum(outcome is not UNLISTED for outcome in outcomes)
    if strange == len(run.lists):
        found = f"none of its {strange} queries, {next(iter(run.lists))} and others, is in the suite"
        raise Unusable(file, found, f"queries of this suite are called {suite.cases.ids[0]} and the like")
    return Answered(outcomes, strange)


def make_outcome(run: Run, query: str, spelling: Spelling) -> Outcome:
    """What the run says to one query."""
    listed = run.lists.get(query)
    if listed is None:
        return UNLISTED
    ranking = tuple(each if spelling == "number" else spell_id(each) for each in listed)
    return Outcome(State.ANSWERED, content=Content(ranking, duplicates=run.again.get(query, 0)))


def write_run(path: Path, suite: Suite, model: str, answered: Answered) -> None:
    """Write the answers; a file that is there is refused, as one may hold what a server was asked for hours."""
    try:
        with path.open("xb") as file:
            file.write(msgspec.json.encode(make_header(model, suite)) + b"\n")
            for query, outcome in zip(suite.cases.ids, answered.outcomes, strict=True):
                file.write(write_line(query, outcome))
    except OSError as error:
        raise Unusable(Place(str(path)), str(error.strerror), "give a file that is not there yet") from None
