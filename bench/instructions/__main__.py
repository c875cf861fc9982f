"""Fail when the router executes more instructions per request than before: `make instructions`, BASE=commit.

Compared is the working tree with its commit's parent, or, while the router's code has changes that are not committed,
with the commit itself.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.compiled import NotCompiled, find_package, is_compiled
from bench.instructions.gauge import BATCHES, CHAMPION_ONLY, INTERLEAVING, Counts, gauge
from bench.instructions.history import ROOT, NoParent, Repository
from bench.instructions.judgement import HEADER, BadTrailer, Comparison, list_excesses, sum_allowances
from bench.instructions.watched import NotMeasured, install_valgrind


def main() -> None:
    parser = argparse.ArgumentParser(prog="make instructions", description=__doc__)
    parser.add_argument("--base", help="commit to compare with")
    parser.add_argument("--runs", type=int, default=2, help="processes of each version (%(default)s)")
    parser.add_argument("--always", action="store_true", help="measure the same code too, which shows the spread")
    options = parser.parse_args()
    try:
        excesses = examine(Repository(), options.base or None, options.runs, options.always)
    except NoParent as error:
        print(f"instructions per request NOT measured: {error}")
        return
    except (NotMeasured, NotCompiled, BadTrailer) as error:
        sys.exit(f"instructions per request: {error}")
    if excesses:
        trailer = "If it is worth it, the commit says so: `Instructions: +8% because …` in its message's last lines."
        sys.exit("\n".join([*excesses, trailer]))


def examine(repository: Repository, named: str | None, runs: int, always: bool) -> list[str]:
    """Measure, print, and say what costs too much."""
    base = repository.find_base(named)
    if not always and not repository.differs_from(base):
        print(f"the router's code is that of {repository.name(base)}: the same instructions, nothing to measure")
        return []
    allowed = sum_allowances(repository.read_trailers(base))
    print(f"instructions per request against {repository.name(base)}, {runs} x {BATCHES} batches each")
    install_valgrind()
    comparisons = compare(repository, base, runs)
    print("\n".join([HEADER, *map(str, comparisons)]))
    return list_excesses(comparisons, allowed)


def compare(repository: Repository, base: str, runs: int) -> list[Comparison]:
    """Measure both versions in turns."""
    before: Counts = {INTERLEAVING: [], CHAMPION_ONLY: []}
    after: Counts = {INTERLEAVING: [], CHAMPION_ONLY: []}
    with tempfile.TemporaryDirectory(prefix="interleaver-") as name:
        folder = Path(name)
        with repository.check_out(base, folder / "parent") as former:
            packages = {"before": find_package(former), "after": find_package(ROOT / "operator")}
            print(", ".join(f"{name} {describe(package)}" for name, package in packages.items()))
            for run in range(runs):
                add(before, gauge(packages["before"], folder / f"before-{run}"))
                add(after, gauge(packages["after"], folder / f"after-{run}"))
    return [Comparison(kind, before[kind], after[kind]) for kind in before]


def describe(package: Path) -> str:
    return "compiled" if is_compiled(package) else "not compiled"


def add(counts: Counts, more: Counts) -> None:
    for kind, values in more.items():
        counts[kind] += values


if __name__ == "__main__":
    main()
