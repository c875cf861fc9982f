"""Make the plots and numbers of docs/explanation/statistics.md: `make study`, or one part: `make study ARGS=looks`.

The same seed gives the same numbers. Tables go to standard output, ready for the page; plots go beside the page.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from time import process_time
from typing import Final

from hack.study import bets, exposure, looks, sensitivity
from hack.study.drawing import PAGES

PARTS: Final[Mapping[str, Callable[[argparse.Namespace], Iterator[str]]]] = {
    "looks": looks.report,
    "sensitivity": sensitivity.report,
    "exposure": exposure.report,
    "bets": bets.report,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make study", description=__doc__)
    parser.add_argument("part", nargs="?", choices=list(PARTS), help="one part alone (all)")
    parser.add_argument("--runs", type=int, default=4000, help="simulated runs of each case (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of chance (%(default)s)")
    parser.add_argument("--split", type=int, default=1, help="sensitivity: the split of the data (%(default)s)")
    parser.add_argument("--sessions", type=int, default=150, help="sensitivity: sessions of each user (%(default)s)")
    parser.add_argument("--output", default=str(PAGES), help="directory of the plots (%(default)s)")
    options = parser.parse_args()
    for name in [options.part] if options.part else PARTS:
        start = process_time()
        for line in PARTS[name](options):
            print(line, flush=True)
        print(f"\n({name}: {process_time() - start:.0f} s of processor time)\n", flush=True)


if __name__ == "__main__":
    main()
