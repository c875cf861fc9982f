"""How long `interleaver lab build` takes: logs are made up, then read by an engine in this process.

PYTHONPATH=operator:. python -m bench.lab.production --lines 1000000 --engine duckdb
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from interleaver.lab.production.building import build
from interleaver.lab.production.engines import open_engine
from interleaver.lab.production.settings import Settings

ITEMS = 10  # of a list
QUERIES = 20  # impressions for one query


def make_lines(number: int, random: Random) -> Iterator[str]:
    """So many lines: nine impressions of ten slots in pairs for each conversion."""
    for each in range(number):
        impression = f"{each - each % 10:016x}" if each % 10 == 9 else f"{each:016x}"
        head = {"line": 1, "at": each, "impression": impression, "experiment": "shop/feed", "run": "v42-1"}
        if each % 10 == 9:
            item = f'"item-{min(int(random.expovariate(0.5)), ITEMS - 1)}"'
            yield json.dumps(head | {"kind": "conversion", "item": item})
        else:
            query = each // 10 % max(1, number // QUERIES)
            yield json.dumps(head | {"kind": "impression", **write_request(query), "slots": write_slots(each % 2)})


def write_request(query: int) -> dict[str, object]:
    return {"unit": f"{query:032x}", "query": f"{query:032x}", "headers": "{}", "body": f'{{"query":{query}}}'}


def write_slots(swapped: int) -> list[dict[str, object]]:
    """Pairs of items, in one order or the other."""
    ranks = [(rank + 1 if rank % 2 else rank - 1) if swapped else rank for rank in range(1, ITEMS + 1)]
    return [
        {"item": f'"item-{item}"', "team": "champion", "rank": rank, "other": rank + 1 if rank % 2 else rank - 1,
         "propensity": 0.5}
        for item, rank in enumerate(ranks)
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--engine", default="duckdb")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="interleaver-") as folder:
        log = Path(folder) / "pod.jsonl"
        with log.open("w") as file:
            file.writelines(f"{line}\n" for line in make_lines(options.lines, Random(1)))
        engine = open_engine(options.engine)
        started, worked = time.monotonic(), time.process_time()
        built = build(engine, [str(log)], Settings())
        seconds, processor = time.monotonic() - started, time.process_time() - worked
        engine.close()
        size = log.stat().st_size / 1e6
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{options.lines} lines, {size:.0f} MB, {options.engine}: {seconds:.1f} s, {processor:.1f} s of processor time"
    )
    print(f"{len(built.queries)} queries, {len(built.judgments)} judgments; at most {memory:.2f} GB of memory")


if __name__ == "__main__":
    main()
