"""Measure the router beside other programs and write the page: `make bench`, ROUNDS, SECONDS, TARGETS=floor,nginx,…"""

import argparse
import os
import random
import sys
from pathlib import Path
from typing import Final

from bench.router.circumstances import describe
from bench.router.figures import Samples
from bench.router.goals import list_goals
from bench.router.hanging import run_hanging
from bench.router.processes import LOAD_CORE, TARGET_CORE
from bench.router.rounds import Plan, run_rounds
from bench.router.stage import NotStarted
from bench.router.table import make_page
from bench.router.targets import BY_NAME, FLOOR, ROOT, Target

PAGE: Final = ROOT / "docs" / "reference" / "benchmark.md"
REPEATS: Final = 90.0  # seconds that repetitions may take in all


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("cache", type=Path, help="folder that hack/bench prepared")
    parser.add_argument("--rounds", type=int, default=3, help="(%(default)s)")
    parser.add_argument("--seconds", type=int, default=3, help="of each load (%(default)s)")
    parser.add_argument("--targets", type=find_targets, default=list(BY_NAME.values()), help="names, with commas (all)")
    parser.add_argument("--page", type=Path, default=PAGE, help="file to write (docs/reference/benchmark.md)")
    parser.add_argument("--seed", type=int, default=None, help="of the order (by chance)")
    options = parser.parse_args()
    if not {TARGET_CORE, LOAD_CORE} <= os.sched_getaffinity(0):
        sys.exit("needs two cores: one for the target, one for the load")
    os.sched_setaffinity(0, {LOAD_CORE})
    plan = Plan(options.targets, options.rounds, options.seconds, REPEATS, options.cache)
    try:
        options.page.write_text(measure(plan, random.Random(options.seed)))
    except NotStarted as error:
        sys.exit(f"a target did not start: {error}")
    print(options.page.read_text())


def measure(plan: Plan, chance: random.Random) -> str:
    """Everything, as a page."""
    samples = Samples(tuple(run_rounds(plan, chance)))
    calling = [target for target in plan.targets if target.calls_candidate or target.name == FLOOR]
    hanging = run_hanging(calling, plan.cache)
    return make_page(describe(plan), samples, hanging, list_goals(samples, hanging))


def find_targets(names: str) -> list[Target]:
    """Targets by their names. Raises ValueError for a name that there is not."""
    unknown = [name for name in names.split(",") if name not in BY_NAME]
    if unknown:
        raise argparse.ArgumentTypeError(f"no target {', '.join(unknown)}; there are {', '.join(BY_NAME)}")
    return [BY_NAME[name] for name in names.split(",")]


if __name__ == "__main__":
    main()
