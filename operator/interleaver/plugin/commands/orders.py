"""`kubectl interleaver promote`, `abort`, `pause`, `resume`, `retry`, `revert` and `adopt`."""

import argparse
import time
from collections.abc import Callable

from interleaver.plugin.cluster.access import connect
from interleaver.plugin.cluster.api import Api, Failed
from interleaver.plugin.cluster.experiments import locate, read_experiment, read_name, read_service
from interleaver.plugin.commands.place import read_place
from interleaver.plugin.ordering.about_runs import ABOUT_RUNS
from interleaver.plugin.ordering.about_services import ADOPT, find_service, find_uid
from interleaver.plugin.ordering.giving import Hand, Taken, give
from interleaver.plugin.ordering.order import Order
from interleaver.plugin.reading.document import Told, dig
from interleaver.plugin.refusal import Refusal


def run(options: argparse.Namespace) -> int:
    name, order = read_name(options.name), ABOUT_RUNS.get(options.command, ADOPT)
    with connect(read_place(options)) as api:
        told = Told(read_experiment(api, name))
        value = find_value(api, order, told, getattr(options, "run", None))
        if objection := order.find_objection(told):
            raise Refusal(objection)
        hand = Hand(lambda: Told(read_experiment(api, name)), make_pen(api), time.monotonic, time.sleep)
        taken = give(order, told, value, hand, options.timeout if options.wait == "true" else None)
    return tell(options, order, told, value, taken)


def find_value(api: Api, order: Order, told: Told, wanted: str | None) -> str:
    """What the annotation names: the run, or the Service. Raises Refusal when it is not the one that is wanted."""
    if order is ADOPT:
        return find_uid(told, read_service(api, find_service(told)))
    found = order.find_run(told)
    if wanted not in (None, found):
        raise Refusal(f"the run is {found} by now, and not {wanted}")
    return found


def make_pen(api: Api) -> Callable[[Told, dict[str, str | None]], None]:
    """What writes annotations of this very experiment."""

    def annotate(told: Told, annotations: dict[str, str | None]) -> None:
        guard = {"uid": dig(told.document, "metadata", "uid")}
        try:
            api.patch(locate(told.namespace, told.name), {"metadata": guard | {"annotations": annotations}})
        except Failed as error:
            if error.code == 409:
                raise Refusal(f"{told.name} was deleted and made anew meanwhile: look again") from None
            raise

    return annotate


def tell(options: argparse.Namespace, order: Order, told: Told, value: str, taken: Taken) -> int:
    """Say what became of it; returns the exit code."""
    subject = f"the Service {find_service(told)!r}" if order is ADOPT else value
    if taken.is_so:
        print(f"{subject} {order.words}" + (" (it was so already)" if taken.was_so else ""))
    elif order.is_early(told):
        print(f"{subject}: the command to {options.command} is given, and taken once the run is Running")
    elif options.wait != "true":
        print(f"{subject}: the command to {options.command} is given")
    else:
        raise Refusal(
            f"the command to {options.command} {subject} is given, and the operator has not taken it within "
            f"{options.timeout:g} s: is it running? It takes it when it is. `kubectl interleaver status {told.name}` "
            "says how things are"
        )
    return 0
