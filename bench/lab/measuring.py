"""How fast the lab measures, beside a library that measures the same queries: `make bench-lab`.

Each side has a process of its own, one after the other, in every round. What counts are ratios within a round, and the
memory of the lab's process at its greatest. The figures go into docs/reference/lab-benchmark.md.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from typing import Final

from bench.lab.describing import Found, write
from bench.lab.library import DEPTHS, time_pass, time_straightforward
from bench.lab.queries import Scene
from interleaver.lab.evaluation.evaluation import Settings
from interleaver.lab.evaluation.ranking import evaluate_ranking
from interleaver.lab.measures.joining import collect, encode

QUERIES: Final = 100_000
PART: Final = (2_000, 5)  # queries and resamples that the straightforward way is measured on


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.lab.measuring", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="(%(default)s)")
    parser.add_argument("--queries", type=int, default=QUERIES, help="(%(default)s)")
    parser.add_argument("--side", choices=sorted(SIDES), help="measure one side only, and print it as JSON")
    options = parser.parse_args()
    if options.side:
        print(json.dumps(SIDES[options.side](options.queries)))
        return
    rounds = [
        Found(**{key: value for side in SIDES for key, value in measure(side, options.queries).items()})
        for _ in range(options.rounds)
    ]
    missed = write(rounds, options.queries)
    if missed:
        sys.exit("\n".join(missed))


def measure(side: str, queries: int) -> dict[str, float]:
    """One side, in a process of its own."""
    words = [sys.executable, "-m", "bench.lab.measuring", "--side", side, "--queries", str(queries)]
    found: dict[str, float] = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)
    print(side, {key: round(value, 3) for key, value in found.items()}, file=sys.stderr)
    return found


def measure_lab(queries: int) -> dict[str, float]:
    """Everything that an evaluation measures; and what of it is bringing ids into codes."""
    scene = Scene(queries)
    start, used = time.perf_counter(), time.process_time()
    found = evaluate_ranking(scene.suite, scene.answers[0], scene.answers[1:], Settings(depths=DEPTHS))
    seconds, processor = time.perf_counter() - start, time.process_time() - used
    codes = collect(scene.suite.judgments.vocabulary if scene.suite.judgments else ())
    coded = [(time.perf_counter(), encode(model.rankings or (), codes)) for model in scene.answers]
    return {
        "lab": seconds,
        "lab_processor": processor,
        "lab_coding": time.perf_counter() - coded[0][0],
        "figures": len(found.trials[0].figures),
        "slices": len(found.slices),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measure_library(queries: int) -> dict[str, float]:
    """One plain pass."""
    scene = Scene(queries)
    used = time.process_time()
    converting, evaluating = time_pass(scene)
    return {
        "converting": converting,
        "evaluating": evaluating,
        "library_processor": time.process_time() - used,
    }


def measure_straightforward(queries: int) -> dict[str, float]:
    """The straightforward way, on a part: the median of three times."""
    scene = Scene(min(queries, PART[0]))
    part, resamples = min(queries, PART[0]), PART[1]
    return {"straightforward_query": statistics.median(time_straightforward(scene, part, resamples) for _ in range(3))}


SIDES: Final = {"lab": measure_lab, "library": measure_library, "straightforward": measure_straightforward}

if __name__ == "__main__":
    main()
