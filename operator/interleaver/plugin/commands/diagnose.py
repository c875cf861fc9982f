"""`kubectl interleaver diagnose`."""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from interleaver.plugin.cluster.access import connect
from interleaver.plugin.cluster.api import Api, Document, place
from interleaver.plugin.cluster.asking import (
    NAMESPACES,
    ask,
    ask_events,
    ask_lease,
    ask_model,
    ask_operators,
    ask_pod,
    ask_pods,
    ask_right,
    ask_time,
)
from interleaver.plugin.cluster.experiments import read_experiment, read_name
from interleaver.plugin.commands.place import read_place
from interleaver.plugin.diagnosing.line import Line
from interleaver.plugin.diagnosing.of_clock import check_clock
from interleaver.plugin.diagnosing.of_operator import RIGHTS, SELECTOR, check_deployments, check_lease, check_rights
from interleaver.plugin.diagnosing.of_routers import Router, check_routers
from interleaver.plugin.diagnosing.of_status import check_status
from interleaver.plugin.diagnosing.of_workload import check_events, check_pods, check_service
from interleaver.plugin.diagnosing.samples import Samples
from interleaver.plugin.reading.answer import try_contract
from interleaver.plugin.reading.document import Told, dig
from interleaver.plugin.refusal import Refusal
from interleaver.plugin.showing.documents import render
from interleaver.plugin.showing.fold import fold

LEASE: Final = "interleaver-operator"
WORDS_AT: Final = 25  # the column, beyond the longest type of a condition
ADMIN_PORT: Final = 17090  # where the spec has none


def run(options: argparse.Namespace) -> int:
    name, body = read_name(options.name), read_request(options.request)
    lines: list[Line] = []
    with connect(read_place(options)) as api:
        told = Told(read_experiment(api, name))
        for line in diagnose(api, told, body):
            lines.append(line)
            if not options.output:
                print("\n".join(show(line)), flush=True)
    if options.output:
        print(render([line._asdict() for line in lines], options.output))
    return 1 if any(line.level == "FAIL" for line in lines) else 0


def show(line: Line) -> list[str]:
    """One of them for people."""
    return fold(f"{line.level:<4}  {line.topic}", line.words, WORDS_AT)


def read_request(path: str | None) -> Any:
    """The body of a ranking request."""
    try:
        return json.loads(Path(path).read_text()) if path else None
    except (OSError, ValueError) as error:
        raise Refusal(f"the request {path} cannot be read: {error}") from None


def diagnose(api: Api, told: Told, body: Any) -> Iterator[Line]:
    """Every line, from what the experiment says of itself to what is around it."""
    yield from check_status(told)
    yield from diagnose_service(api, told)
    pods = ask_pods(api, told.name)
    if pods.found is None:
        yield Line("WARN", "pods", pods.trouble)
    else:
        yield from check_pods(pods.found)
        yield from check_routers(told, [ask_router(api, told, pod) for pod in pods.found if is_up(pod)])
    if body is not None:
        yield from diagnose_models(api, told, body)
    events = ask_events(api)
    if events.found is None:
        yield Line("WARN", "events", events.trouble)
    else:
        yield from check_events(events.found, told, pods.found or [], datetime.now(UTC))
    yield from diagnose_operator(api)
    yield check_clock(ask_time(api), datetime.now(UTC), "the API server")


def diagnose_service(api: Api, told: Told) -> Iterator[Line]:
    service = ask(api, place(NAMESPACES, api.namespace, "services", str(dig(told.spec, "service", "name"))))
    if service.trouble and not service.is_absent:
        yield Line("WARN", "service", service.trouble)
    else:
        yield check_service(told, service.found)


def is_up(pod: Document) -> bool:
    """Whether a pod can be asked anything: it runs and is not about to go."""
    return dig(pod, "status", "phase") == "Running" and not dig(pod, "metadata", "deletionTimestamp")


def ask_router(api: Api, told: Told, pod: Document) -> Router:
    """What a router tells of itself."""
    name, port = pod["metadata"]["name"], int(dig(told.spec, "router", "adminPort") or ADMIN_PORT)
    metrics, ready = ask_pod(api, name, port, "/metrics"), ask_pod(api, name, port, "/readyz")
    if metrics.found is None:
        return Router(name, None, metrics.trouble)
    return Router(name, Samples(metrics.found), unready=ready.trouble)


def diagnose_models(api: Api, told: Told, body: Any) -> Iterator[Line]:
    """The contract, tried on what each model answers to a request that no router counts."""
    contract = dig(told.spec, "contract") or {}
    serving, candidate = told.status.get("serving") or {}, dig(told.plan, "candidate") or {}
    for role, revision in (("champion", serving), ("candidate", candidate)):
        if not revision.get("hash"):
            continue
        port = int(dig(told.spec, role, "port") or dig(told.spec, "champion", "port") or 9000)
        answer = ask_model(api, f"{told.name}-{revision['hash']}", port, str(contract.get("path")), body)
        problem = answer.trouble or try_contract(contract, answer.found).problem
        words = problem or f"{len(try_contract(contract, answer.found).ids)} items are found in its answer"
        yield Line("FAIL" if problem else "OK", "contract", f"{revision.get('revision')}, asked directly: {words}")


def diagnose_operator(api: Api) -> Iterator[Line]:
    """The operator, as far as it may be looked at."""
    operators = ask_operators(api, SELECTOR)
    if operators.found is None:
        yield Line("WARN", "operator", operators.trouble)
        return
    yield from check_deployments(operators.found)
    for one in operators.found:
        namespace = one["metadata"]["namespace"]
        lease = ask_lease(api, namespace, LEASE)
        yield check_lease(lease.found, datetime.now(UTC)) if lease.found else Line("WARN", "lease", lease.trouble)
        account = dig(one, "spec", "template", "spec", "serviceAccountName") or "default"
        yield diagnose_rights(api, f"system:serviceaccount:{namespace}:{account}")


def diagnose_rights(api: Api, account: str) -> Line:
    """Whether the operator may do here what it has to."""
    answers = {right: ask_right(api, account, *right) for right in RIGHTS}
    if trouble := next((answer.trouble for answer in answers.values() if answer.trouble), ""):
        return Line("WARN", "rights", f"whether {account} may do its work was not asked: {trouble}")
    return check_rights(account, [right for right, answer in answers.items() if not answer.found])
