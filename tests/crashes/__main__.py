"""`make crash-matrix`: experiments on a real cluster, broken off at every write of the operator.

The exit code is 1 when one of them ends otherwise than undisturbed."""

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.cluster import find_cluster
from tests.crashes.faults import FAULTS
from tests.crashes.matrix import Matrix, count, write_table
from tests.crashes.story import STORIES
from tests.integration.documents import install_crd
from tests.integration.shield import raise_shield


def main() -> None:
    parser = argparse.ArgumentParser(prog="make crash-matrix", description=__doc__)
    parser.add_argument("--stories", nargs="+", default=[story.name for story in STORIES], help="(%(default)s)")
    parser.add_argument("--faults", nargs="+", default=list(FAULTS), choices=list(FAULTS), help="(%(default)s)")
    parser.add_argument("--parallel", type=int, default=4, help="stories told at once (%(default)s)")
    parser.add_argument("--sample", type=int, help="so many points alone")
    parser.add_argument("--seed", default=f"{datetime.now(UTC):%Y-%m-%d}", help="of the sample (%(default)s)")
    parser.add_argument("--json", type=Path, help="file for what came of each point")
    options = parser.parse_args()
    stories = [story for story in STORIES if story.name in options.stories]
    cluster = find_cluster()
    install_crd(cluster)
    with raise_shield(cluster) as shield:
        matrix = Matrix(shield, options.parallel, lambda line: print(line, file=sys.stderr, flush=True))
        results = asyncio.run(matrix.run(stories, options.faults, options.sample, options.seed))
    print(write_table(results, options.faults))
    bad = [result for result in results if result.faults]
    print(f"{count(results)} (seed {options.seed})")
    if options.json is not None:
        rows = [[one.point.story.name, one.point.fault, one.point.number, one.met, one.faults] for one in results]
        options.json.write_text(json.dumps(rows, indent=1))
    for result in bad[:5]:
        print(f"\n{result.point.story.name}, {result.point.fault} at {result.point.number}: {result.faults}")
        print(result.log[-6000:])
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
