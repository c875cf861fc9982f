"""Experiments of a cluster, by the names that people type."""

import re
from typing import Final

from interleaver.api import names
from interleaver.plugin.cluster.api import EXPERIMENTS, Api, Document, Failed, place
from interleaver.plugin.refusal import Refusal

KINDS: Final = ("ilx", names.PLURAL, names.KIND.lower(), f"{names.PLURAL}.{names.GROUP}")
LEGAL: Final = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
MOST_TOLD: Final = 10  # experiments that are named to whom asked for one that is not there


def read_name(words: str) -> str:
    """The name in `home-feed`, `ilx/home-feed` or the like. Raises Refusal for another kind and for what is none."""
    kind, slash, name = words.rpartition("/")
    if slash and kind.lower() not in KINDS:
        raise Refusal(f"{words} is no {names.KIND}: give the name of an experiment, as `ilx/home-feed` or `home-feed`")
    if not LEGAL.fullmatch(name):
        raise Refusal(f"{words!r} is no name of an experiment: see `kubectl interleaver list`")
    return name


def locate(namespace: str, name: str) -> str:
    """Where an experiment is."""
    return place(EXPERIMENTS, "namespaces", namespace, names.PLURAL, name)


def read_experiment(api: Api, name: str) -> Document:
    """The experiment. Raises Refusal, with what there is in its place."""
    try:
        return api.get(locate(api.namespace, name))
    except Failed as error:
        if error.code != 404 or "not installed" in str(error):
            raise
    raise Refusal(f"there is no experiment {name!r} in namespace {api.namespace}: {explain_absence(api)}")


def explain_absence(api: Api) -> str:
    """What is there in the place of an experiment, and how to find it."""
    try:
        found = [one["metadata"]["name"] for one in read_experiments(api, everywhere=False)]
    except Refusal:
        found = []
    more = ", ..." if len(found) > MOST_TOLD else ""
    known = f"it has {', '.join(found[:MOST_TOLD])}{more}" if found else "it has none"
    return f"{known}. Choose another namespace with -n; `kubectl interleaver list -A` shows all"


def read_experiments(api: Api, everywhere: bool) -> list[Document]:
    """The experiments of the namespace, or of all."""
    scope = ("namespaces", api.namespace, names.PLURAL) if not everywhere else (names.PLURAL,)
    found: list[Document] = []
    more = ""
    while True:
        page = api.get(place(EXPERIMENTS, *scope), limit="100", **({"continue": more} if more else {}))
        found += page.get("items") or []
        more = (page.get("metadata") or {}).get("continue") or ""
        if not more:
            return found


def read_service(api: Api, name: str) -> Document:
    """A Service of the namespace. Raises Refusal when there is none."""
    try:
        return api.get(place("/api/v1", "namespaces", api.namespace, "services", name))
    except Failed as error:
        if error.code != 404:
            raise
    raise Refusal(
        f"there is no Service {name!r} in namespace {api.namespace}: there is nothing to take over, and the operator "
        "makes one by itself"
    )
