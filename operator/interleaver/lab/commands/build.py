"""`interleaver lab build`: a suite from what routers wrote of live traffic."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from interleaver.lab.commands.exits import DONE
from interleaver.lab.commands.importers.suite_options import read_contract, write_checked
from interleaver.lab.production.building import MAXIMUM_GRADE, Built, build
from interleaver.lab.production.engines import WANTED, find_logs, open_engine
from interleaver.lab.production.settings import Settings, Weigh
from interleaver.lab.production.telling import describe
from interleaver.lab.suites.description import check_description

USUAL = Settings()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("logs", nargs="+", metavar="LOGS", help="files that routers wrote, or folders with them")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder of the suite, made anew")
    parser.add_argument(
        "--contract", type=Path, required=True, metavar="FILE", help="YAML: the experiment, or its contract alone"
    )
    parser.add_argument("--engine", default="duckdb", help=f"{WANTED}; duckdb unless said otherwise")
    parser.add_argument(
        "--curve",
        default=USUAL.curve,
        help="how much each rank is looked at: coins (estimated from pairs that a coin put in order; the default), "
        "flat, or the exponent of 1/rank^eta",
    )
    parser.add_argument("--cap", type=float, default=USUAL.cap, help=f"largest weight of a conversion ({USUAL.cap:g})")
    parser.add_argument(
        "--minimum-looks",
        type=float,
        default=USUAL.minimum_looks,
        help=f"looks that an item without a conversion must have had to be judged 0 ({USUAL.minimum_looks:g})",
    )
    parser.add_argument(
        "--weigh",
        choices=[each.value for each in Weigh],
        default=USUAL.weigh.value,
        help=f"what a query counts: its conversions, its traffic, or all the same ({USUAL.weigh.value})",
    )
    parser.add_argument(
        "--keep-unconverted", action="store_true", help="keep queries without a conversion, whose gains are all 0"
    )
    parser.add_argument("--name", help="name of the suite; that of its folder where it is not given")
    parser.add_argument("--form", choices=("parquet", "jsonl"), default="parquet", help="form of the tables")


def run(options: argparse.Namespace) -> int:
    """Build, and say by which assumptions."""
    settings = Settings(
        options.curve, options.cap, options.minimum_looks, options.keep_unconverted, Weigh(options.weigh)
    )
    contract, paths = read_contract(options.contract), find_logs(options.logs)
    engine = open_engine(options.engine)
    try:
        built = build(engine, paths, settings)
    finally:
        engine.close()
    save(options, contract, built)
    print(f"{options.output}: {len(built.queries)} queries, {len(built.judgments)} judgments")
    for line in describe(built):
        print(line)
    return DONE


def save(options: argparse.Namespace, contract: dict[str, Any], built: Built) -> None:
    """Write the suite, and read it as everybody will. Raises Unusable, and leaves nothing then."""
    folder: Path = options.output
    description = {
        "task": "ranking",
        "name": options.name or folder.name,
        "description": f"Built from production: {'; '.join(describe(built))}",
        "collectedAt": datetime.fromtimestamp(built.counts["latest"], UTC).isoformat(),
        "contract": contract,
        "maximumGrade": MAXIMUM_GRADE,
    }
    check_description(description, options.contract)  # the file in which people would mend it
    write_checked(folder, description, {"queries": built.queries, "judgments": built.judgments}, options.form)
