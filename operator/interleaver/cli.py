"""The `interleaver` command: arguments only. Each subcommand imports its own half of the package, and nothing else."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn, TypeVar

from interleaver.api.names import CONFIG_DIRECTORY, CONFIG_FILE
from interleaver.simulate.options import add_plan, add_simulate

Checked = TypeVar("Checked")

EXTRAS: Final = {"router": "router", "operator": "operator", "cleanup": "operator"}  # of commands; of all others: tools


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the arguments and run the subcommand. A wrong argument exits with 2."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["lab"]:  # a program of its own, with options of its own
        run_lab(words[1:])
    options = make_parser().parse_args(words)
    try:
        options.run(options)
    except ModuleNotFoundError as missing:
        refuse_without(missing, words[0])


def refuse_without(missing: ModuleNotFoundError, command: str) -> NoReturn:
    """End a command whose packages were not installed with how to have them."""
    if not missing.name or missing.name.partition(".")[0] == "interleaver":
        raise missing
    extra = EXTRAS.get(command, "tools")
    sys.exit(f"interleaver {command}: {missing.name} is not installed: pip install 'interleaver[{extra}]'")


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="interleaver", description="Interleaving experiments on Kubernetes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_router(commands)
    add_operator(commands)
    add_cleanup(commands)
    add_crds(commands)
    add_simulations(commands)
    add_verify_record(commands)
    commands.add_parser("lab", add_help=False, help="measure models offline: is one worth a live trial?")
    return parser


def run_lab(words: Sequence[str]) -> NoReturn:
    if words[:1] == ["console"]:  # beside the lab and not of it: it shows live experiments as well
        from interleaver.console.program import main as serve

        raise SystemExit(serve(words[1:]))
    from interleaver.lab.commands.program import main

    raise SystemExit(main(words))


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


def add_cleanup(commands: Any) -> None:
    cleanup = commands.add_parser(
        "cleanup",
        help="remove what experiments that are gone have kept",
        description="Remove what experiments with deletionPolicy KeepServing have left behind when they were deleted: "
        "what serves, its Services, and what it needs. Shows it and asks first. What an experiment has that is there "
        "is never touched. Exits with 0, with 1 when something stays, and with 2 when the cluster cannot be asked.",
    )
    cleanup.add_argument("name", nargs="?", metavar="NAME", help="of one experiment; all that are gone if not given")
    cleanup.add_argument("-n", "--namespace", metavar="NS", help="in one namespace; in all if not given")
    cleanup.add_argument("--dry-run", action="store_true", help="show it, and remove nothing")
    cleanup.add_argument("-y", "--yes", action="store_true", help="do not ask")
    cleanup.set_defaults(run=run_cleanup)


def run_cleanup(arguments: argparse.Namespace) -> None:
    from interleaver.controller.process.cleanup import run

    raise SystemExit(run(arguments.namespace, arguments.name, arguments.dry_run, arguments.yes))


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
