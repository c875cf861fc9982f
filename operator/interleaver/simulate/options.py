"""The options of `interleaver simulate` and `interleaver plan`: nothing is imported before a command is run."""

import argparse
import os
from math import isfinite
from typing import Any, Final

# Defaults stand on the fields of simulate/scenario.py and of the API; None here means "as there, or as in --file".
PLAN: Final = (
    ("alpha", str, "error rate of each one-sided test (0.05)"),
    ("margin", str, "how much worse in preference a candidate may be and still be on par (0.02)"),
    ("minimum-run", str, "nothing is promoted before, such as 168h (168h)"),
    ("window", str, "a run without a verdict by then is Inconclusive, such as 336h (336h)"),
    ("minimum-votes", int, "nothing is promoted on fewer votes (200)"),
    ("planned-votes", int, "votes at which small effects are seen soonest; a wrong guess costs little time (2000)"),
)
TRUTH: Final = (
    ("drift", "share by which the votes grow from day to day; 0.1 is a tenth more each day, -0.1 a tenth less (0)"),
    ("bursts", "bursts a day: each brings the votes of ten hours between two looks (0)"),
    ("returning", "share of the votes at full traffic that come from regulars, units that convert again and again (0)"),
    ("return-days", "days between two conversions of a regular, on average (7)"),
    ("taste", "conversions of each other unit, on average, all for the same side and within a day or so (1)"),
    ("heavy", "lean of heavy users, each other unit, which vote a day before the others, who lean back as far (0)"),
)
FAULTS: Final = (
    ("resets", "router processes that start anew, a day: counters and the memory of who voted are gone (0)"),
    ("gaps", "router pods lost with votes that were not read, a day (0)"),
    ("restarts", "times a day at which the operator goes away and looks are missed (0)"),
    ("away-hours", "hours for which it is away, on average (4)"),
)
REQUESTS: Final = (
    ("candidate-errors", "share of the candidate's calls that fail (0)"),
    ("slow", "share of its calls that are slower than LatencyP99 allows and in time nevertheless (0)"),
    ("fallbacks", "share of requests for which its list is too short to be compared (0)"),
    ("bursts-of-errors", "bursts a day: each makes half of its calls between two looks fail (0)"),
    ("skew", "share of units whose first coin falls to the candidate; anything but 0.5 is a broken assignment (0.5)"),
    ("requests-per-vote", "interleaved requests for each vote, each of another unit (20)"),
)


def number(text: str) -> float:
    """A number as an argparse type, whose name stands in the message. Raises ValueError for what is none."""
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text!r} is no number to reckon with")
    return value


def add_simulate(commands: Any) -> argparse.ArgumentParser:
    """Declare `simulate`."""
    command: argparse.ArgumentParser = commands.add_parser(
        "simulate",
        help="run the decision over simulated votes and print how often each verdict came, and when",
        description="Run the operator's own decision code over simulated votes. What is not given is as in the API.",
    )
    truth = command.add_argument_group("truth")
    side = truth.add_mutually_exclusive_group()
    side.add_argument("--win-share", type=number, help="share of wins among votes that are not ties (0.5)")
    side.add_argument("--preference", type=number, help="the same as a preference: share of wins minus losses, by half")
    truth.add_argument("--votes-per-day", type=number, help="votes a day that full traffic would give (1500)")
    add_shared(command, truth)
    faults = command.add_argument_group("faults")
    for name, text in FAULTS:
        faults.add_argument(f"--{name}", type=number, help=text)
    faults.add_argument("--store", action="store_true", help="votes are kept in a vote store, which forgets nothing")
    add_requests(command)
    add_people(command)
    return command


def add_requests(command: argparse.ArgumentParser) -> None:
    """Declare what may go wrong with requests."""
    requests = command.add_argument_group("requests")
    for name, text in REQUESTS:
        requests.add_argument(f"--{name}", type=number, help=text)
    requests.add_argument(
        "--guardrails", help="guardrails in place of those of --file, such as ErrorRatio=0.02,LatencyP99=250ms"
    )


def add_people(command: argparse.ArgumentParser) -> None:
    """Declare what people do. Times are since the first interleaved request."""
    people = command.add_argument_group("people")
    people.add_argument("--mode", choices=("Automatic", "Manual"), help="of promotion (Automatic)")
    people.add_argument("--confirm-after", help="in mode Manual, when somebody confirms, such as 200h (never)")
    people.add_argument("--pause", help="when the run is paused, such as 24h-72h (never)")


def add_plan(commands: Any) -> argparse.ArgumentParser:
    """Declare `plan`."""
    command: argparse.ArgumentParser = commands.add_parser(
        "plan",
        help="say what a run would come to and when, at a given traffic",
        description="Simulate runs for several true preferences and print each verdict's probability by day.",
    )
    truth = command.add_argument_group("traffic")
    rate = truth.add_mutually_exclusive_group(required=True)
    rate.add_argument("--votes-per-day", type=number, help="votes a day that full traffic would give")
    rate.add_argument(
        "--metrics-url", action="append", help="/metrics of a live router (once for each), to read them off"
    )
    rate.add_argument("--metrics-file", action="append", help="the same, saved to a file just after it was read")
    truth.add_argument("--over", help="with --metrics-url: read them twice, so far apart, such as 10m")
    truth.add_argument(
        "--earlier-file", action="append", help="with --metrics-file: the same router's metrics, saved earlier"
    )
    truth.add_argument(
        "--percent", type=number, default=100, help="with --metrics-*: share of units interleaved then (100)"
    )
    truth.add_argument(
        "--preferences", default="-0.05,-0.02,-0.01,0,0.01,0.02,0.05", help="true preferences (%(default)s)"
    )
    add_shared(command, truth)
    command.set_defaults(runs=400)
    command.add_argument("--plot", metavar="FILE", help="draw the same to a PNG, SVG or PDF file")
    return command


def add_shared(command: argparse.ArgumentParser, truth: argparse._ArgumentGroup) -> None:
    """Declare what both commands take."""
    truth.add_argument("--tie-share", type=number, help="share of ties among all votes; 1 is the A/A case (0.3)")
    for name, text in TRUTH:
        truth.add_argument(f"--{name}", type=number, help=text)
    plan = command.add_argument_group("plan")
    plan.add_argument("--file", help="take analysis and traffic from the InterleavingExperiment in this file")
    for name, kind, text in PLAN:
        plan.add_argument(f"--{name}", type=kind, help=text)
    plan.add_argument("--steps", help="the ramp, such as 10:24h,25:24h,50:24h,100")
    plan.add_argument("--looks-per-day", type=int, help="looks a day (48)")
    command.add_argument("--runs", type=int, default=1000, help="simulated runs (%(default)s)")
    command.add_argument("--seed", type=int, default=1, help="of chance; the same seed gives the same (%(default)s)")
    command.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (all cores)")
    command.add_argument("--json", action="store_true", help="print JSON")
