"""`interleaver lab attack`: try to cheat running models within a bound of requests, and say how often it works."""

import argparse
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from interleaver.lab.asking.before import check_before
from interleaver.lab.asking.options import Options
from interleaver.lab.report.robustness import write_page
from interleaver.lab.robustness.attack_document import Attacked, find_worst, write_document
from interleaver.lab.robustness.attempts import Attempt
from interleaver.lab.suites.reading import read_suite
from interleaver.lab.suites.suite import Suite
from interleaver.lab.terms.metric import Task
from interleaver.lab.terms.unusable import Unusable

from .attack_plans import choose_items, make_attempts, name_forged, prepare
from .attacking import Driver
from .evaluate import add_asking
from .exits import DONE, GATE_FAILED, PARTIAL, UNUSABLE
from .results import add_suite
from .robust_models import judged_of, make_options, take_models, warn_same
from .robust_words import print_attacks
from .stress import add_models
from .tracking import add_tracking, check_tracking, track_robust
from .words import make_console
from .writing import spell

SHOWN = 12
"""Least changed pictures of each model in the report."""


def run(options: argparse.Namespace) -> int:
    """Says first what is attacked. What can be refused is refused before that."""
    check_numbers(options)
    models = take_models(options)
    suite, rows = prepare(read_suite(options.suite), options)
    check_tracking(options)
    asking = make_options(options)
    for url in models.values():
        check_before(suite, url, asking)
    for name, url in models.items():
        words = f"at most {options.most_requests:,} requests within {options.most_seconds:g} s"
        print(f"attacking {name} at {url}: {words}", file=sys.stderr)
    attacked = attack_all(suite, rows, models, asking, options)
    document = write_document(suite, attacked, options.requests, name_forged(suite, options), warn_same(models))
    now = datetime.now(UTC)
    finish(document, attacked, options, now)
    tracked = track_robust(document, options, "attack", now)
    return max(choose_exit(document, attacked, models, options.most_success), DONE if tracked else UNUSABLE)


def choose_exit(
    document: Mapping[str, Any], attacked: Sequence[Attacked], models: Mapping[str, str], most: float | None
) -> int:
    """What was not attacked has not withstood, so that partial comes before failed."""
    if any(model.broken_off for model in attacked):
        return PARTIAL
    too_often = most is not None and find_worst(document, judged_of(models)) > most
    return GATE_FAILED if too_often else DONE


def attack_all(
    suite: Suite, rows: Sequence[int], models: Mapping[str, str], asking: Options, options: argparse.Namespace
) -> list[Attacked]:
    """All models, one after the other: each has its own bounds."""
    drivers = {
        name: Driver(suite, url, asking, options.most_requests, options.most_seconds) for name, url in models.items()
    }
    cases = suite.cases
    units = {cases.ids[row]: cases.unit_names[cases.units[row]] for row in rows}
    plain = [(cases.ids[row], units[cases.ids[row]], cases.requests[row]) for row in rows]
    said = {name: driver.ask(plain) for name, driver in drivers.items()}
    items: list[str] = []
    if suite.task is Task.RANKING:
        tops = [
            {item for name in models for item in (said[name][at] or ())[: options.within]} for at in range(len(rows))
        ]
        items = choose_items(suite, rows, tops, options)
    found = []
    for name, driver in drivers.items():
        driver.start()
        attempts = make_attempts(suite, rows, said[name], items, options)
        driver.attack(attempts, lambda attempt: units[attempt.case])
        skipped = len(rows) - len({attempt.case for attempt in attempts})
        lost = all(answer is None for answer in said[name])
        words = driver.ended or ("no case was answered" if lost else "")
        found.append(Attacked(name, driver.url, attempts, skipped, driver.sent, words, driver.broken_off or lost))
    return found


def finish(document: dict[str, Any], attacked: Sequence[Attacked], options: argparse.Namespace, now: datetime) -> None:
    """Write and show what was found."""
    names = (
        "cases",
        "requests",
        "sizes",
        "events",
        "history",
        "field",
        "within",
        "most_requests",
        "most_seconds",
        "seed",
    )
    document["settings"] = {name: getattr(options, name) for name in names}
    options.output.mkdir(parents=True, exist_ok=True)
    text = spell(document)
    (options.output / "attack.json").write_text(text + "\n", encoding="utf-8", errors="replace")
    shown = [show_least(model.attempts) if options.raw else [] for model in attacked]
    write_page("attack.html", {**document, "pictures": shown}, options.output, now)
    if options.json:
        print(text)
    else:
        print_attacks(make_console(), document)
        print(f"report: {options.output / 'attack.html'}")


def show_least(attempts: Sequence[Attempt[Any]]) -> list[dict[str, Any]]:
    """The least changed pictures that succeeded, as data in the page."""
    found = [(attempt, proposal) for attempt in attempts for _, proposal in attempt.succeeded]
    found = [(attempt, proposal) for attempt, proposal in found if isinstance(proposal.what, bytes)]
    found.sort(key=lambda pair: (pair[1].amount, pair[0].case))
    return [
        {
            "words": f"{attempt.case}: {attempt.attack}, {proposal.amount or 'by hand'}",
            "uri": "data:image/png;base64," + b64encode(proposal.what).decode(),
        }
        for attempt, proposal in found[:SHOWN]
    ]


def check_numbers(options: argparse.Namespace) -> None:
    """Raises Unusable for numbers with which nothing can be attacked."""
    for option, found, least, most in (
        ("--cases", options.cases, 1, 10_000),
        ("--requests", options.requests, 1, 100_000),
        ("--events", options.events, 1, 100),
        ("--within", options.within, 1, 1_000),
        ("--most-requests", options.most_requests, 1, 10_000_000),
        ("--most-seconds", options.most_seconds, 0.1, 86_400),
        ("--most-success", 0 if options.most_success is None else options.most_success, 0, 1),
        ("--seed", options.seed, 0, 2**63 - 1),
    ):
        if not least <= found <= most:
            raise Unusable(option, f"is {found}", f"{least} to {most:,} can be used")


def add_options(parser: argparse.ArgumentParser) -> None:
    add_suite(parser)
    add_models(parser, "attack")
    group = parser.add_argument_group("what is attacked, and how far")
    for name, kind, default, metavar, words in (
        ("cases", int, 20, "N", "cases of the suite that are drawn"),
        ("requests", int, 200, "N", "requests of one search on one case"),
        ("most-requests", int, 50_000, "N", "requests to one model in all"),
        ("most-seconds", float, 600.0, "SECONDS", "that the attack on one model may take"),
        ("events", int, 5, "N", "rankings: events, or fields, that are forged at most"),
        ("within", int, 5, "K", "rankings: the item is to stand in the first K places"),
        ("seed", int, 0, "N", "of all that is drawn"),
    ):
        words = f"{words} (default: {default:g})"
        group.add_argument(f"--{name}", type=kind, default=default, metavar=metavar, help=words)
    group.add_argument("--history", metavar="POINTER", help="rankings: where the list of events stands in a request")
    words = "rankings: a field of the request that is forged instead, with values of other requests; may be repeated"
    group.add_argument("--field", metavar="POINTER", action="append", default=[], help=words)
    words = "rankings: where the item stands in an event (default: the event is the id)"
    group.add_argument("--event-item", metavar="POINTER", default="", help=words)
    group.add_argument("--item", metavar="JSON", help="rankings: the item that is to be lifted (default: drawn)")
    sizes = "pictures: how far a value may change, of 255 (default: 4,8,16,32)"
    group.add_argument("--sizes", type=read_sizes, default=(4, 8, 16, 32), metavar="N,N", help=sizes)
    words = "pictures: scores from here on count as 1 (default: the suite's)"
    group.add_argument("--threshold", type=float, default=None, metavar="SCORE", help=words)
    words = "exit with 1 where an attack on a candidate succeeds more often (default: it is shown, and decides nothing)"
    group.add_argument("--most-success", type=float, default=None, metavar="SHARE", help=words)
    words = "show the least changed pictures in the report, which may be of people"
    group.add_argument("--raw", action="store_true", help=words)
    add_asking(parser, Options(retries=0, concurrency=8))
    add_tracking(parser.add_argument_group("where it is shown"))


def read_sizes(text: str) -> tuple[int, ...]:
    """Sizes as `4,8`, as an argparse type."""
    try:
        sizes = tuple(sorted({int(word) for word in text.split(",")}))
    except ValueError:
        sizes = ()
    if not sizes or sizes[0] < 1 or sizes[-1] > 255:
        raise argparse.ArgumentTypeError(f"{text!r}: give sizes from 1 to 255 with commas between, as in 4,8")
    return sizes
