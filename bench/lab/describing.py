"""What was measured of measuring, as a page of the reference and as goals that were met or missed."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "lab-benchmark.md"
RESAMPLES: Final = 1_000
CUTS: Final = 4  # the whole, two attributes and their pair: every query is in a slice of each
MODELS: Final = 2


@dataclass(frozen=True)
class Found:
    """One round, in seconds unless said otherwise."""

    lab: float
    lab_processor: float
    """Processor time, of all threads."""
    lab_coding: float
    """Of `lab`: bringing the ids of both runs into codes."""
    figures: float
    slices: float
    megabytes: float
    converting: float
    """The library: judgments and runs into its dictionaries."""
    evaluating: float
    library_processor: float
    straightforward_query: float
    """One query in one resample of one model."""

    def straightforward(self, queries: int) -> float:
        """All queries in every cut, resample and model."""
        return self.straightforward_query * queries * CUTS * RESAMPLES * MODELS


Read = Callable[[Found], float]


def write(rounds: Sequence[Found], queries: int) -> list[str]:
    """Write the page, print its table, and say which goals were missed."""
    goals: list[tuple[str, Read, str, bool]] = [
        ("the straightforward way / the lab", lambda one: one.straightforward(queries) / one.lab, ">= 10", True),
        ("the lab / one plain pass, conversions included", with_conversion, "<= 2", False),
        ("the same without conversions", without_conversion, "", False),
        ("the lab / one plain pass, in processor time of all threads", in_processor_time, "", False),
        ("the lab's memory at its greatest, MB", lambda one: one.megabytes, "< 2048", False),
    ]
    lines = ["| ratio | median | least | greatest | goal |", "| --- | ---: | ---: | ---: | --- |"]
    missed = []
    for name, read, goal, above in goals:
        values = sorted(read(one) for one in rounds)
        median = statistics.median(values)
        lines.append(f"| {name} | {median:,.2f} | {values[0]:,.2f} | {values[-1]:,.2f} | {goal} |")
        if goal and not (median >= 10 if above else median <= float(goal.split()[1])):
            missed.append(f"missed: {name} is {median:,.2f}, wanted {goal}")
    times: list[tuple[str, Read]] = [
        ("the lab, everything", lambda one: one.lab),
        ("of it processor time, of all threads", lambda one: one.lab_processor),
        ("of it bringing ids into codes", lambda one: one.lab_coding),
        ("the library, dictionaries of judgments and both runs", lambda one: one.converting),
        ("the library, evaluating both runs", lambda one: one.evaluating),
        ("of both processor time", lambda one: one.library_processor),
        ("the straightforward way, scaled from a part", lambda one: one.straightforward(queries)),
    ]
    lines += ["", "| what | seconds, median | least | greatest |", "| --- | ---: | ---: | ---: |"]
    for name, read in times:
        values = sorted(read(one) for one in rounds)
        lines.append(f"| {name} | {statistics.median(values):,.2f} | {values[0]:,.2f} | {values[-1]:,.2f} |")
    print("\n".join(lines))
    if queries >= 100_000:
        PAGE.write_text(PROSE.format(table="\n".join(lines), **describe(rounds, queries)))
    return missed


def with_conversion(found: Found) -> float:
    """From lists of ids to figures, on both sides."""
    return found.lab / (found.converting + found.evaluating)


def without_conversion(found: Found) -> float:
    """From what each side made of them."""
    return (found.lab - found.lab_coding) / found.evaluating


def in_processor_time(found: Found) -> float:
    """What is left of the first ratio where others use the cores."""
    return found.lab_processor / found.library_processor


def describe(rounds: Sequence[Found], queries: int) -> dict[str, object]:
    """What the page says beside its table."""
    return {
        "queries": f"{queries:,}",
        "rounds": len(rounds),
        "figures": f"{rounds[0].figures:,.0f}",
        "slices": f"{rounds[0].slices - 1:.0f}",
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "machine": f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores",
        "load": f"{os.getloadavg()[1]:.1f}",
        "versions": ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "pytrec-eval-terrier")),
    }


PROSE: Final = """# How fast the lab measures

Written by `make bench-lab`, which anybody can run again. {queries} judged queries, lists of 50 items of two models,
twelve metrics at three depths, {slices} slices and the whole, 1,000 paired resamples: {figures} figures with their
intervals, unjudged items counted three ways, and times, sizes and errors of the servers beside. Each side has a
process of its own; {rounds} rounds, ratios within a round.

The library is pytrec_eval, the fastest of those that are installed with the lab's tests: its plain pass gives 17
measures (precision, recall, average precision, nDCG and success at three depths, average and reciprocal rank without
one) of both runs and no interval. It wants dictionaries of its own, the lab codes of its own; ratios are given with
both conversions and without either. The straightforward way is that pass for each slice and each resample: measured
on 2,000 queries and five resamples, and scaled, for nobody would wait for it.

Load beside, over the last five minutes: {load}. On a machine that does other things every time below is longer, and a
ratio of two of them says less.

{table}

{date}; {machine}; {versions}.
"""
