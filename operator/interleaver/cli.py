"""The `interleaver` command: arguments only. Each subcommand imports its own half of the package, and nothing else."""

import argparse
import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from interleaver.api.names import CONFIG_DIRECTORY, CONFIG_FILE
from interleaver.simulate.options import add_plan, add_simulate

Checked = TypeVar("Checked")


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the arguments and run the subcommand. A wrong argument exits with 2."""
    options = make_parser().parse_args(argv)
    options.run(options)


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="interleaver", description="Interleaving experiments on Kubernetes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_router(commands)
    add_operator(commands)
    add_crds(commands)
    add_simulations(commands)
    add_verify_record(commands)
    return parser


def check_url(text: str) -> str:
    """A model's URL, as an argparse type that shows the reason when it is none."""
    from interleaver.router.process.options import check_model

    return explain(check_model, text)


def check_port(text: str) -> int:
    """A TCP port, as an argparse type."""
    from interleaver.router.process import options

    return explain(options.check_port, text)


def check_address(text: str) -> str:
    """An IP address, as an argparse type."""
    from interleaver.router.process import options

    return explain(options.check_address, text)


def check_sample(text: str) -> int:
    """A number of requests, as an argparse type."""
    from interleaver.router.process import options

    return explain(options.check_sample, text)


def check_limit(text: str) -> float:
    """A number of seconds, as an argparse type."""
    from interleaver.router.process import options

    return explain(options.check_limit, text)


def explain(check: Callable[[str], Checked], text: str) -> Checked:
    """Run a check; argparse shows the words of this error, and not those of a ValueError."""
    try:
        return check(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_router(commands: Any) -> None:
    router = commands.add_parser("router", help="serve requests beside a model, interleaving two models' rankings")
    for flag, default, check, help_text in (
        ("config", f"{CONFIG_DIRECTORY}/{CONFIG_FILE}", str, "path of the configuration, which may appear later"),
        ("host", "0.0.0.0", str, "address that both ports listen on"),
        ("port", "17080", check_port, "port for requests"),
        ("admin-port", "17090", check_port, "port for metrics and probes"),
        ("model", "http://127.0.0.1:9000", check_url, "URL of the model in the same pod"),
        ("revision-hash", "", str, "hash of the revision in the same pod; empty if there is none"),
        (
            "pod-address",
            "",
            check_address,
            "the pod's address, at which other pods call the model; empty if none does",
        ),
        ("drain-limit", "60", check_limit, "seconds after which a drain is over if the pod does not end"),
        ("log-sample", "0", check_sample, "log one request in so many; 0 logs none"),
    ):
        variable = "INTERLEAVER_" + flag.upper().replace("-", "_")
        router.add_argument(
            f"--{flag}", default=os.environ.get(variable, default), type=check, help=f"{help_text} (${variable})"
        )
    router.set_defaults(run=run_router)


def run_router(arguments: argparse.Namespace) -> None:
    from interleaver.router.process.options import Options
    from interleaver.router.process.program import run

    run(Options(**{name: getattr(arguments, name) for name in Options._fields}))


def add_operator(commands: Any) -> None:
    operator = commands.add_parser("operator", help="run the Kubernetes operator")
    operator.set_defaults(run=run_operator)


def run_operator(arguments: argparse.Namespace) -> None:
    from interleaver.controller.process.program import run

    run()


def add_crds(commands: Any) -> None:
    crds = commands.add_parser("crds", help="print the CustomResourceDefinition")
    crds.set_defaults(run=run_crds)


def run_crds(arguments: argparse.Namespace) -> None:
    from interleaver.api.crd import render

    print(render(), end="")


def add_simulations(commands: Any) -> None:
    for add, run in ((add_simulate, run_simulate), (add_plan, run_plan)):
        command = add(commands)
        command.set_defaults(run=run, refuse=command.error)


def run_simulate(options: argparse.Namespace) -> None:
    from interleaver.simulate.program import simulate

    print_or_refuse(simulate, options)


def run_plan(options: argparse.Namespace) -> None:
    from interleaver.simulate.program import plan

    print_or_refuse(plan, options)


def add_verify_record(commands: Any) -> None:
    command = commands.add_parser(
        "verify-record",
        help="recompute the verdict of a run from its record",
        description="Recompute the verdict of a run from its evidence record. Exits with 0 when the record agrees, 1 "
        "when it does not, and 2 when it cannot be read.",
    )
    command.add_argument(
        "file", help="YAML or JSON of the ConfigMap, of its data or of the record; - is standard input"
    )
    vouching = command.add_mutually_exclusive_group()
    vouching.add_argument("--digest", help="what status.history of the experiment has as the record's digest")
    vouching.add_argument("--experiment", help="YAML or JSON of the experiment, whose status.history has the digest")
    command.set_defaults(run=run_verify_record, refuse=command.error)


def run_verify_record(options: argparse.Namespace) -> None:
    from interleaver.verify.program import verify_file

    try:
        answer = verify_file(options.file, options.digest, options.experiment)
    except (ValueError, OSError) as error:
        options.refuse(str(error))
    print(answer.words)
    raise SystemExit(answer.code)


def print_or_refuse(command: Callable[[argparse.Namespace], str], options: argparse.Namespace) -> None:
    """Print what a command says; what does not fit exits with 2, as a wrong argument does."""
    try:
        print(command(options))
    except (ValueError, OSError) as error:
        options.refuse(str(error))
