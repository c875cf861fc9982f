"""Experiments of a cluster as they are now. Nothing but GET is sent, with the rights of whoever started the console."""

from collections.abc import Sequence
from typing import Any

from interleaver.console.reading.missing import Missing
from interleaver.plugin.reading.document import Told
from interleaver.plugin.refusal import Refusal


def list_experiments(
    kubeconfig: str | None, context: str | None, namespace: str | None, everywhere: bool
) -> list[Told]:
    """All of a namespace, or of all namespaces, by name. Raises Missing where no cluster can be asked."""
    try:
        from interleaver.plugin.cluster.access import Place, connect
        from interleaver.plugin.cluster.experiments import read_experiments
    except ModuleNotFoundError as absent:
        wanted = "Install what reads clusters: pip install 'interleaver[lab,console,plugin]'"
        raise Missing(f"{absent.name} is not installed.", wanted) from None
    try:
        with connect(Place(kubeconfig, context, namespace)) as api:
            found = [Told(document) for document in read_experiments(api, everywhere)]
    except Refusal as refusal:
        raise Missing("No cluster can be asked.", str(refusal)) from None
    return sorted(found, key=lambda told: (told.namespace, told.name))


def list_history(told: Told) -> Sequence[Sequence[str]]:
    """The runs before, newest first, as cells of a table."""
    return [
        (
            str(past.get("candidate") or ""),
            str(past.get("verdict") or ""),
            str(past.get("reason") or ""),
            count_votes(past.get("tally") or {}),
            str(past.get("startedAt") or ""),
            str(past.get("endedAt") or ""),
        )
        for past in told.status.get("history") or []
    ]


def count_votes(tally: dict[str, Any]) -> str:
    """A tally in words."""
    return ", ".join(f"{int(tally.get(name) or 0):,} {said}" for name, said in TALLY.items())


TALLY = {"wins": "won", "ties": "tied", "losses": "lost"}
