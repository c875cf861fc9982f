"""Whether votes look invented: a client needs no secret to make up users and to convert on what it likes.

Who invents votes wants an outcome, so his lean far more than other people's do. Three signs part votes that came
without the bearer token of feedback from the rest (api/names.py): two parts of the same users differ by a few
hundredths, and none by so much as is asked for here. Where all votes are invented there is no rest; then nearly all are
won, which no model achieves against one that was good enough for production. Votes for the champion alone need no such
look: they promote nobody.
"""

from typing import Final

from interleaver.api import names
from interleaver.experiment.counting.counts import Counts, pick
from interleaver.stats.shares import Bounds, bound_difference, bound_share

DEVIATIONS: Final = 3.72  # one in ten thousand, at one look
APART: Final = 0.2  # by which the shares of decided votes differ at least; heavy and light users differ by 0.03 or so
PART: Final = 0.02  # of decided votes, at least, in either part: fewer move the candidate's share by 0.01 at most
ONE_SIDED: Final = 0.9  # of decided votes, at least, for the candidate
WORDS: Final = {
    "prompt": "that came within two seconds of the list",
    "single": "of units that were shown one list and no second one",
    "crowded": "from addresses that vote for many units",
}
ADVICE: Final = (
    "the ramp holds and nothing is promoted. See who sends them. If they are invented, set spec.feedback.requireToken, "
    f"end the run and try again; if they are real, say so by the annotation {names.ANNOTATION_PROMOTE}, given anew"
)


def explain_suspicion(totals: Counts) -> str:
    """Why the votes look invented, in words; empty when they do not."""
    every = pick(totals, "votes", names.DECIDED)
    for sign, words in WORDS.items():
        marked = pick(totals, sign, names.DECIDED)
        others = {vote: every[vote] - marked[vote] for vote in names.DECIDED}
        here, rest = bound_wins(marked), bound_wins(others)
        if here and rest and bound_difference(here, rest) > APART and is_telling(marked, others):
            shares = (
                f"the candidate won {here.share:.0%} of the decided votes {words}, and {rest.share:.0%} of all others"
            )
            return f"{shares}: {ADVICE}"
    found = bound_wins(every)
    if found and is_one_sided(found):
        return f"the candidate won {found.share:.1%} of the decided votes, which hardly any model does: {ADVICE}"
    return ""


def is_telling(marked: Counts, others: Counts) -> bool:
    """Whether either part is large enough to decide anything. A handful of invented votes must not hold a run whose
    verdict they could not change."""
    sizes = sorted((sum(marked.values()), sum(others.values())))
    return sizes[0] >= PART * sum(sizes)


def is_one_sided(wins: Bounds) -> bool:
    """Whether the candidate's share of decided votes is beyond what a model wins."""
    return wins.low > ONE_SIDED


def bound_wins(votes: Counts) -> Bounds | None:
    """The candidate's share of decided votes; None without any. After a gap a part may exceed the whole."""
    wins, losses = max(0, votes["win"]), max(0, votes["loss"])
    return bound_share(wins, wins + losses, DEVIATIONS) if wins + losses else None
