"""What was measured of asking, as a page of the reference and as goals that were met or missed."""

import os
import platform
import statistics
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "lab-asking-benchmark.md"
KINDS: Final = ("uvicorn", "bytes")
LEAST_RATIO: Final = 0.8  # of wrk's rate, against the server that teams run
LEAST_RATE: Final = 1_000  # queries a second


class Round(NamedTuple):
    """Both against one server, one after the other."""

    wrk: float
    """Requests a second."""
    lab: float
    micros: float
    """Of processor time that the lab used for each."""

    @property
    def ratio(self) -> float:
        return self.lab / self.wrk


def find_missed(found: Mapping[str, Sequence[Round]]) -> list[str]:
    """The goals that were missed, in words."""
    rounds = found["uvicorn"]
    ratio, rate = (
        statistics.median(values) for values in zip(*((each.ratio, each.lab) for each in rounds), strict=True)
    )
    missed = []
    if ratio < LEAST_RATIO:
        missed.append(f"missed: the lab gets {ratio:.2f} of what wrk gets out of uvicorn, wanted {LEAST_RATIO}")
    if rate < LEAST_RATE:
        missed.append(f"missed: {rate:,.0f} queries a second, wanted {LEAST_RATE:,}")
    return missed


def make_table(found: Mapping[str, Sequence[Round]]) -> list[str]:
    """A row for each server: medians, and for the ratio the least and the greatest."""
    lines = [
        "| server | wrk, requests/s | the lab, queries/s | ratio | least | greatest | goal | the lab's processor |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |",
    ]
    for kind, rounds in found.items():
        wrk, lab, micros = (statistics.median(values) for values in zip(*rounds, strict=True))
        ratios = [each.ratio for each in rounds]
        goal = f">= {LEAST_RATIO}, and {LEAST_RATE:,}/s" if kind == "uvicorn" else ""
        figures = f"{wrk:,.0f} | {lab:,.0f} | {statistics.median(ratios):.2f} | {min(ratios):.2f} | {max(ratios):.2f}"
        lines.append(f"| {kind} | {figures} | {goal} | {micros:.0f} µs |")
    return lines


def write_page(found: Mapping[str, Sequence[Round]], connections: int, seconds: int) -> None:
    """Write the page."""
    text = PROSE.format(
        table="\n".join(make_table(found)),
        connections=connections,
        rounds=len(found["uvicorn"]),
        seconds=seconds,
        load=f"{os.getloadavg()[0]:.1f}",
        date=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        machine=f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores",
        versions=", ".join(f"{name} {version(name)}" for name in ("uvloop", "httptools", "uvicorn")),
    )
    PAGE.write_text(text)


PROSE: Final = """# How fast the lab asks

Written by `make bench-lab`, which anybody can run again. wrk and the lab ask the same trivial server, which sends ten
items to everybody, over {connections} connections each; one after the other, {rounds} rounds of {seconds} s, ratios
within a round. The server has one core, whoever asks the other. wrk sends bytes and counts answers. The lab writes a
request for each case, reads each ranking, asks a hundredth again, and has each answer on the disk.

`uvicorn` is what teams run, without a framework, and the goal is about it. `bytes` reads of a request no more than its
end: quicker than any model server there is, it shows where the lab's own end is.

{table}

Load in the last minute: {load}. The lab needs more of its core than wrk does, so that on a machine that does other
things the ratio falls; its processor time for a query says what a core of its own could do.

{date}; {machine}; {versions}.
"""
