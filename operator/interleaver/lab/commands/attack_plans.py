"""What is attacked: samples that a model decides rightly, or items that stand low in its lists."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from interleaver.lab.robustness.attempts import Attempt
from interleaver.lab.robustness.forging import (
    Events,
    Fields,
    Forgery,
    Values,
    find_neighbours,
    has_history,
    list_moves,
    list_values,
)
from interleaver.lab.robustness.forging import make_attempts as forge_attempts
from interleaver.lab.robustness.picture_attacks import find_targets
from interleaver.lab.robustness.picture_attacks import make_attempts as spoil_attempts
from interleaver.lab.robustness.scoring import check_picture
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable

NEIGHBOURS = 5


def prepare(suite: Suite, options: argparse.Namespace) -> tuple[Suite, Sequence[int]]:
    """The suite as it is attacked, and the rows that are drawn. Raises Unusable for what cannot be attacked."""
    if suite.task is Task.RANKING:
        return suite, prepare_rankings(suite, options)
    if options.threshold is not None:
        suite = replace(suite, threshold=options.threshold)
    if suite.threshold is None:
        raise Unusable(
            "--threshold", "is not given, and the suite states none", "give it: who crosses it has succeeded"
        )
    pictures = [row for row in range(len(suite.cases)) if suite.cases.pictures and suite.cases.pictures[row]]
    if not pictures:
        raise Unusable(str(options.suite), "has no pictures", "only rankings and pictures are attacked")
    rows = draw(pictures, options)
    for row in rows:
        check_picture(suite, row)
    return suite, rows


def prepare_rankings(suite: Suite, options: argparse.Namespace) -> Sequence[int]:
    """The drawn queries, of those that have something to forge."""
    if (options.history is None) == (not options.field):
        found = "is not given" if options.history is None else "is given, and --field too"
        wanted = "give the JSON pointer to the list of events in a request: /history; or --field with that of a field"
        raise Unusable("--history", found, wanted)
    rows = find_fields(suite, options.field) if options.field else find_histories(suite, options.history)
    if options.item is not None and options.item not in list_items(suite):
        raise Unusable("--item", f"the suite knows no item {options.item}", 'give its JSON spelling: 318, or "a-7"')
    return draw(rows, options)


def find_histories(suite: Suite, pointer: str) -> Sequence[int]:
    """The queries that have a list of events there."""
    check_pointer("--history", pointer)
    rows = [row for row in range(len(suite.cases)) if has_history(suite, row, pointer)]
    if not rows:
        raise Unusable("--history", f"no request has a list at {pointer}", "nothing can be forged")
    return rows


def find_fields(suite: Suite, pointers: Sequence[str]) -> Sequence[int]:
    """The queries in which a field could have another value."""
    for pointer in pointers:
        check_pointer("--field", pointer)
    values = list_values(suite, pointers)
    for pointer, found in values.items():
        if len(found) < 2:
            raise Unusable("--field", f"no two requests differ at {pointer}", "values are taken from other requests")
    return [row for row in range(len(suite.cases)) if list_moves(suite, row, values)]


def check_pointer(option: str, pointer: str) -> None:
    if not pointer.startswith("/"):
        raise Unusable(option, f"found {pointer!r}", f"a JSON pointer begins with /: /{pointer}")


def draw(rows: Sequence[int], options: argparse.Namespace) -> Sequence[int]:
    """So many of these rows."""
    return rows if options.cases >= len(rows) else sorted(Random(options.seed).sample(list(rows), options.cases))


def list_items(suite: Suite) -> list[str]:
    """Every item that the suite knows, by its JSON spelling."""
    judged = suite.judgments.vocabulary if suite.judgments is not None else ()
    return sorted({*judged, *(suite.items or {})})


def choose_items(suite: Suite, rows: Sequence[int], tops: Sequence[set[str]], options: argparse.Namespace) -> list[str]:
    """The item that is to be lifted for each query: the named one, or one that no model shows in its first places."""
    items = list_items(suite)
    chosen = []
    for row, top in zip(rows, tops, strict=True):
        low = [item for item in items if item not in top] or items
        chosen.append(options.item or Random(f"{options.seed} {row}").choice(low))
    return chosen


def name_forged(suite: Suite, options: argparse.Namespace) -> tuple[str, int]:
    """What is forged, and how much of it at most; pictures are not forged, but changed."""
    if suite.task is not Task.RANKING:
        return "", 0
    return ("fields", min(options.events, len(set(options.field)))) if options.field else ("events", options.events)


def make_attempts(
    suite: Suite, rows: Sequence[int], said: Sequence[Any], items: Sequence[str], options: argparse.Namespace
) -> list[Attempt[Any]]:
    """All attempts on one model. `said` is what it answers to each row without any attack."""
    if suite.task is Task.SCORING:
        scores = {row: answer for row, answer in zip(rows, said, strict=True) if answer is not None}
        targets = find_targets(suite, rows, scores)
        limit = options.requests
        return [each for target in targets for each in spoil_attempts(target, options.sizes, limit, options.seed)]
    rankings = [answer for answer in said if answer is not None]
    values = list_values(suite, options.field) if options.field else {}
    attempts: list[Attempt[Any]] = []
    for row, item, answer in zip(rows, items, said, strict=True):
        if answer is None or item in answer[: options.within]:
            continue
        forgery = make_forgery(suite, row, item, rankings, values, options)
        attempts += forge_attempts(forgery, options.requests, options.seed)
    return attempts


def make_forgery(
    suite: Suite,
    row: int,
    item: str,
    rankings: Sequence[Sequence[str]],
    values: Values,
    options: argparse.Namespace,
) -> Forgery:
    """How an item is to be lifted in one query; `rankings` are the model's lists, `values` those of fields."""
    _, most = name_forged(suite, options)
    if values:
        return Fields(suite, row, item, options.within, most, list_moves(suite, row, values), ())
    likely = (item, *find_neighbours(item, rankings, NEIGHBOURS))
    vocabulary = list_items(suite)
    return Events(suite, row, item, options.within, most, vocabulary, likely, options.history, options.event_item)
