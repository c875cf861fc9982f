"""`make soak`: two routers under load and troubles, with a table at the end; exit code 1 when a promise was broken."""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

from tests.soak.report import make_report
from tests.soak.soak import Plan, run


def tell(line: str) -> None:
    print(line, file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="(%(default)s)")
    parser.add_argument("--rate", type=float, default=500, help="requests a second (%(default)s)")
    parser.add_argument("--memory", action="store_true", help="one router and no store")
    parser.add_argument("--patience", type=int, default=1, help="deadlines times this, on a busy machine (%(default)s)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: sys.exit("ended before its time"))
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        results = run(Plan(options.seconds, options.rate, not options.memory, options.patience), Path(folder), tell)
    print(make_report(results))
    if options.json is not None:
        options.json.write_text(json.dumps(results.to_dict(), indent=2))
    sys.exit(0 if all(results.verdicts.values()) else 1)


if __name__ == "__main__":
    main()
