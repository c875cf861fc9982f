"""`make lab`: two suites, four models, two evaluations with a gate each, and two reports.

    python -m demo.lab --output FOLDER

The rankings' candidate passes its gate. The classifiers' candidate is better on the whole and does not, because of one
digit: what a gate by slices is for. Exits with 0 when both gates said so, and with 1 when one of them did not.
"""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from shutil import copy, rmtree
from typing import Final

from demo.lab.digits import write_digits
from demo.lab.movielens import write_movielens
from demo.lab.servers import serve
from interleaver.lab.commands.exits import DONE, GATE_FAILED
from interleaver.lab.commands.program import main as run_lab

GATES: Final = Path(__file__).parent / "gates"
CORNERS: Final = Path(__file__).parent / "corners"


def run_movielens(folder: Path) -> int:
    """Popularity against factors, on films."""
    suite, models = make_room(folder / "movielens"), folder / "models"
    print("MovieLens: training both models …", flush=True)
    write_movielens(suite, models)
    servers = [("demo.model_server", "--lists", models / f"{name}.json") for name in ("popularity", "factors")]
    return evaluate(suite, servers)


def run_digits(folder: Path) -> int:
    """A regression against a support vector machine, on handwritten digits."""
    suite, models = make_room(folder / "digits"), folder / "classifiers"
    print("\nDigits: training both classifiers …", flush=True)
    write_digits(suite, models)
    names = ("champion", "candidate")
    servers = [("demo.lab.picture_server", "--model", models / f"{name}.joblib") for name in names]
    return evaluate(suite, servers, "--raw")


def make_room(suite: Path) -> Path:
    """The folder for a suite, without what an earlier run left there and of its models' answers."""
    for folder in (suite, suite.parent / f"{suite.name}-evaluation"):
        rmtree(folder, ignore_errors=True)
    return suite


def evaluate(suite: Path, servers: Sequence[tuple[str, str, Path]], *options: str) -> int:
    """Check a suite and evaluate both models on it, champion first, as a person would from a shell."""
    copy(CORNERS / f"{suite.name}.yaml", suite / "corners.yaml")
    run_lab(["check", str(suite)])
    words = ["evaluate", str(suite), "--gate", str(GATES / f"{suite.name}.yaml"), *options]
    words += ["--output", str(suite.parent / f"{suite.name}-evaluation")]
    with ExitStack() as running:
        for role, (module, flag, file) in zip(("--champion", "--candidate"), servers, strict=True):
            words += [role, running.enter_context(serve(module, flag, str(file)))]
        return run_lab(words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("build/lab"), help="folder for everything that is written")
    folder = parser.parse_args().output
    codes = run_movielens(folder), run_digits(folder)
    raise SystemExit(codes != (DONE, GATE_FAILED))


if __name__ == "__main__":
    main()
