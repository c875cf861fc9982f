"""The commands and their flags, which are those of kubectl where kubectl has them."""

import argparse
from typing import Any, Final

from interleaver.api import names
from interleaver.plugin.reading.lengths import read_length

EXIT_CODES: Final = (
    "Exits with 0 when the candidate was promoted or none is on trial, 3 while something is under way, 4 when it was "
    "rolled back, 5 when the run was inconclusive, 6 when it was aborted, 7 when a person has to do something; with 1 "
    "when the cluster cannot be asked or there is no such experiment, and with 2 for a wrong argument."
)
SHELLS: Final = ("bash", "zsh", "fish")
ORDERS: Final = {
    "promote": "give mode Manual its word, or say that votes which look invented are real",
    "abort": "end the run: the champion stays",
    "pause": "hold the ramp and a promotion; votes go on and rollback stays armed",
    "resume": "end the pause",
    "retry": "make the last run again, from a zero tally",
    "revert": "take a promotion back while promotion.rollbackWindow is not over",
    "adopt": "take over a live Service as the entry, in place",
}
TAKING: Final = (
    f"Sets the annotation, as the field manager {names.PLUGIN_MANAGER}, and waits until the operator has taken it. "
    "Exits with 0 when it has, or when it was so before, and with 1 when it makes no sense now, is not obeyed, or was "
    "not taken in time."
)


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kubectl interleaver", description="Interleaving experiments of a cluster: what they are at, and commands."
    )
    add_place(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_list(commands)
    add_status(commands)
    for name, text in ORDERS.items():
        add_order(commands, name, text)
    add_lint(commands)
    add_diagnose(commands)
    add_report(commands)
    add_preview_token(commands)
    add_completion(commands)
    return parser


def add_command(commands: Any, name: str, module: str, text: str, more: str = "") -> Any:
    """A command with the flags that all of them take, wherever they stand."""
    command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}. {more}".strip())
    add_place(command)
    command.set_defaults(module=module, command=name)
    return command


def add_place(parser: Any) -> None:
    """Which cluster, as whom, and where. Not given, they are not there: a flag may stand before the command as well."""
    parser.add_argument(
        "-n", "--namespace", metavar="NS", default=argparse.SUPPRESS, help="that of the context if not given"
    )
    parser.add_argument("--context", default=argparse.SUPPRESS, help="of the kubeconfig; the current one if not given")
    parser.add_argument(
        "--kubeconfig", metavar="FILE", default=argparse.SUPPRESS, help="those of KUBECONFIG if not given"
    )


def add_list(commands: Any) -> None:
    command = add_command(commands, "list", "listing", "show experiments, one to a line")
    command.add_argument("-A", "--all-namespaces", action="store_true", help="of all namespaces")
    add_output(command)


def add_status(commands: Any) -> None:
    command = add_command(commands, "status", "status", "show an experiment on one screen", EXIT_CODES)
    add_name(command)
    add_output(command)
    command.add_argument(
        "-w", "--watch", action="store_true", help="show it again whenever it changes, until nothing is under way"
    )
    command.add_argument(
        "--timeout", type=check_length, metavar="LENGTH", help="of --watch, such as 30m; none if not given"
    )


def add_order(commands: Any, name: str, text: str) -> None:
    command = add_command(commands, name, "orders", text, TAKING)
    add_name(command)
    if name != "adopt":
        command.add_argument("--run", metavar="ID", help="the run that is meant; refused if another one is going on")
    command.add_argument(
        "--wait", nargs="?", choices=("true", "false"), const="true", default="true", help="until it is taken (true)"
    )
    command.add_argument("--timeout", type=check_length, metavar="LENGTH", default=30.0, help="of the wait (30s)")


def add_lint(commands: Any) -> None:
    more = (
        "Asks no cluster: the CRD's schema and rules are those of this version, and so are the operator's questions. "
        "Exits with 0 when nothing is refused, 1 when something is, 2 for a wrong argument."
    )
    command = add_command(commands, "lint", "lint", "say what the API server and the operator would say of files", more)
    command.add_argument("files", metavar="FILE", nargs="+", help="YAML or JSON; - is standard input")
    command.add_argument(
        "--answer", metavar="FILE", help="a model's answer in JSON: does the contract find a ranking in it?"
    )
    add_output(command)


def add_diagnose(commands: Any) -> None:
    more = (
        "Looks at its conditions, Service, pods and events, asks every router through the API server what it counts, "
        "and looks at the operator, its Lease and its rights. Each line says OK, WARN or FAIL and what to do; what you "
        "may not look at is told as WARN. Exits with 0 when nothing fails, 1 when something does."
    )
    command = add_command(
        commands, "diagnose", "diagnose", "ask all that one asks about an experiment in trouble", more
    )
    add_name(command)
    command.add_argument(
        "--request",
        metavar="FILE",
        help="a ranking request's body, in JSON: both models are asked it, past the routers, and the contract is tried "
        "on what they answer",
    )
    add_output(command)


def add_report(commands: Any) -> None:
    more = (
        "Writes one HTML file that needs nothing else: evidence and preference over time, ramp, guardrails, "
        "allocation, attention by rank, terms and history. Of a run that is over its evidence record is read."
    )
    command = add_command(commands, "report", "report", "write a page about a run", more)
    add_name(command)
    command.add_argument(
        "--run", metavar="ID", help="the run; the one that is going on, or else the last, if not given"
    )
    command.add_argument(
        "--file", metavar="FILE", help="where it is written; - is standard output; NAME-RUN.html if not given"
    )


def add_preview_token(commands: Any) -> None:
    more = (
        "Prints it alone, for a header Authorization: Bearer beside X-Interleaver-Preview. Reads it from the Secret "
        "with the routers' keys, which takes a right to get that Secret. Exits with 1 when it cannot be had."
    )
    add_name(add_command(commands, "preview-token", "preview_token", "print the token by which one previews", more))


def add_completion(commands: Any) -> None:
    more = (
        "For `kubectl-interleaver` typed by itself; `kubectl interleaver` is completed by kubectl's own script, which "
        "asks the program kubectl_complete-interleaver."
    )
    command = add_command(commands, "completion", "completion", "print a script that completes words in a shell", more)
    command.add_argument("shell", metavar="SHELL", choices=SHELLS, help="bash, zsh or fish")


def add_name(command: Any) -> None:
    command.add_argument("name", metavar="NAME", help="of the experiment")


def add_output(command: Any) -> None:
    command.add_argument("-o", "--output", choices=("json", "yaml"), help="for programs; text if not given")


def check_length(text: str) -> float:
    """Seconds, as an argparse type that says what is wrong."""
    try:
        return read_length(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
