"""`make soak`: two routers under load and troubles, with a table at the end; exit code 1 when a promise was broken."""

import argparse
import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final, NoReturn

from tests.soak.report import make_report
from tests.soak.soak import Plan, run
from tests.soak.stores import KINDS

PARTED: Final = "SOAK_PARTED"  # set in the environment when the network is ours


def tell(line: str) -> None:
    print(line, file=sys.stderr)


def make_plan(options: argparse.Namespace) -> Plan:
    """What the options say."""
    store = None if options.memory else options.store
    return Plan(options.seconds, options.rate, store, options.patience)


def part_from_others() -> NoReturn:
    """Begin anew in a network namespace of our own, whose network can be split without harm to anybody; takes root."""
    script = 'ip link set lo up && exec "$0" -m tests.soak "$@"'
    command = ["unshare", "--net", "sh", "-c", script, sys.executable, *sys.argv[1:]]
    os.execvpe(command[0], command, os.environ | {PARTED: "1"})


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="(%(default)s)")
    parser.add_argument("--rate", type=float, default=500, help="requests a second (%(default)s)")
    parser.add_argument("--memory", action="store_true", help="one router and no store")
    parser.add_argument("--store", choices=list(KINDS), default="alone", help="of two routers (%(default)s)")
    parser.add_argument("--patience", type=int, default=1, help="deadlines times this, on a busy machine (%(default)s)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    if options.store != "alone" and PARTED not in os.environ:
        part_from_others()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: sys.exit("ended before its time"))
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        results = run(make_plan(options), Path(folder), tell)
    print(make_report(results))
    if options.json is not None:
        options.json.write_text(json.dumps(results.to_dict(), indent=2))
    sys.exit(0 if all(results.verdicts.values()) else 1)


if __name__ == "__main__":
    main()
