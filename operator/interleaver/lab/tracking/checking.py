"""Finds out before the models are asked whether MLflow will take what an evaluation comes to."""

from pathlib import Path

from interleaver.lab.terms.unusable import Unusable

from .faults import NotTracked, explained
from .library import connect
from .place import OPTION, Store, check_uri, find_store
from .registry import OPTION as REGISTER
from .registry import read_name


def check_tracking(uri: str | None, output: Path, *, model: str | None = None, has_gate: bool = False) -> Store:
    """The store, which answers. Raises Unusable for one that does not, and for a model that is never registered."""
    if model is not None:
        read_name(model)
        if not has_gate:
            raise Unusable(REGISTER, f"{model} is registered when a gate has passed, and there is none", "give --gate")
    if uri is not None:
        check_uri(uri)
    store = find_store(uri, output)
    try:
        with explained(store.uri):
            connect(store.uri).search_experiments(max_results=1)
    except NotTracked as problem:
        raise Unusable(OPTION, str(problem)) from None
    return store
