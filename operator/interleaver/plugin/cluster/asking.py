"""What a diagnosis asks the API server; what a person may not ask, or what does not answer, is an outcome."""

import json
from typing import Any, NamedTuple

from interleaver.api import names
from interleaver.plugin.cluster.api import Api, Document, Failed, place
from interleaver.plugin.refusal import Refusal

NAMESPACES = "/api/v1/namespaces"


class Answer(NamedTuple):
    """What was found, or why not in words; `is_absent` when there is no such thing."""

    found: Any = None
    trouble: str = ""
    is_absent: bool = False


def ask(api: Api, path: str, **query: str) -> Answer:
    """An object or a list."""
    try:
        return Answer(api.get(path, **query))
    except Failed as error:
        return Answer(trouble=str(error), is_absent=error.code == 404)
    except Refusal as error:
        return Answer(trouble=str(error))


def ask_all(api: Api, path: str, **query: str) -> Answer:
    """The elements of a list."""
    answer = ask(api, path, **query)
    return answer if answer.found is None else Answer(answer.found.get("items") or [])


def ask_pods(api: Api, experiment: str) -> Answer:
    """The experiment's pods."""
    return ask_all(api, place(NAMESPACES, api.namespace, "pods"), labelSelector=f"{names.OF_EXPERIMENT}{experiment}")


def ask_events(api: Api) -> Answer:
    """The events of the namespace, as their newer API has them."""
    path = place("/apis/events.k8s.io/v1/namespaces", api.namespace, "events")
    return ask_all(api, path, limit="500")


def ask_operators(api: Api, selector: str) -> Answer:
    """The operators' Deployments of the cluster, or of the namespace if only that may be asked."""
    everywhere = ask_all(api, "/apis/apps/v1/deployments", labelSelector=selector)
    here = place("/apis/apps/v1/namespaces", api.namespace, "deployments")
    return everywhere if everywhere.found is not None else ask_all(api, here, labelSelector=selector)


def ask_lease(api: Api, namespace: str, name: str) -> Answer:
    return ask(api, place("/apis/coordination.k8s.io/v1/namespaces", namespace, "leases", name))


def ask_pod(api: Api, pod: str, port: int, page: str) -> Answer:
    """A page of a pod, as text, through the API server."""
    return fetch(api, "GET", place(NAMESPACES, api.namespace, "pods", f"{pod}:{port}", "proxy") + page)


def ask_model(api: Api, service: str, port: int, path: str, body: Document) -> Answer:
    """A model's answer to a request, past the routers, through the API server."""
    answer = fetch(api, "POST", place(NAMESPACES, api.namespace, "services", f"{service}:{port}", "proxy") + path, body)
    try:
        return answer if answer.found is None else Answer(json.loads(answer.found))
    except ValueError:
        return Answer(trouble=f"its answer is no JSON: {answer.found[:60]!r}")


def fetch(api: Api, method: str, path: str, body: Document | None = None) -> Answer:
    try:
        answer = api.send(method, path, body, "application/json" if body is not None else "")
    except Refusal as error:
        return Answer(trouble=str(error))
    return Answer(answer.data.decode(errors="replace"))


def ask_right(api: Api, user: str, verb: str, group: str, resource: str) -> Answer:
    """Whether somebody may do something in the namespace."""
    what, _, sub = resource.partition("/")
    wanted = {"namespace": api.namespace, "verb": verb, "group": group, "resource": what, "subresource": sub}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": user, "resourceAttributes": wanted},
    }
    try:
        answer = api.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
    except Refusal as error:
        return Answer(trouble=str(error))
    return Answer(bool((answer.get("status") or {}).get("allowed")))


def ask_time(api: Api) -> str | None:
    """The Date header of an answer of the API server."""
    date: str | None = api.send("GET", "/version").headers.get("Date")
    return date
