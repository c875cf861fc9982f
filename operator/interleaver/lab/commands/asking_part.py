"""Asks one part of a suite, for a merge to come: answers are kept, and nothing is measured."""

import argparse

import numpy as np

from interleaver.lab.asking.answers import Answers, State
from interleaver.lab.asking.shard import Shard
from interleaver.lab.terms.unusable import Unusable

from .asking import CORNERS, Asking
from .exits import DONE, PARTIAL
from .plan import Plan


def ask_part(plan: Plan, options: argparse.Namespace) -> int:
    """Ask every model this part of the suite and of its corner cases. What is there already is not asked again."""
    check_options(plan, options)
    asking = Asking(plan, options)
    asking.check()
    asked = [("", asking.ask_suite())]
    if plan.corners is not None:
        asked.append((CORNERS, asking.ask_corners(plan.corners.suite)))
    missing = 0
    for ending, models in asked:
        for (name, _), answers in zip(plan.models, models, strict=True):
            missing += tell_part(name + ending, answers, options.shard)
    return PARTIAL if missing else DONE


def check_options(plan: Plan, options: argparse.Namespace) -> None:
    """Raises Unusable for what belongs to the whole."""
    for is_given, option in ((options.tracking is not None, "--tracking"), (options.json, "--json")):
        if is_given:
            raise Unusable("--shard", f"a part has no figures for {option}", "give it to `interleaver lab merge`")
    if plan.kept:
        raise Unusable("--shard", "a file of answers stands for a model", "give the URL of each: parts are for asking")


def tell_part(name: str, answers: Answers, shard: Shard) -> int:
    """Say what came of one model's part; how many cases have no answer that a server's state kept away."""
    states = answers.states[shard.index :: shard.count]
    missing = int(np.isin(states, (State.FAILED, State.NOT_ASKED)).sum())
    words = f"; {answers.stopped}" if answers.stopped else ""
    print(f"{name}: {len(states) - missing:,} of {len(states):,} cases of part {shard.index}/{shard.count}{words}")
    return missing
