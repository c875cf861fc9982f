"""One request to one model, by what asks whole suites: the same client, contract and words for what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from interleaver.lab.asking.answers import State
from interleaver.lab.asking.asking import ask
from interleaver.lab.asking.options import Options
from interleaver.lab.robustness.plan import Planning, keep
from interleaver.lab.suites.suite import Request, Suite


@dataclass(frozen=True)
class Reply:
    """What came of it. `words` say what went wrong; then there is neither ranking nor score."""

    model: str
    url: str
    words: str
    milliseconds: float
    ranking: Sequence[str] = ()
    """Ids in JSON spelling, best first."""
    score: float | None = None

    @property
    def answered(self) -> bool:
        return not self.words


def send(suite: Suite, model: str, url: str, request: Request, unit: str, options: Options) -> Reply:
    """Ask once. Raises Unusable for an address, a header or a unit that cannot be sent."""
    planning = Planning(suite)
    planning.append("playground", unit, partial(keep, request))
    answers = ask(planning.finish("playground").suite, url, options)
    if answers.states[0] != State.ANSWERED:
        return Reply(model, url, answers.words[0] or answers.stopped or "no answer", float(answers.milliseconds[0]))
    ranking = () if answers.rankings is None else tuple(answers.rankings[0])
    score = None if answers.scores is None else float(answers.scores[0])
    return Reply(model, url, "", float(answers.milliseconds[0]), ranking, score)
